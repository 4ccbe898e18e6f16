"""The languages people can use."""

from __future__ import annotations

import pytest
from babel import Locale

from casework.domain.languages import BY_CODE, CODES, ENABLED, ENGLISH, Language


def test_khmer_burmese_and_english_are_there_once_each() -> None:
    assert {"km", "my", "en"} <= CODES
    assert len(ENABLED) == len(CODES) == len(BY_CODE)
    assert ENGLISH in ENABLED


@pytest.mark.parametrize("language", ENABLED, ids=lambda language: language.code)
def test_a_language_is_known_and_calls_itself_by_its_own_name(language: Language) -> None:
    assert BY_CODE[language.code] is language
    assert Locale.parse(language.code).language == language.code
    assert language.name.strip()
    if language is not ENGLISH:
        assert not language.name.isascii()
