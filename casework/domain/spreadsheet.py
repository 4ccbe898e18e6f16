"""What may stand in a cell of an exported table: words, never a formula.

A spreadsheet reads a cell as a formula when it begins with one of a few signs, and some look past
what cannot be seen before it. Such a cell gets an apostrophe in front, which spreadsheets take as
"this is text" (OWASP, "CSV injection"; security card, abuse 25).
"""

from __future__ import annotations

import unicodedata
from typing import Final

STARTERS: Final = frozenset("=+-@")
MARK: Final = "'"
LONGEST: Final = 30_000
# Where a reader of another country, or a careless one, cuts a line into cells.
SEPARATORS: Final = frozenset(";,|")
# Minus signs that do not fold to the one of the keyboard.
_MINUS: Final = frozenset("\u2212\u2010\u2011\u2012\u2013\u2014\u2015")
# Letters by their kind, and blank to the eye.
_BLANK: Final = frozenset("\u115f\u1160\u3164\uffa0\u2800\u180e")
_SEEN: Final = frozenset("LNPS")
_GAPS: Final = frozenset("\t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029")


def harmless(text: str) -> str:
    """Return a text as one line that no spreadsheet takes for a formula.

    What is read stays the same but for line breaks, which become blanks, control characters,
    which go, and an apostrophe before whatever could start a formula, also behind a separator.
    """
    shown = "".join(_plain(sign) for sign in text)[:LONGEST]
    parts: list[str] = []
    beginning = True
    for sign in shown:
        if beginning and not invisible(sign):
            if starts_formula(sign):
                parts.append(MARK)
            beginning = False
        parts.append(sign)
        beginning = beginning or sign in SEPARATORS
    found = "".join(parts)
    # The mark of the very first cell stands before all that cannot be seen.
    head = len(found) - len(found.lstrip("".join(filter(invisible, set(found)))))
    if found[head : head + 1] == MARK:
        return MARK + found[:head] + found[head + 1 :]
    return found


def starts_formula(sign: str) -> bool:
    """Tell whether a spreadsheet may take a cell that begins with this sign for a formula."""
    folded = unicodedata.normalize("NFKC", sign)[:1]
    return folded in STARTERS or sign in _MINUS


def invisible(sign: str) -> bool:
    """Tell whether nothing is seen of a sign: blanks, marks of direction, lone accents."""
    return unicodedata.category(sign)[0] not in _SEEN or sign in _BLANK


def _plain(sign: str) -> str:
    if sign in _GAPS:
        return " "
    # Control characters, halves of characters, and code points that are none.
    return "" if unicodedata.category(sign) in {"Cc", "Cs", "Cn"} else sign
