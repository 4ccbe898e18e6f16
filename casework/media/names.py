"""Names under which files are handed out: what the sender called them, made harmless."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from casework.media.kinds import Form

LONGEST_NAME: Final = 80
_SEPARATORS: Final = re.compile(r"[/\\]")
# Signs that mean something to a header, a shell or a file system.
_UNSAFE: Final = re.compile(r"[\"'`<>|:*?;%$&#{}~^!=+,@\[\]]")
# Joiners are letters' glue in Khmer and Burmese; every other invisible sign can turn text round.
_GLUE: Final = frozenset({"\u200c", "\u200d"})
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Names that Windows keeps for devices.
_DEVICES: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)
_NEUTRAL: Final = "file"


def download_name(form: Form, given: str) -> str:
    """Return a name of at most 80 characters for a file that the sender called `given`.

    It has no folders, no invisible or quoting signs, and ends as the file's form demands.
    """
    stem = _SEPARATORS.split(unicodedata.normalize("NFC", given[: LONGEST_NAME * 50]))[-1]
    stem = "".join(map(_harmless, stem))
    stem = stem.rpartition(".")[0] or stem
    stem = " ".join(_UNSAFE.sub(" ", stem).replace(".", " ").split()).strip("-_ ")
    if not stem or _DEVICES.fullmatch(stem):
        stem = _NEUTRAL
    room = LONGEST_NAME - len(form.extension) - 1
    return f"{_cut(stem, room)}.{form.extension}"


def _harmless(sign: str) -> str:
    if unicodedata.category(sign) in _INVISIBLE and sign not in _GLUE:
        return ""
    return sign


def _cut(stem: str, room: int) -> str:
    """Return what fits, not ending between a letter and the marks that belong to it."""
    if len(stem) <= room:
        return stem
    while room > 1 and unicodedata.category(stem[room])[0] == "M":
        room -= 1
    return stem[:room].strip()
