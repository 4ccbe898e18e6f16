"""Passwords that a guesser tries first: common words and our own, dressed up; runs on a keyboard.

A guesser knows the habits: a capital at the front, letters written as digits, a year and an
exclamation mark behind, a word twice. What is left without them is compared with a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

_LIST: Final = Path(__file__).resolve().parents[1] / "reference" / "common_passwords.txt"
# What this house is about, in words that its people think of first.
OWN_WORDS: Final = frozenset(
    """
    casework caseworker case work worker migrant migration complaint complaints complain ministry
    embassy consulate labour labor attache officer supervisor coordinator administrator analyst
    desk staff office agency employer wages salary passport contract cambodia cambodian khmer
    thailand thai myanmar burma burmese laos vietnam bangkok phnom penh phnompenh yangon secure
    security secret access system server login signin account welcome
    """.split()  # noqa: SIM905 - fifty lines of one word each read worse.
)
_LEET: Final = str.maketrans("0134578@$!|+", "oieastbasilt")
_BESIDE_LETTERS: Final = "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"
_NO_LETTERS: Final = re.compile(f"[{re.escape(_BESIDE_LETTERS)}]+")
_DOUBLED: Final = re.compile(r"(.)\1+")
_RUNS: Final = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "`1234567890-=",
    "qwertyuiop[]",
    "asdfghjkl;'",
    "zxcvbnm,./",
    "qazwsxedcrfvtgbyhnujmikolp",
    "qweasdzxc",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik,9ol.0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
)
_WALKS: Final = (*_RUNS, *(run[::-1] for run in _RUNS))
_SHORTEST_RUN: Final = 3
_SHORTEST_NUMBER: Final = 20
# Beside runs there have to be more characters than a guesser tries all of.
_FEW: Final = 3


def is_common(password: str, own: Iterable[str] = ()) -> bool:
    """Tell whether a password is made of nothing but what is guessed first.

    `password` is in one form and case; `own` are more words, of the person who chooses it.
    """
    # Dates and telephone numbers; what a machine has drawn is longer.
    if len(password) < _SHORTEST_NUMBER and not password.strip(_BESIDE_LETTERS):
        return True
    if _beside_runs(_DOUBLED.sub(r"\1", password)) <= _FEW:
        return True
    words = _words() | {word for word in own if word}
    return any(_is_built(core, words) for core in {password, *_cores(password)})


def _cores(password: str) -> Iterable[str]:
    """Return the letters that are left without what people put around and between them."""
    behind = password.rstrip(_BESIDE_LETTERS)
    for plain in (behind, behind.translate(_LEET), behind.strip(_BESIDE_LETTERS).translate(_LEET)):
        yield _NO_LETTERS.sub("", plain)


def _is_built(core: str, words: frozenset[str]) -> bool:
    """Tell whether some letters are a word, a word again and again, or two words."""
    # The shortest beginning of which the whole is made (two copies hold a shifted one).
    unit = core[: (core + core).find(core, 1)]
    if unit in words:
        return True
    return any(core[:at] in words and core[at:] in words for at in range(1, len(core)))


def _beside_runs(text: str) -> int:
    """Return how many characters belong to no run along the alphabet or a keyboard."""
    beside = at = 0
    while at < len(text):
        length = _run_at(text, at)
        if length < _SHORTEST_RUN:
            beside, length = beside + 1, 1
        at += length
    return beside


def _run_at(text: str, at: int) -> int:
    length = _SHORTEST_RUN
    while at + length <= len(text) and any(text[at : at + length] in walk for walk in _WALKS):
        length += 1
    return length - 1


@cache
def _words() -> frozenset[str]:
    lines = _LIST.read_text(encoding="utf-8").splitlines()
    return OWN_WORDS | {line for line in lines if not line.startswith("#")}
