"""The pages of an office that never signs in: it shows the code of a packet, and answers."""

from __future__ import annotations

from casework.web.office import answering
from casework.web.office.blueprint import office

VIEWS = (answering,)

__all__ = ["office"]
