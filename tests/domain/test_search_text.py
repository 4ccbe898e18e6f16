"""Typed text as it is stored, and as it is searched."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.search_text import clean, fold, telephone

# Letters of our scripts, their signs and the invisible characters met between them.
mixed = st.text(
    st.one_of(
        st.characters(min_codepoint=0x0E00, max_codepoint=0x0EFF),
        st.characters(min_codepoint=0x1000, max_codepoint=0x109F),
        st.characters(min_codepoint=0x1780, max_codepoint=0x17FF),
        st.characters(min_codepoint=0x0900, max_codepoint=0x09FF),
        st.sampled_from("\u200b\u200c\u200d\u00a0\ufeff\r\n\t đÉ5"),
    )
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Công Ty Việt-Đức", "cong ty viet-duc"),
        ("PEÑAFRANCIA", "penafrancia"),
        ("Straße", "STRASSE"),
        ("İstanbul ısı", "istanbul isi"),
        ("\uff21\uff22\uff23\u3000\uff11", "abc 1"),
        ("e\u0301", "é"),
        ("  two \n\t words ", "two words"),
        ("no\u00a0break", "no break"),
        ("so\u00adft\u200b\ufeff", "soft"),
        ("២០២៦ ၂၀၂၆ ๒๐๒๖ ໒໐໒໖ ٢٠٢٦", "2026 2026 2026 2026 2026"),
    ],
)
def test_writing_habits_do_not_count(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ក\u17d2\u178a", "ក\u17d2\u178f", id="subscript da and ta"),
        pytest.param("ឲ្យ", "ឱ្យ", id="two spellings of give"),
        pytest.param("ភ្នំ\u200bពេញ", "ភ្នំពេញ", id="break opportunity"),
        pytest.param("ក\u17c6\u17bb", "ក\u17bb\u17c6", id="order of vowel and sign"),
        pytest.param("ក\u17b6\u17d2\u179a", "ក\u17d2\u179a\u17b6", id="subscript after vowel"),
        pytest.param("ស\u17d2\u179a\u17d2\u178f", "ស\u17d2\u178f\u17d2\u179a", id="two subscripts"),
        pytest.param("ក\u17c1\u17b8", "ក\u17be", id="vowel oe in two parts"),
        pytest.param("ក\u17c1\u17b6", "ក\u17c4", id="vowel oo in two parts"),
        pytest.param("\u17a4", "អា", id="old independent aa"),
    ],
)
def test_khmer_spellings_become_one(one: str, other: str) -> None:
    assert one != other
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("နှင့်", "နှင\u103a\u1037", id="dot before or after asat"),
        pytest.param("\u1010\u102f\u102d", "\u1010\u102d\u102f", id="order of vowels"),
        pytest.param("၀န်ထမ်း", "ဝန်ထမ်း", id="zero for wa"),
        pytest.param("၇ုံး", "ရုံး", id="seven for ra"),
        pytest.param("ဥ\u103a", "ဉ\u103a", id="u for nya"),
        pytest.param("ဥ\u102e", "ဦ", id="uu in two parts"),
    ],
)
def test_burmese_spellings_become_one(one: str, other: str) -> None:
    assert one != other
    assert fold(one) == fold(other)


def test_burmese_numbers_before_words_stay_numbers() -> None:
    assert fold("၇ရက် ၁၀ရက်") == fold("7ရက် 10ရက်")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("ໜັງສື", "ຫນັງສື", id="ho-no"),
        pytest.param("ໝາ", "ຫມາ", id="ho-mo"),
        pytest.param("ນ\u0eb3", "ນ\u0ecd\u0eb2", id="am in two parts"),
        pytest.param("ນ\u0ec9\u0eb3", "ນ\u0ecd\u0ec9\u0eb2", id="am with a tone in between"),
        pytest.param("ຫຼື", "ຫລື", id="small lo"),
        pytest.param("ເເມ່", "ແມ່", id="two e for ae"),
    ],
)
def test_lao_spellings_become_one(one: str, other: str) -> None:
    assert one != other
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("น\u0e49\u0e33", "น\u0e4d\u0e49\u0e32", id="am with a tone in between"),
        pytest.param("ท\u0e33", "ท\u0e4d\u0e32", id="am in two parts"),
        pytest.param("เเรงงาน", "แรงงาน", id="two e for ae"),
        pytest.param("ท\u0e48\u0e35", "ท\u0e35\u0e48", id="tone before vowel"),
    ],
)
def test_thai_spellings_become_one(one: str, other: str) -> None:
    assert one != other
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("กา", "ก้า"), ("ကာ", "ကား"), ("កា", "កៅ"), ("ກາ", "ກ່າ"), ("ma", "na"), ("ဝ", "ဂ")],
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_word_is_found_inside_a_run_of_text() -> None:
    assert fold("ទីភ្នាក់ងារ") in fold("ខ្ញុំបានបង់ប្រាក់ឱ្យទីភ្នាក់ងារនៅភ្នំពេញ")
    assert fold("သံရုံး") in fold("ကျွန်တော်သံရုံးကိုသွားခဲ့ပါတယ်")


@given(st.one_of(st.text(), mixed))
def test_the_key_of_a_key_is_itself(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(mixed)
def test_cleaning_does_not_change_the_key(text: str) -> None:
    assert fold(clean(text)) == fold(text)


@given(st.one_of(st.text(), mixed))
def test_clean_text_is_clean(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned == cleaned.strip()
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not set(cleaned) & set("\u200b\u00a0\ufeff\u202e\r\x00\x1b\u2028\ufffe")


def test_lines_and_tabs_stay_and_controls_go() -> None:
    assert clean(" a\r\nb\rc\u2028d\te\x00\x1b[\x7f \n") == "a\nb\nc\nd\te["


def test_invisible_characters_go_and_no_break_spaces_become_plain() -> None:
    assert clean("ភ្នំ\u200bពេញ\u2060\ufeff\u00a0ក\u202fខ\u00ad") == "ភ្នំពេញ ក ខ"
    assert clean("\u202eevil\u202c \u2066x\u2069\ud800") == "evil x"


def test_text_is_composed() -> None:
    assert clean("Vie\u0302\u0323t") == "Việt"
    assert clean("င\u103a\u1037") == "င\u1037\u103a"


@pytest.mark.parametrize(
    "needed",
    ["ক্\u200dষ", "ශ්\u200dරී", "می\u200cخواهم", "👩\u200d🔧", "ប\u200c\u17ca\u17b8"],
)
def test_joiners_stay_where_spelling_needs_them(needed: str) -> None:
    assert clean(needed) == needed


@pytest.mark.parametrize(
    "stray",
    [
        "က\u200dခ",
        "ក\u200cខ",
        "a\u200db",
        "ক\u200d",
        "\u200dক",
        "ক\u200da",
        "\u200c",
        "ক\u200d\u200dষ",
    ],
)
def test_joiners_go_elsewhere(stray: str) -> None:
    assert clean(stray) == stray.replace("\u200d", "").replace("\u200c", "")


@pytest.mark.parametrize(
    ("typed", "region", "number"),
    [
        ("012 345 678", "KH", "+85512345678"),
        ("០១២ ៣៤៥ ៦៧៨", "KH", "+85512345678"),
        ("ဝ၉ ၇၈၉ ၁၂၃ ၄၅၆", "MM", "+959789123456"),
        ("၀၉-၇၈၉-၁၂၃-၄၅၆", "MM", "+959789123456"),
        ("๐๘๑-๒๓๔-๕๖๗๘", "TH", "+66812345678"),
        ("+66 81\u200b 234\u00a05678", "KH", "+66812345678"),
        ("+66812345678", "", "+66812345678"),
        ("00855 12 345 678", "KH", "+85512345678"),
        ("0066 81 234 5678", "KH", "+66812345678"),
        ("001 66 81 234 5678", "KH", "+66812345678"),
        ("007 66 81 234 5678", "KH", "+66812345678"),
    ],
)
def test_telephone_numbers_as_people_write_them(typed: str, region: str, number: str) -> None:
    assert telephone(typed, region) == number


@pytest.mark.parametrize(
    ("typed", "region"),
    [
        ("", "KH"),
        ("no telephone", "KH"),
        ("12", "KH"),
        ("0123456789012345678", "KH"),
        ("012345678", ""),
    ],
)
def test_what_is_no_telephone_number(typed: str, region: str) -> None:
    assert telephone(typed, region) is None


def test_a_number_of_one_town_has_no_international_form() -> None:
    # Seven digits without the area code can be dialled within one North American area only.
    assert telephone("253-0000", "US") is None


@given(st.text(max_size=40))
def test_a_telephone_number_is_stable(typed: str) -> None:
    number = telephone(typed, "MM")
    assert number is None or telephone(number, "KH") == number


def test_a_text_of_all_the_characters_there_are_is_folded_like_any_other() -> None:
    folded = fold("".join(map(chr, range(0x20, 0x10000))))
    assert folded.startswith("!\"#$%&'()*+,-./0123456789:;<=>?@abc")
    assert not {"\u200b", "\u2060", "\ufeff", "\ud800"} & set(folded)
    assert fold("\ufb01\u2060\uff21") == "fia"
