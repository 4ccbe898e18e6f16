"""The very first page: a person chooses a language."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from flask import Blueprint, Response, abort, current_app, render_template
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.config import Settings
from casework.domain.languages import ENABLED, Language
from casework.i18n import gettext
from casework.web import clock
from casework.web.access import public

pages: Final = Blueprint("pages", __name__)
_GOOD_FOR: Final = timedelta(days=365)


@pages.get("/")
@public
def language() -> ResponseReturnValue:
    """Show every enabled language in its own script, with one sentence of what is here."""
    return render_template("pages/language.html", offers=[(each, _offer(each)) for each in ENABLED])


@pages.get("/.well-known/security.txt")
@public
def security_txt() -> ResponseReturnValue:
    """Say where a weakness is reported (RFC 9116); there is no page while nobody is named."""
    settings: Settings = current_app.config["SETTINGS"]
    if settings.security_contact is None:
        abort(404)
    until = (clock.now() + _GOOD_FOR).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"Contact: {settings.security_contact}\nExpires: {until}\n"
    return Response(text, mimetype="text/plain")


def _offer(each: Language) -> str:
    with i18n.in_locale(each.code):
        return gettext("A problem with work abroad? We help.")
