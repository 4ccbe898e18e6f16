"""The pages at the desk: my cases, search, a case and what is done to it, the registry."""

from __future__ import annotations

from casework.web.staff import acting, case, cases, finding, new_case, parties
from casework.web.staff.blueprint import staff

VIEWS = (acting, case, cases, finding, new_case, parties)

__all__ = ["staff"]
