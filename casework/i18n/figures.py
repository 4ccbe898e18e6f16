"""Numbers, sums, countries and lists as readers of the current language write them.

Codes, references and telephone numbers never pass through here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Final

from babel.lists import format_list
from babel.numbers import format_decimal, get_currency_name

from casework.domain import money as sums
from casework.domain.marks import N_
from casework.i18n import cldr
from casework.i18n.texts import current, gettext

# CLDR joins Burmese with a dash, which no reader expects.
_JOINTS: Final[Mapping[str, str]] = {"my": "၊ "}
# CLDR's names of these say more than people do.
_SHORT_COUNTRIES: Final[Mapping[str, str]] = {"HK": N_("Hong Kong"), "MM": N_("Myanmar")}
_GROUPED_FROM: Final = 1000


def number(value: Decimal | int) -> str:
    """Write a count in prose, grouped as its readers do."""
    if isinstance(value, int) and 0 <= value < _GROUPED_FROM:
        # A list holds hundreds of small counts, which no language groups.
        return cldr.digits(str(value), current())
    figure = format_decimal(value, locale=cldr.here(), numbering_system="latn")
    return cldr.digits(figure, current())


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
    figure = format_decimal(value, pattern, cldr.here(), numbering_system="latn")
    return f"{figure} {currency_name(currency, value)}" if currency else figure


def currency_name(code: str, count: Decimal | int | None = None) -> str:
    """Return a currency's name, in the form that goes with `count` where there are forms."""
    if count is None:
        return _currency_name(code, current())
    name: str = get_currency_name(code, count, cldr.here())
    return cldr.visible(name)


@lru_cache(maxsize=1024)
def _currency_name(code: str, language: str) -> str:
    name: str = get_currency_name(code, None, cldr.locale(language))
    return cldr.visible(name)


def country(code: str) -> str:
    """Return a country's name; its code when nobody has named it."""
    if code in _SHORT_COUNTRIES:
        return gettext(_SHORT_COUNTRIES[code])
    return cldr.visible(cldr.here().territories.get(code, code))


def listed(parts: Iterable[str]) -> str:
    """Return things one after the other, joined as the language joins them."""
    joint = _JOINTS.get(current())
    return (
        joint.join(parts) if joint else cldr.visible(format_list(list(parts), locale=cldr.here()))
    )


def language(code: str) -> str:
    """Return a language's name; its code when nobody has named it."""
    return cldr.visible(cldr.here().languages.get(code, code))
