"""The migrant's pages: telling what happened, the receipt, following the case."""

from __future__ import annotations

from casework.web.public import code, complaint, home, receipt, sending, sharing, status, track
from casework.web.public.blueprint import public

VIEWS = (code, complaint, home, receipt, sending, sharing, status, track)

__all__ = ["public"]
