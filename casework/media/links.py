"""What in an office document only points somewhere, and what fetches or runs by itself."""

from __future__ import annotations

import re
from typing import Final

from casework.media.kinds import Refused, Why

NOWHERE: Final = "about:blank"
_LINK: Final = re.compile(r"(?:https?://|mailto:|tel:|#)[^\s\\]*", re.IGNORECASE)
# Fields that fetch a file or start a program when the document is opened or printed.
FIELD: Final = "\0"
_FETCHING_FIELD: Final = re.compile(
    r"(?:^|\0)[\s\"]*(?:dde|ddeauto|includepicture|includetext|import|include|link|embed|quote|"
    r"autotext|macrobutton|database|htmlactivex|htmlcontrol|print|rd)\b",
    re.IGNORECASE,
)
_FETCHING_FORMULA: Final = re.compile(
    r"\b(?:webservice|filterxml|call|register(?:\.id)?|exec|rtd|dde|image|evaluate|"
    r"importxml|importdata|importhtml|importfeed|importrange)\s*\(|\|\s*'?[^'!|]*'?\s*!",
    re.IGNORECASE,
)


def harmless(target: str) -> str:
    """Return where a link may lead: the web, a telephone, a place in the document, or nowhere."""
    return target if _LINK.fullmatch(target.strip()) else NOWHERE


def check_fields(text: str) -> None:
    """Raise Refused when one of the fields, each begun by FIELD, fetches or runs something."""
    # A code may be cut into pieces; joined it is read as the program reads it.
    if _FETCHING_FIELD.search(text):
        raise Refused(Why.ACTIVE_CONTENT)


def check_formula(text: str) -> None:
    """Raise Refused when a formula fetches or runs something."""
    if _FETCHING_FORMULA.search(text):
        raise Refused(Why.ACTIVE_CONTENT)
