"""What is stored of typed text, what is compared when searching, and telephone numbers."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import phonenumbers

from casework.domain.digits import to_latin, to_latin_in_number

# --- what is stored -----------------------------------------------------------------------------

_LINE_ENDS: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_JOINERS: Final = "\u200c\u200d"
# Controls, invisible formatting (among it the marks that turn text around and can disguise it) and
# lone halves of characters; the last two are forbidden in XML, and so in spreadsheets.
_DROPPED_CATEGORIES: Final = frozenset({"Cc", "Cf", "Cs"})
_NOT_TEXT: Final = "\ufffe\uffff"
# Arabic, the scripts of India and Sri Lanka, and emoji spell with joiners. Latin, Thai, Lao and
# Burmese do not; Khmer does at its two register shifters only.
_SPELT_WITH_JOINERS: Final = (
    "\u0600-\u06ff\u0750-\u077f\u08a0-\u0dff\ufe0f\u2600-\u27bf\U0001f000-\U0001faff"
)
_STRAY_JOINER: Final = re.compile(
    f"(?<![{_SPELT_WITH_JOINERS}])(?<![\u17c9\u17ca])[{_JOINERS}](?![\u17c9\u17ca])"
    f"|(?<=[{_SPELT_WITH_JOINERS}])[{_JOINERS}](?![{_SPELT_WITH_JOINERS}])"
)


def clean(text: str) -> str:
    """Return typed text as it is stored: NFC, plain spaces and line ends, nothing invisible.

    Browsers and keyboards put in break opportunities and no-break spaces that would hide a word
    from search; they are put in again when text is shown. Joiners stay where letters need them.
    """
    kept = "".join(_kept(character) for character in _LINE_ENDS.sub("\n", text))
    return unicodedata.normalize("NFC", _STRAY_JOINER.sub("", kept)).strip()


def _kept(character: str) -> str:
    if character in "\n\t" or character in _JOINERS:
        return character
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    return "" if category in _DROPPED_CATEGORIES or character in _NOT_TEXT else character


# --- what is compared ---------------------------------------------------------------------------

_LATIN_MARKS: Final = re.compile("[\u0300-\u036f]")
_SAME_LETTER: Final = str.maketrans(
    {
        # Latin letters that carry their stroke within, so that decomposing does not find it.
        "đ": "d",
        "ł": "l",
        "ø": "o",
        "ı": "i",
        # Khmer: two spellings of one vowel, two old ones, two that are never seen.
        "\u17b2": "\u17b1",
        "\u17a3": "\u17a2",
        "\u17a4": "\u17a2\u17b6",
        "\u17b4": "",
        "\u17b5": "",
        # Lao: the small letter below is the letter lo of the older spelling.
        "\u0ebc": "\u0ea5",
    }
    # Selectors of a glyph's look are no part of the word.
    | {chr(selector): "" for selector in range(0xFE00, 0xFE10)}
)
_SAME_SEQUENCE: Final = (
    # Khmer subscripts da and ta are drawn alike.
    ("\u17d2\u178a", "\u17d2\u178f"),
    # Two of the Thai, and of the Lao, vowel e look like the vowel ae.
    ("\u0e40\u0e40", "\u0e41"),
    ("\u0ec0\u0ec0", "\u0ec1"),
)
# Burmese zero and seven typed for the letters wa and ra that they look like.
_ZERO_FOR_WA: Final = re.compile(
    "(?<![0-9\u1040-\u1049])\u1040(?=[\u1000-\u102a\u102b-\u1032\u1036-\u103e])"
)
_SEVEN_FOR_RA: Final = re.compile("\u1047(?=[\u102b-\u1032\u1036-\u103e])")
# Signs around one Thai, Lao, Burmese or Khmer letter; a Khmer subscript is two characters.
_SIGN: Final = (
    "\u17d2[\u1780-\u17b3]|[\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebb\u0ec8-\u0ece"
    "\u102b-\u1032\u1036-\u1038\u103a-\u103e\u17b6-\u17d1\u17dd]"
)
_ONE_SIGN: Final = re.compile(_SIGN)
_SIGNS: Final = re.compile(f"(?:{_SIGN}){{2,}}")
_SPLIT_KHMER_VOWELS: Final = (("\u17b8\u17c1", "\u17be"), ("\u17b6\u17c1", "\u17c4"))
# The Burmese letter u written for nya, which it looks like before these signs.
_U_FOR_NYA: Final = re.compile("\u1025(?=\u1037?[\u102c\u1039\u103a])")


def fold(text: str) -> str:
    """Return the search key of a text: two texts that a reader takes for the same have one key.

    Case, Latin accents, width and invisible characters do not count; digits are 0-9; look-alike
    spellings and free orders of signs in Khmer, Lao, Thai and Burmese become one. The key is made
    to be compared and indexed, never shown. Zawgyi has to be turned into Unicode before.
    """
    visible = text.translate(_SEARCHED)
    latin = _LATIN_MARKS.sub("", _decomposed(_decomposed(visible).casefold()))
    letters = unicodedata.normalize("NFC", latin.translate(_SAME_LETTER))
    ordered = _SIGNS.sub(_in_one_order, _look_alikes_as_one(letters))
    spelt = to_latin(_U_FOR_NYA.sub("\u1009", ordered))
    return " ".join(unicodedata.normalize("NFC", spelt).split())


class _Searched(dict[int, str]):
    """What is searched of each character; those that were met are known at once."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if character.isspace():
            found = " "
        else:
            dropped = unicodedata.category(character) in _DROPPED_CATEGORIES
            found = "" if dropped else character
        if len(self) < _KNOWN:
            self[code] = found
        return found


# More than all scripts of ours have; a text of all the characters there are fills no memory.
_KNOWN: Final = 4096
_SEARCHED: Final = _Searched()


def _decomposed(text: str) -> str:
    # This also takes apart the Thai and Lao vowel am and the Lao double letters ho-no, ho-mo.
    return unicodedata.normalize("NFKD", text)


def _look_alikes_as_one(text: str) -> str:
    for sequence, same in _SAME_SEQUENCE:
        text = text.replace(sequence, same)
    return _SEVEN_FOR_RA.sub("\u101b", _ZERO_FOR_WA.sub("\u101d", text))


def _in_one_order(signs: re.Match[str]) -> str:
    """Return the signs of one letter sorted, so that the order of typing does not count."""
    ordered = "".join(sorted(_ONE_SIGN.findall(signs[0])))
    for parts, vowel in _SPLIT_KHMER_VOWELS:
        ordered = ordered.replace(parts, vowel)
    return ordered


# --- telephone numbers --------------------------------------------------------------------------


# People write 00 for + wherever they are, but several of our countries dial 001, 007 or 008
# instead; a library that knows only this reads 00855 (Cambodia) as 008 and 55 (Brazil). 001 is no
# such plus here: it would be North America, and nearly always is the prefix of the country.
_PLUS_AS_ZEROS: Final = re.compile("^00(?=[2-9])")


def telephone(typed: str, region: str) -> str | None:
    """Return a telephone number in E.164 (+85512345678), or None if there is no such number.

    `typed` may use any script's digits; `region` is the two-letter country whose national way of
    writing is assumed when no country code is given. The length is checked, not whether it rings.
    """
    dialled = to_latin_in_number(clean(typed))
    return _international(_PLUS_AS_ZEROS.sub("+", dialled, count=1), region) or _international(
        dialled, region
    )


def _international(dialled: str, region: str) -> str | None:
    try:
        number = phonenumbers.parse(dialled, region)
    except phonenumbers.NumberParseException:
        return None
    # A number that can only be dialled within its own town has no international form.
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
