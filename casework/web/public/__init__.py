"""The migrant's pages: telling what happened, the receipt, following the case."""

from __future__ import annotations

from casework.web.public import complaint, home, receipt, track
from casework.web.public.blueprint import public

VIEWS = (complaint, home, receipt, track)

__all__ = ["public"]
