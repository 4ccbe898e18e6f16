"""The pages at the desk: my cases, search, a case and what is done to it, the registry."""

from __future__ import annotations

from casework.web.staff import (
    acting,
    case,
    cases,
    emergency,
    evidence,
    exporting,
    finding,
    members,
    new_case,
    packet,
    parties,
    together,
)
from casework.web.staff.blueprint import staff

VIEWS = (
    acting,
    case,
    cases,
    emergency,
    evidence,
    exporting,
    finding,
    members,
    new_case,
    packet,
    parties,
    together,
)

__all__ = ["staff"]
