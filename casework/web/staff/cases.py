"""My cases: what is late, what is due, what waits for me."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.domain import areas
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.services import directory, exports, notices, queue, queue_rows, tallies
from casework.services.queue import Sort, View, Whose, Wish
from casework.services.urgency import Rank
from casework.web import clock, reading
from casework.web.access import requires
from casework.web.staff import listing, words
from casework.web.staff.blueprint import labels, staff, zone_of
from casework.web.staff.words import Words

VIEWS: Final = {
    View.OPEN: N_("All open"),
    View.LATE: N_("Late"),
    View.TODAY: N_("Due today"),
    View.MINE: N_("Waits for you"),
    View.OTHERS: N_("With others"),
    View.ENDED: N_("Ended"),
}
GROUPS: Final = {
    Rank.LATE: View.LATE,
    Rank.TODAY: View.TODAY,
    Rank.MINE: View.MINE,
    Rank.OTHERS: View.OTHERS,
}
SORTS: Final[Words] = {
    Sort.CLOCK: N_("Clock, latest first"),
    Sort.NEWEST: N_("Newest first"),
    Sort.OLDEST: N_("Oldest first"),
    Sort.MOVED: N_("Last moved first"),
    Sort.QUIET: N_("Longest without a move"),
}
WHOSE: Final[Words] = {
    Whose.MINE: N_("Mine, and those nobody has"),
    Whose.DESK: N_("All of my desk"),
    Whose.ALL: N_("All I may see"),
}
TURN: Final[Words] = {
    "desk": N_("The desk"),
    "office": N_("An office"),
    "complainant": N_("The worker"),
}


@staff.get("/cases")
@requires(Permission.QUEUE)
def cases(actor: Actor) -> ResponseReturnValue:
    """Show the cases of the reader, the most pressing first."""
    session, now = reading.session(), clock.now()
    wanted = listing.wish(request.args, actor)
    page = queue.page(session, actor, now, wish=wanted, mark=listing.mark(request.args, wanted))
    said = listing.query(wanted, actor)
    counts = tallies.of_list(session, actor, now, wanted.whose)
    return render_template(
        "staff/cases.html",
        wish=wanted,
        counts=counts,
        listed=queue_rows.of(session, actor, now, page.rows),
        links=listing.links("staff.cases", page, said),
        views=_views(wanted, actor),
        grouped=wanted.sort is Sort.CLOCK and wanted.view is View.OPEN,
        narrowed=listing.narrowed(wanted),
        filters=filters(actor),
        chosen=chosen(wanted),
        groups={rank: (gettext(VIEWS[view]), counts[view]) for rank, view in GROUPS.items()},
        notices=notices.unseen(session, actor),
        exported=exports.news(session, actor, now),
        may_export=areas.may_enter(actor, Permission.EXPORT),
        said=said,
        **shared(actor),
    )


def shared(actor: Actor) -> dict[str, Any]:
    """Return what every list of cases needs beside its rows."""
    return {
        "actor": actor,
        "labels": labels(),
        "zone": zone_of(actor),
        "view_words": VIEWS,
        "turns": TURN,
    }


def _views(wanted: Wish, actor: Actor) -> list[tuple[View, str]]:
    """Return each saved view with its address: the filters stay, the place does not."""
    return [
        (view, listing.address("staff.cases", listing.query(replace(wanted, view=view), actor)))
        for view in VIEWS
    ]


def chosen(wanted: Wish) -> dict[str, str]:
    """Return the value that each filter stands at."""
    return {
        "whose": wanted.whose,
        "origin": wanted.origin,
        "destination": wanted.destination,
        "category": wanted.category,
        "status": wanted.status,
        "with": wanted.waits_for,
        "severity": wanted.severity,
        "level": "" if wanted.level is None else str(wanted.level),
        "sort": wanted.sort,
    }


def filters(actor: Actor) -> list[tuple[str, str, list[tuple[str, str]]]]:
    """Return the filters: name, label and choices. An office has no desks to choose from."""
    session = db.session()
    countries = directory.countries(session).values()
    taxonomy = directory.taxonomy(session)
    own = [("whose", gettext("Whose"), words.choices(WHOSE))] if not actor.government else []
    return [
        *own,
        ("origin", gettext("From"), _countries(c.code for c in countries if c.origin)),
        ("destination", gettext("Work in"), _countries(c.code for c in countries if c.destination)),
        (
            "category",
            gettext("Category"),
            [("", gettext("All")), *((c.code, gettext(c.label)) for c in taxonomy.categories)],
        ),
        ("status", gettext("Stage"), [("", gettext("All")), *words.choices(words.STATUS)]),
        ("with", gettext("With"), [("", gettext("Anyone")), *words.choices(TURN)]),
        ("severity", gettext("Severity"), [("", gettext("All")), *words.choices(words.SEVERITY)]),
        (
            "level",
            gettext("Level"),
            [("", gettext("All")), *((str(n), i18n.number(n)) for n in range(6))],
        ),
        ("sort", gettext("Sort by"), words.choices(SORTS)),
    ]


def _countries(codes: Iterable[str]) -> list[tuple[str, str]]:
    named = sorted(((code, i18n.country(code)) for code in codes), key=lambda each: each[1])
    return [("", gettext("All")), *named]


@staff.post("/notices/<int:notice_id>")
@requires(Permission.QUEUE)
def put_away(actor: Actor, notice_id: int) -> ResponseReturnValue:
    """Put one of the reader's notices away."""
    with transaction() as session:
        notices.put_away(session, actor, notice_id, clock.now())
    return redirect(url_for("staff.cases"))
