"""Zawgyi recognised for a whole submission, and turned into Unicode without harm to the rest."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain.burmese import ZAWGYI_FROM, BurmeseText, decide, to_unicode

# The same text in Zawgyi and in Unicode. Escapes would hide what is written: a font for Unicode
# shows the left column garbled, as it should be.
PAIRS = [
    ("ကၽြန္ေတာ့္ ပတ္စပို႔ကို အလုပ္ရွင္က သိမ္းထားပါတယ္။", "ကျွန်တော့် ပတ်စပို့ကို အလုပ်ရှင်က သိမ်းထားပါတယ်။"),
    ("လုပ္အားခ ၉,၀၀၀ ဘတ္ မရေသးပါ။", "လုပ်အားခ ၉,၀၀၀ ဘတ် မရသေးပါ။"),
    ("သံ႐ုံးက ဖုန္းမကိုင္ပါဘူး", "သံရုံးက ဖုန်းမကိုင်ပါဘူး"),
    ("ႏိုင္ငံကူးလက္မွတ္", "နိုင်ငံကူးလက်မှတ်"),
    ("ပြဲစားက ေငြေတာင္းတယ္", "ပွဲစားက ငွေတောင်းတယ်"),
    ("ဝန္ႀကီးဌာန", "ဝန်ကြီးဌာန"),
    ("အဂၤလိပ္စာနဲ႔ ပစၥည္း", "အင်္ဂလိပ်စာနဲ့ ပစ္စည်း"),
    ("ဒုကၡသည္ သေဘၤာေပၚမွာ", "ဒုက္ခသည် သင်္ဘောပေါ်မှာ"),
    ("မႏၲေလးကို ျပန္ၿပီးၿပီ", "မန္တလေးကို ပြန်ပြီးပြီ"),
    ("လူ႔အခြင့္အေရး ေၾကညာစာတမ္း", "လူ့အခွင့်အရေး ကြေညာစာတမ်း"),
    ("ေမာင္", "မောင်"),
]
MINORITIES = {
    "Shan": "ၽႃႇသႃႇတႆး ပဵၼ်ၽႃႇသႃႇဢၼ်ၵူၼ်းတႆးၸႂ်ႉလၢတ်ႈ ၼႂ်းမိူင်းတႆး လႄႈ မိူင်းထႆး",
    "Shan greeting": "မႂ်ႇသုင်ၶႃႈ",
    "S'gaw Karen": "တၢ်ကတိၤကညီကျိာ် ပှၤမၤတၢ်ဖိ တဒိးန့ၢ်ဘၣ်ဘူးလဲဘၣ်",
    "Pwo Karen": "ဖၠုံ ၥ့ၪယၫ့",
    "Mon": "ဘာသာမန် ဂှ် ဒှ်ဘာသာ မွဲ ပ္ဍဲကဵု ဘာသာ မန်-ခမေဝ် ညးဂွံလဴ ပ္ဍဲ ဍုင်ဗၟာ ကဵု ဍုင်သေံ",
}


@pytest.mark.parametrize(("zawgyi", "meant"), PAIRS)
def test_zawgyi_is_recognised_and_converted(zawgyi: str, meant: str) -> None:
    assert decide([zawgyi])
    assert to_unicode(zawgyi) == unicodedata.normalize("NFC", meant)


@pytest.mark.parametrize("unicode", [meant for _, meant in PAIRS])
def test_unicode_is_recognised_in_both_orders_of_its_marks(unicode: str) -> None:
    assert not decide([unicode])
    assert not decide([unicodedata.normalize("NFC", unicode)])


@pytest.mark.parametrize("language", MINORITIES)
def test_other_languages_of_the_script_are_not_taken_for_zawgyi(language: str) -> None:
    assert not decide([MINORITIES[language]])


@pytest.mark.parametrize(
    "texts", [[], [""], ["Ko Aung", "+95 9"], ["ភ្នំពេញ\u200bខ្មែរ"], ["၁၂၃", "၀၉"]]
)
def test_without_burmese_letters_there_is_no_zawgyi(texts: list[str]) -> None:
    assert not decide(texts)


def test_a_doubtful_unicode_word_stays_as_it_is() -> None:
    # The word for "language", the highest score among the Unicode texts of the glossary.
    assert not decide(["ဘာသာစကား"])
    assert 0.96 < ZAWGYI_FROM < 0.999


def test_the_submission_is_judged_as_one() -> None:
    doubtful, certain = "စာ", PAIRS[0][0]
    assert not decide([doubtful])
    assert decide([doubtful, "Aung", certain])


def test_numbers_stay_numbers() -> None:
    assert to_unicode("ဖုန္း ၀၉-၀-၁၂၃ ။ ၀ ၊ ၀.၅၀") == "ဖုန်း ၀၉-၀-၁၂၃ ။ ၀ ၊ ၀.၅၀"


def test_zero_typed_for_wa_is_read_as_a_letter_even_at_the_start() -> None:
    assert to_unicode("၀န္ထမ္း ၁၀ ဦး") == "ဝန်ထမ်း ၁၀ ဦး"


def test_a_dot_typed_behind_a_space_belongs_to_its_word() -> None:
    assert to_unicode("အခြင္ ့ အေရး") == to_unicode("အခြင့္ အေရး")


def test_a_dot_moved_by_normalisation_finds_its_place_again() -> None:
    typed = "က်\u1037"
    assert unicodedata.normalize("NFC", typed) != typed
    assert to_unicode(unicodedata.normalize("NFC", typed)) == to_unicode(typed) == "ကျ\u1037"


def test_other_scripts_beside_zawgyi_are_untouched() -> None:
    khmer = "ភ្នំពេញ\u200bទៅ\u200bបាងកក"
    assert to_unicode(f"{khmer} ႏွင့္ Bangkok กรุงเทพ") == f"{khmer} နှင\u1037\u103a Bangkok กรุงเทพ"


@given(
    st.text(
        st.characters(exclude_categories=["Cs"]).filter(lambda c: not "\u1000" <= c <= "\u109f")
    )
)
def test_text_without_burmese_is_only_composed(text: str) -> None:
    assert to_unicode(text) == unicodedata.normalize("NFC", text)


@given(st.text(st.characters(min_codepoint=0x1000, max_codepoint=0x109F)))
def test_any_burmese_can_be_judged_and_converted(text: str) -> None:
    assert decide([text]) in {True, False}
    assert unicodedata.is_normalized("NFC", to_unicode(text))


def test_the_original_is_kept_where_it_differs() -> None:
    zawgyi, meant = PAIRS[1]
    assert BurmeseText.read(zawgyi, zawgyi=True) == BurmeseText(meant, zawgyi)
    assert BurmeseText.read("Bangkok", zawgyi=True) == BurmeseText("Bangkok", None)
    assert BurmeseText.read(meant, zawgyi=False) == BurmeseText(meant, None)
