"""Plain text: written anew in UTF-8, with lines that end in one sign."""

from __future__ import annotations

from casework.media.kinds import Cleaned, Form
from casework.media.letters import decode


def clean(data: bytes, form: Form) -> Cleaned:
    """Return the text in UTF-8 without a byte order mark; it has no preview."""
    text = decode(data).replace("\r\n", "\n").replace("\r", "\n")
    return Cleaned(form, form, text.encode(), None)
