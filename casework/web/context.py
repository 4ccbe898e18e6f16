"""What every page knows: its language, its base, the way to the same page in another language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask import Flask, current_app, g, request, session, url_for
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.routing import BaseConverter, IntegerConverter, Map

from casework import i18n
from casework.db import db
from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.languages import BY_CODE, CODES, ENABLED, ENGLISH, Language
from casework.domain.marks import N_
from casework.services import facts, installation
from casework.web import access, fields, sessions

if TYPE_CHECKING:
    from casework.models import Staff

LANGUAGE: Final = "language"
STAFF_BASE: Final = "base/staff.html"
PUBLIC_BASE: Final = "base/public.html"
LARGEST_NUMBER: Final = 2**63 - 1


@dataclass(frozen=True)
class Place:
    """An entry of the staff navigation: where it leads, its words, and who may enter."""

    endpoint: str
    label: str
    area: Permission


# In the order in which they stand; the first that an actor may enter is where signing in leads.
NAVIGATION: Final[tuple[Place, ...]] = (
    Place("staff.cases", N_("My cases"), Permission.QUEUE),
    Place("supervisor.escalations", N_("Escalations"), Permission.ESCALATIONS),
    Place("supervisor.workload", N_("Workload"), Permission.WORKLOAD),
    Place("staff.new_case", N_("New case"), Permission.INTAKE),
    Place("staff.parties", N_("Agencies and employers"), Permission.REGISTRY),
    Place("admin.accounts", N_("Administration"), Permission.SETTINGS),
)


class LanguageInPath(BaseConverter):
    """The first part of a public address: an enabled language, and nothing else."""

    regex = "|".join(sorted(CODES))


class RowNumber(IntegerConverter):
    """A number in an address: of a row, so none that no database can hold."""

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=LARGEST_NUMBER)


def init_app(app: Flask) -> None:
    """Give addresses their language and templates what they share."""
    app.url_map.converters["lang"] = LanguageInPath
    app.url_map.converters["int"] = RowNumber
    app.url_value_preprocessor(_take_language)
    app.url_defaults(_add_language)
    app.jinja_env.globals.update(
        may_search=may_search,
        navigation=navigation,
        other_languages=other_languages,
        page_language=page_language,
        shows_demonstration=shows_demonstration,
        enabled_languages=ENABLED,
        form_errors=fields.form_errors,
        signed_in=sessions.staff,
        elsewhere=elsewhere,
    )


def _take_language(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Keep the language of the address for the request; views do not take it."""
    if values and "lang" in values:
        g.lang = values.pop("lang")


def _add_language(endpoint: str, values: dict[str, Any]) -> None:
    """Stay in the page's language unless a link names another."""
    if "lang" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "lang"):
        values["lang"] = g.get("lang") or i18n.current()


def in_staff_rooms() -> bool:
    """Tell whether the request is for the staff's side of the house."""
    return request.path.startswith(("/staff", "/admin"))


def base_template() -> str:
    """Return the base that a page at this address stands on, whether or not it exists."""
    return STAFF_BASE if in_staff_rooms() else PUBLIC_BASE


def choose_language() -> str:
    """Return the language of the request: of its address, the account, the choice, the browser."""
    if "lang" in g:
        return str(g.lang)
    if not in_staff_rooms():
        first = request.path.split("/", 2)[1]
        return first if first in CODES else ENGLISH.code
    login = sessions.sign_in()
    chosen = login.staff.language if login and login.staff else session.get(LANGUAGE)
    if chosen in CODES:
        return str(chosen)
    return request.accept_languages.best_match(sorted(CODES)) or ENGLISH.code


def page_language() -> Language:
    """Return the language that the page is in."""
    return BY_CODE[i18n.current()]


def other_languages() -> list[tuple[Language, str]]:
    """Return each other language with the address of this same page in it."""
    here = page_language()
    return [(each, _same_page(each.code)) for each in ENABLED if each != here]


def _same_page(code: str) -> str:
    if request.endpoint and "lang" in g:
        return url_for(request.endpoint, **{**(request.view_args or {}), "lang": code})
    return f"/{code}/"


def elsewhere() -> str:
    """Return the address to which somebody leaves who must not be seen here."""
    return str(current_app.config["SETTINGS"].exit_url)


def navigation() -> list[Place]:
    """Return the places that the signed-in member of staff may enter."""
    actor = access.current_actor()
    if actor is None:
        return []
    return [place for place in NAVIGATION if areas.may_enter(actor, place.area)]


def may_search() -> bool:
    """Tell whether the signed-in member of staff may look for cases."""
    actor = access.current_actor()
    return actor is not None and areas.may_enter(actor, Permission.QUEUE)


def home(staff: Staff) -> str:
    """Return the address where a member of staff begins the day."""
    actor = facts.staff_actor(staff)
    for place in NAVIGATION:
        if areas.may_enter(actor, place.area):
            return url_for(place.endpoint)
    return url_for("auth.account")


def shows_demonstration() -> bool:
    """Tell whether the page has to say that what it shows is a demonstration."""
    try:
        return installation.shows_demonstration(db.session())
    except SQLAlchemyError:
        # The page that says that the database is away still has to be shown.
        db.session.rollback()
        return bool(current_app.config["SETTINGS"].demo)
