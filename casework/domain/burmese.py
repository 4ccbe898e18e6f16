"""Burmese typed in Zawgyi, recognised and turned into Unicode.

Zawgyi is a font encoding that gives other meanings to the code points of Unicode Burmese. Nothing
in the text says which of the two it is, so a statistical model decides; the original is kept.
"""

from __future__ import annotations

import re
import unicodedata
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from myanmartools import ZawgyiDetector
from para.convert import zg_to_unicode

with warnings.catch_warnings():
    # It opens its model by a function that newer Pythons call deprecated. Made once, at import:
    # warning filters are not safe to change while threads run.
    warnings.simplefilter("ignore", DeprecationWarning)
    _DETECTOR: Final = ZawgyiDetector()

# Unicode words without medials or asat can score high: of the 278 Burmese texts of our glossary one
# (the word for "language") scores 0.955, none above. Real Zawgyi of one syllable with a vowel sign
# scores above 0.999. A wrong yes garbles a good text, a wrong no leaves it as typed: hence the
# demanding threshold.
ZAWGYI_FROM: Final = 0.99

# Zawgyi lives in the first block of the script alone. Some typists put a space before the dot
# below, which belongs to the word before it.
_RUN: Final = re.compile("[\u1000-\u109f]+(?: \u1037[\u1000-\u109f]*)*")
_DIGITS_AND_STOPS: Final = re.compile("[\u1040-\u104b]+")
_DOT_BEFORE_MEDIALS: Final = re.compile("\u1037([\u103b-\u103e]+)")


@dataclass(frozen=True)
class BurmeseText:
    """A text in Unicode, with what was typed where that was Zawgyi and differs."""

    unicode: str
    original: str | None

    @classmethod
    def read(cls, typed: str, *, zawgyi: bool) -> BurmeseText:
        """Return the text of a submission that `decide` found to be Zawgyi or not."""
        converted = to_unicode(typed) if zawgyi else typed
        return cls(converted, typed if converted != typed else None)


def decide(texts: Sequence[str]) -> bool:
    """Say whether one submission was typed in Zawgyi.

    Give all its texts at once: one phone has one keyboard, and a short word alone is undecidable.
    """
    runs = "\n".join(run for text in texts for run in _RUN.findall(text))
    return bool(_DETECTOR.get_zawgyi_probability(runs) >= ZAWGYI_FROM)


def to_unicode(text: str) -> str:
    """Return a Zawgyi text in Unicode, in NFC; what is not Burmese stays as it is."""
    return unicodedata.normalize("NFC", _RUN.sub(lambda run: _converted(run[0]), text))


def _converted(run: str) -> str:
    # A bare number looks the same in both, and the converter would read a lone zero as a letter.
    if _DIGITS_AND_STOPS.fullmatch(run):
        return run
    # The converter recognises a zero typed for the letter wa only behind some other character.
    converted: str = zg_to_unicode(f"\n{run}\n", force=True)
    # In Zawgyi text that was normalised when stored the dot stands before the medials.
    return _DOT_BEFORE_MEDIALS.sub("\\1\u1037", converted.strip("\n"))
