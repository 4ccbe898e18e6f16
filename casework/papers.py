"""Papers: a template of ours filled with words, as a PDF that lasts and can be read aloud.

What is filled in goes to the typesetter as data beside the template, never as a part of it:
whatever a person wrote stands on the paper as they wrote it. Only our own fonts are used.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from casework.on_demand import Library

if TYPE_CHECKING:
    import typst
else:
    typst = Library("typst")

PACKET: Final = "documents/packet.typ"
# An archive can keep it, and a screen reader knows its headings and tables (ISO 19005-2, A).
STANDARD: Final = "a-2a"
# Stands for a sign that is in none of our fonts, such as one of a script that nobody here writes.
MISSING: Final = "\N{REPLACEMENT CHARACTER}"
_HOUSE: Final = Path(__file__).resolve().parent
_TEMPLATES: Final = _HOUSE.parent / "templates"
_FONTS: Final = _HOUSE / "reference" / "fonts"
# Places to break a line and joiners of letters; nothing else that is invisible stands on paper.
_KEPT: Final = frozenset("\n\u200b\u200c\u200d")
_INVISIBLE: Final = frozenset({"Cc", "Cf"})
_SEPARATORS: Final = frozenset({"Zl", "Zp"})
_VARIANTS: Final = range(0xFE00, 0xFE10)


def pdf(template: str, data: Mapping[str, Any], made_at: datetime) -> bytes:
    """Return a template filled with data, whose texts may hold anything.

    `made_at` is written into the file. The same template, data and instant give the same bytes.
    """
    compiler = typst.Compiler(
        _TEMPLATES / template, root=_TEMPLATES, font_paths=_fonts(), ignore_system_fonts=True
    )
    made = compiler.compile(
        format="pdf",
        sys_inputs={"data": json.dumps(_printable(data))},
        pdf_standards=[STANDARD],
        timestamp=made_at,
    )
    return cast("bytes", made)


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(_FONTS)]
    )


def _printable(value: Any) -> Any:
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, Mapping):
        return {key: _printable(each) for key, each in value.items()}
    if isinstance(value, Sequence):
        return [_printable(each) for each in value]
    return value


def printable(text: str) -> str:
    """Return a text in signs that our fonts hold, without invisible ones."""
    return "".join(_sign(each) for each in unicodedata.normalize("NFC", text))


def _sign(sign: str) -> str:
    if sign in _KEPT:
        return sign
    kind = unicodedata.category(sign)
    if kind in _INVISIBLE or ord(sign) in _VARIANTS:
        return ""
    if kind in _SEPARATORS:
        return " "
    return sign if ord(sign) in _held() else MISSING


@lru_cache(maxsize=1)
def _held() -> frozenset[int]:
    lines = (_FONTS / "signs.txt").read_text("ascii").split()
    both = [[int(end, 16) for end in line.split("-")] for line in lines]
    return frozenset(sign for begin, end in both for sign in range(begin, end + 1))
