"""Languages: which one a page is in, and how dates, money and names are written in it.

Whatever is written here for a reader is in the current language: that of the request, or the
one that `in_locale` has set. Codes, references and telephone numbers never pass through here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, tzinfo
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

import flask_babel
from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_name
from flask import Flask
from markupsafe import Markup, escape

from casework.domain import money as sums
from casework.domain.digits import from_latin
from casework.domain.languages import CODES, ENGLISH
from casework.domain.marks import N_

LONG: Final = "long"
# Every language of ours writes the day first; CLDR's plain English is American. The other
# patterns are those of the language style sheet, where it differs from CLDR's long form.
_WRITTEN_AS: Final[Mapping[str, str]] = {"en": "en_GB"}
_LONG_DATES: Final[Mapping[str, str]] = {
    "km": "ថ្ងៃទី d ខែMMMM ឆ្នាំ y",
    "my": "y၊ MMMM d",
}
_WEEKDAY_DATES: Final[Mapping[str, str]] = {"my": "MMM d၊ EEE"}
_WEEKDAY_DATES_WITH_YEAR: Final[Mapping[str, str]] = {"my": "y၊ MMM d၊ EEE"}
# CLDR joins Burmese with a dash, which no reader expects.
_JOINTS: Final[Mapping[str, str]] = {"my": "၊ "}
# CLDR's names of these say more than people do.
_SHORT_COUNTRIES: Final[Mapping[str, str]] = {"HK": N_("Hong Kong"), "MM": N_("Myanmar")}
_NO_BREAK: Final = "\N{WORD JOINER}\N{ZERO WIDTH SPACE}"


class CatalogueMissing(RuntimeError):
    """An enabled language has no catalogue: its pages would be in another language."""


def init_app(app: Flask, translations: Path, choose: Callable[[], str]) -> None:
    """Set the languages of the application up.

    `choose` returns the code of the language that the current request is answered in. Raises
    CatalogueMissing when an enabled language has no folder in `translations`.
    """
    for code in sorted(CODES - {ENGLISH.code}):
        if not (translations / code / "LC_MESSAGES").is_dir():
            raise CatalogueMissing(f"There is no catalogue for {code} in {translations}.")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(translations)
    flask_babel.Babel(app, default_locale=ENGLISH.code, locale_selector=choose)
    app.jinja_env.globals.update(_=_shown, gettext=_shown, ngettext=_shown_many)
    app.jinja_env.filters.update(
        long_date=long_date,
        weekday_date=weekday_date,
        weekday_time=weekday_time,
        date_time=date_time,
        money=money,
        listed=listed,
        number=number,
        some=some,
        country=country,
        language=language,
    )


def _shown(message: str, **variables: Any) -> Markup:
    """Return a text of a page in the reader's language, safe to stand there.

    Jinja's own way takes every text for safe, also one that an administrator has written.
    """
    # The empty text is where a catalogue keeps its own head.
    return _filled(flask_babel.gettext(message) if message else "", variables)


def _shown_many(singular: str, plural: str, num: int, /, **variables: Any) -> Markup:
    """Return a text that depends on a number, as `_shown` does."""
    translations = flask_babel.get_translations()
    return _filled(translations.ungettext(singular, plural, num), {"num": num} | variables)


def _filled(text: str, variables: dict[str, Any]) -> Markup:
    return escape(text) % variables if variables else escape(text)


@contextmanager
def in_locale(code: str) -> Iterator[None]:
    """Write in another reader's language for a while."""
    with flask_babel.force_locale(code):
        yield


def lazy(text: str, **values: Any) -> str:
    """Return a text that is translated when it is shown: for forms, which are made at import.

    Import it as `_l`, the name by which the extractor knows it. It stands for a str wherever
    one is shown or formatted, and is typed as one because the form library asks for that.
    """
    return cast("str", flask_babel.lazy_gettext(text, **values))


def current() -> str:
    """Return the code of the language being written in."""
    return str(flask_babel.get_locale() or ENGLISH.code)


def _cldr() -> Locale:
    return _locale(current())


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return Locale.parse(_WRITTEN_AS.get(language, language))


def _digits(text: str) -> str:
    """Return the text in the digits of its prose, without CLDR's invisible characters."""
    return from_latin(text.translate(dict.fromkeys(map(ord, _NO_BREAK))), current())


def long_date(day: date) -> str:
    """Write a day in full, the day first: 28 November 2026."""
    return _digits(format_date(day, _LONG_DATES.get(current(), LONG), _cldr()))


def weekday_date(day: date, today: date | None = None) -> str:
    """Write a day with its weekday: Wed 25 Nov. With its year when that is not `today`'s."""
    if today is None or day.year == today.year:
        return _with_weekday(day, _WEEKDAY_DATES, "MMMEd")
    return _with_weekday(day, _WEEKDAY_DATES_WITH_YEAR, "yMMMEd")


def weekday(number: int) -> str:
    """Return the name of an ISO weekday: Monday is 1."""
    return str(_cldr().days["stand-alone"]["wide"][number - 1])


def _with_weekday(day: date, patterns: Mapping[str, str], skeleton: str) -> str:
    pattern = patterns.get(current())
    if pattern:
        return _digits(format_date(day, pattern, _cldr()))
    return _digits(format_skeleton(skeleton, day, locale=_cldr()).replace("Sept", "Sep"))


def weekday_time(moment: datetime, zone: tzinfo | str, today: date | None = None) -> str:
    """Write an instant with its weekday and its time in a zone: Wed 25 Nov, 17:00."""
    local = moment.astimezone(_zone(zone))
    return f"{weekday_date(local.date(), today)}{_comma()} {_clock(local)}"


def date_time(moment: datetime, zone: tzinfo | str) -> str:
    """Write an instant in full, in a zone: 25 November 2026, 17:00."""
    local = moment.astimezone(_zone(zone))
    return f"{long_date(local.date())}{_comma()} {_clock(local)}"


def _zone(zone: tzinfo | str) -> tzinfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _clock(local: datetime) -> str:
    return _digits(format_time(local, "HH:mm", locale=_cldr()))


def _comma() -> str:
    return {"my": "၊", "km": ""}.get(current(), ",")


_GROUPED_FROM: Final = 1000


def number(value: Decimal | int) -> str:
    """Write a count in prose, grouped as its readers do."""
    if isinstance(value, int) and 0 <= value < _GROUPED_FROM:
        # A list holds hundreds of small counts, which no language groups.
        return _digits(str(value))
    return _digits(format_decimal(value, locale=_cldr(), numbering_system="latn"))


def some(value: int, most: int = 1000) -> str:
    """Write a count that nobody took further than `most`: that many and more is "999+"."""
    return number(value) if value < most else f"{number(most - 1)}+"


def money(amount: Decimal | int, currency: str = "") -> str:
    """Write a sum with its currency's name; without one, the bare figure.

    Digits stay Latin: sums have to match papers. Decimals stand only when there are any.
    """
    value = Decimal(amount)
    whole = currency in sums.CURRENCIES and sums.decimals_shown(value, currency) == 0
    pattern = "#,##0" if whole or value == value.to_integral_value() else "#,##0.00"
    figure = format_decimal(value, pattern, _cldr(), numbering_system="latn")
    return f"{figure} {currency_name(currency, value)}" if currency else figure


def currency_name(code: str, count: Decimal | int | None = None) -> str:
    """Return a currency's name, in the form that goes with `count` where there are forms."""
    if count is None:
        return _currency_name(code, current())
    name: str = get_currency_name(code, count, _cldr())
    return _visible(name)


@lru_cache(maxsize=1024)
def _currency_name(code: str, language: str) -> str:
    name: str = get_currency_name(code, None, _locale(language))
    return _visible(name)


def country(code: str) -> str:
    """Return a country's name; its code when nobody has named it."""
    if code in _SHORT_COUNTRIES:
        return flask_babel.gettext(_SHORT_COUNTRIES[code])
    return _visible(_cldr().territories.get(code, code))


def listed(parts: Iterable[str]) -> str:
    """Return things one after the other, joined as the language joins them."""
    joint = _JOINTS.get(current())
    return joint.join(parts) if joint else _visible(format_list(list(parts), locale=_cldr()))


def language(code: str) -> str:
    """Return a language's name; its code when nobody has named it."""
    return _visible(_cldr().languages.get(code, code))


def _visible(name: str) -> str:
    # CLDR hides places to break a line in some names; browsers find them by themselves.
    return name.translate(dict.fromkeys(map(ord, _NO_BREAK)))
