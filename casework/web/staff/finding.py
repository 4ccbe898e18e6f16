"""Finding a case by its number, by a name in the registry, by telephone, by coded facts.

The search box posts: a telephone number is nobody's to read in an address. What was found by
plain words gets an address of its own, so that it can be opened again and paged.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from casework import i18n
from casework.db import db
from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.search_text import clean, fold
from casework.services import directory, queue, queue_rows, registry, search
from casework.services.queue import Sort, View, Wish
from casework.services.search import By, Coded, Found
from casework.web import clock, reading
from casework.web.access import requires
from casework.web.staff import listing
from casework.web.staff.blueprint import staff
from casework.web.staff.cases import shared

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.domain.taxonomy import Choice

LONGEST: Final = 100
_SHORTEST_WORD: Final = 2


@staff.route("/search", methods=["GET", "POST"])
@requires(Permission.QUEUE)
def find(actor: Actor) -> ResponseReturnValue:
    """Show the visible cases that fit what was typed; a whole case number leads to its case."""
    session = reading.session()
    typed = clean(request.values.get("q", ""))[:LONGEST]
    reference = search.exact(session, actor, typed)
    if reference:
        return redirect(url_for("staff.case", reference=reference))
    found = search.find(session, actor, typed, coded(typed)) if typed else None
    # A person's number is nobody's to read in an address.
    plain = found is not None and found.by and not found.by & {By.TELEPHONE, By.PASSPORT}
    if request.method == "POST" and plain:
        return redirect(url_for("staff.find", q=typed))
    return _page(actor, typed, found)


def _page(actor: Actor, typed: str, found: Found | None) -> str:
    session, now = reading.session(), clock.now()
    wish = Wish(view=View.ALL, sort=Sort.NEWEST)
    knows_parties = areas.may_enter(actor, Permission.REGISTRY)
    page = None
    if found is not None and found.by:
        mark = listing.mark(request.args, wish)
        page = queue.page(session, actor, now, wish=wish, mark=mark, also=found.condition)
    return render_template(
        "staff/search.html",
        typed=typed,
        listed=queue_rows.of(session, actor, now, page.rows) if page else None,
        links=listing.links("staff.find", page, {"q": typed}) if page else (None, None),
        parties=registry.search(session, actor, typed) if typed and knows_parties else [],
        opens_in_emergency=areas.may_enter(actor, Permission.EMERGENCY),
        **shared(actor),
    )


def coded(typed: str) -> Coded:
    """Return the codes whose names, in the reader's language, hold what was typed."""
    session = db.session()
    taxonomy = directory.taxonomy(session)
    countries = directory.countries(session)
    wanted = fold(typed)
    named = [code for code in countries if _within(wanted, i18n.country(code))]
    return Coded(
        categories=_fitting(wanted, taxonomy.categories),
        countries=[*named, *(code for code in countries if code.casefold() == wanted)],
        sectors=_fitting(wanted, taxonomy.sectors),
    )


def _fitting(wanted: str, choices: Iterable[Choice]) -> list[str]:
    return [
        each.code
        for each in choices
        if each.code == wanted
        or _within(wanted, each.label)
        or _within(wanted, gettext(each.label))
    ]


def _within(wanted: str, name: str) -> bool:
    return len(wanted) >= _SHORTEST_WORD and wanted in fold(name)
