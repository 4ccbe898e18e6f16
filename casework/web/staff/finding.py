"""Finding a case by its number, by a name in the registry, by telephone, by coded facts.

The search box posts: a telephone number is nobody's to read in an address. What was found by
plain words gets an address of its own, so that it can be opened again and paged; what was looked
for in stories gets none.
"""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.search_text import clean, fold
from casework.i18n import gettext
from casework.services import directory, own_words, queue, queue_rows, registry, search
from casework.services.own_words import Heard
from casework.services.paging import PAGE
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
# Seconds for which stories are looked through while somebody waits.
_WITHIN: Final = 2.0
# What was found in stories has no address, so no further pages.
_LONG_PAGE: Final = 100


@staff.route("/search", methods=["GET", "POST"])
@requires(Permission.QUEUE)
def find(actor: Actor) -> ResponseReturnValue:
    """Show the visible cases that fit what was typed; a whole case number leads to its case."""
    session = reading.session()
    typed = clean(request.values.get("q", ""))[:LONGEST]
    reference = search.exact(session, actor, typed)
    if reference:
        return redirect(url_for("staff.case", reference=reference))
    heard = _heard(actor, typed) if typed and request.form.get("own") else None
    posted = request.method == "POST"
    found = search.find(session, actor, typed, coded(typed), sure=posted) if typed else None
    # A person's number, or a word of a story, is nobody's to read in an address.
    plain = found is not None and found.by and not found.by & {By.TELEPHONE, By.PASSPORT}
    if posted and plain and heard is None:
        return redirect(url_for("staff.find", q=typed))
    return _page(actor, typed, found, heard)


def _heard(actor: Actor, typed: str) -> Heard | None:
    """Look through the words of the cases that the actor keeps, and note that it was done."""
    if not areas.may_enter(actor, Permission.REGISTRY):
        return None
    ends = monotonic() + _WITHIN
    heard = own_words.find(reading.session(), actor, typed, lambda: monotonic() < ends)
    with transaction() as session:
        own_words.note(session, actor, clock.now(), heard)
    return heard


def _page(actor: Actor, typed: str, found: Found | None, heard: Heard | None) -> str:
    session, now = reading.session(), clock.now()
    wish = Wish(view=View.ALL, sort=Sort.NEWEST)
    knows_parties = areas.may_enter(actor, Permission.REGISTRY)
    if found is not None and heard is not None:
        found = own_words.beside(found, heard)
    page = None
    if found is not None and found.by:
        mark = listing.mark(request.args, wish)
        size = _LONG_PAGE if heard else PAGE
        also = found.condition
        page = queue.page(session, actor, now, wish=wish, mark=mark, also=also, size=size)
    addressed = page if heard is None else None
    return render_template(
        "staff/search.html",
        typed=typed,
        listed=queue_rows.of(session, actor, now, page.rows) if page else None,
        links=listing.links("staff.find", addressed, {"q": typed}) if addressed else (None, None),
        heard=heard,
        keeps_cases=knows_parties,
        cut_at=_LONG_PAGE if heard and page and page.after else None,
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
