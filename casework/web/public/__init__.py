"""The migrant's pages: telling what happened, the receipt, following the case."""

from __future__ import annotations

from casework.web.public import (
    code,
    complaint,
    files,
    home,
    my_data,
    receipt,
    sending,
    sharing,
    status,
    track,
)
from casework.web.public.blueprint import public

VIEWS = (code, complaint, files, home, my_data, receipt, sending, sharing, status, track)

# The way out works also when the page lay open for so long that its token is no longer good.
public.record_once(
    lambda state: state.app.extensions["csrf"].exempt("casework.web.public.home.leave")
)

__all__ = ["public"]
