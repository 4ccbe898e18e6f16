"""The very first page: a person chooses a language."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from casework import i18n
from casework.domain.languages import ENABLED, Language
from casework.web.access import public

pages: Final = Blueprint("pages", __name__)


@pages.get("/")
@public
def language() -> ResponseReturnValue:
    """Show every enabled language in its own script, with one sentence of what is here."""
    return render_template("pages/language.html", offers=[(each, _offer(each)) for each in ENABLED])


def _offer(each: Language) -> str:
    with i18n.in_locale(each.code):
        return gettext("A problem with work abroad? We help.")
