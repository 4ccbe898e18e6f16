"""How a page of the way is drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import make_response, render_template, url_for
from werkzeug.wrappers import Response

from casework.db import db
from casework.models import Office
from casework.web.public import consent, hotlines, leaves, money, offices
from casework.web.public.steps import CHECK, FIRST, Step, Way

if TYPE_CHECKING:
    from casework.domain.facts import OfficeFacts
    from casework.web.fields import Form


def address_of(step: Step | None) -> str:
    """Return where a page stands; the first page when there is none."""
    return url_for("public.step", step=(step or FIRST).name)


def address(way: Way, name: str | None = None) -> str:
    """Return where a page of this name stands; without one, the first that is still open."""
    wanted = name or (way.open.name if way.open else CHECK)
    if wanted == CHECK:
        return url_for("public.check_answers")
    return url_for("public.step", step=wanted)


def show(way: Way, here: Step, form: Form, **more: Any) -> Response:
    """Return the page of a step with a form, and what else its template takes."""
    template = f"public/{here.template or here.name}.html"
    number, count = way.progress(here)
    telling = way.telling
    page = render_template(
        template,
        way=way,
        telling=telling,
        step=here,
        form=form,
        number=number,
        count=count,
        saved=bool(telling.answers.categories),
        danger=danger(telling.destination, way),
        **_more(way, here, form),
        **more,
    )
    return make_response(page)


def danger(country: str, way: Way) -> dict[str, list[hotlines.Hotline]]:
    """Return the numbers for danger where the person is, or everywhere while that is unknown."""
    destinations = tuple(row.code for row in way.telling.countries if row.destination)
    return hotlines.for_danger(country, destinations)


def _more(way: Way, here: Step, form: Form) -> dict[str, Any]:
    telling = way.telling
    if here.template == "money":
        return {
            "totals": money.totals(money.filled_rows(form)),
            "most": money.MOST_ROWS,
            "row_name": money.row_name,
        }
    if here.place is not None:
        return {"category": telling.categories[here.place]}
    office = consent.office_of(telling, here.name) if here.asks else None
    return _office(way, office) if office else {}


def _office(way: Way, office: OfficeFacts) -> dict[str, Any]:
    row = db.session.get_one(Office, office.id)
    return {
        "office_words": offices.kind_name(office),
        "office_about": offices.what_it_is(office, way.telling.origin),
        "office_name": offices.own_name(row),
        "neutral_first": consent.neutral_first(way.telling),
        "desk_name": offices.own_name(db.session.get_one(Office, way.telling.desk)),
        "seen": leaves.seen(office, leaves.SENT),
        "unseen": leaves.unseen(office, leaves.SENT),
        "seen_more": leaves.seen_more(office),
        "never_seen": leaves.unseen(office, leaves.NAMED),
    }
