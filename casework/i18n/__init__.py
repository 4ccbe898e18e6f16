"""Languages: which one a page is in, and how dates, money and names are written in it.

Whatever is written here for a reader is in the current language: that of the request, or the
one that `in_locale` has set. Codes, references and telephone numbers never pass through here.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import flask_babel
from flask import Flask

from casework.domain.languages import CODES, ENGLISH
from casework.i18n.dates import date_time, long_date, weekday, weekday_date, weekday_time
from casework.i18n.figures import country, currency_name, language, listed, money, number, some
from casework.i18n.texts import (
    current,
    forget,
    gettext,
    in_locale,
    lazy,
    ngettext,
    refresh,
    shown,
    shown_many,
)

__all__ = [
    "CatalogueMissing",
    "country",
    "currency_name",
    "current",
    "date_time",
    "gettext",
    "in_locale",
    "init_app",
    "language",
    "lazy",
    "listed",
    "long_date",
    "money",
    "ngettext",
    "number",
    "refresh",
    "some",
    "weekday",
    "weekday_date",
    "weekday_time",
]


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
    forget()
    app.jinja_env.globals.update(_=shown, gettext=shown, ngettext=shown_many)
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
