"""Plain text told from everything that only looks like it."""

from __future__ import annotations

import re
from typing import Final

from casework.media.kinds import Refused, Why

_LAYOUT: Final = frozenset("\t\n\r\f")
_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# Signs that turn the direction of what follows round: in a text they only serve to deceive.
_TURNS: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")
# What a browser, a mail program, a shell or an office program would run or load.
_RUNS: Final = re.compile(
    r"<\s*(?:!doctype|!entity|\?|%|/?(?:html|head|body|script|svg|iframe|object|embed|meta|link|"
    r"img|form|base|style|job|package|hta|xml|plist|math|video|audio)\b)|"
    r"\b(?:javascript|vbscript)\s*:|eicar-standard-antivirus",
    re.IGNORECASE,
)
_STARTS: Final = re.compile(
    r"\s*(?:#!|@echo|\{\\rtf|%!ps|%pdf|<\?|\[internetshortcut\]|\[desktop entry\]|"
    r"windows registry editor|regedit4|begin:vc|"
    r"(?:mime-version|return-path|received|content-type|message-id):\s)",
    re.IGNORECASE,
)


def decode(data: bytes) -> str:
    """Return the text that the bytes are.

    Raises:
        Refused: UNKNOWN_KIND when they are no text, ACTIVE_CONTENT when a program would run it.

    """
    text = _letters(data)
    if any(sign < " " and sign not in _LAYOUT for sign in set(text)):
        raise Refused(Why.UNKNOWN_KIND)
    if not text.strip() or "\x7f" in text:
        raise Refused(Why.UNKNOWN_KIND)
    if _RUNS.search(text) or _STARTS.match(text) or _TURNS.search(text):
        raise Refused(Why.ACTIVE_CONTENT)
    return text


def _letters(data: bytes) -> str:
    encoding = "utf-8"
    for mark, name in _MARKS:
        if data.startswith(mark):
            data, encoding = data[len(mark) :], name
            break
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(Why.UNKNOWN_KIND) from None
