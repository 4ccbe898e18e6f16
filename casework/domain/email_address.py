"""E-mail addresses as accounts are known by."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_EMAIL: Final = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class BadEmail(ValueError):
    """What was given is no e-mail address."""


def plain(text: str) -> str:
    """Return an e-mail address as it is kept and compared; raise BadEmail."""
    email = unicodedata.normalize("NFKC", text).strip().casefold()
    if not _EMAIL.fullmatch(email):
        raise BadEmail(text)
    return email


def typed(text: str) -> str:
    """Return an e-mail address as it is compared; nothing when it is none."""
    try:
        return plain(text)
    except BadEmail:
        return ""
