"""The languages people can use. Adding one is a row here and its catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """A language: its code in addresses and catalogues, its own name, its web font."""

    code: str
    name: str
    font: str | None = None


ENGLISH = Language("en", "English")
ENABLED: tuple[Language, ...] = (
    Language("km", "ភាសាខ្មែរ", font="km"),
    Language("my", "မြန်မာဘာသာ", font="my"),
    ENGLISH,
)
CODES = frozenset(language.code for language in ENABLED)
BY_CODE = {language.code: language for language in ENABLED}
