"""The receipt of a complaint, and the code of a draft that is left for later."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain import tracking_code
from casework.models import Case
from casework.services import logins
from casework.web import clock, sessions
from casework.web.access import public as open_to_all
from casework.web.public import ahead, drafting, hotlines, pages
from casework.web.public.blueprint import public
from casework.web.public.steps import Way
from casework.web.public.telling import Telling
from casework.web.sessions import Visitor


@public.get("/complaint/later")
@open_to_all
def later() -> ResponseReturnValue:
    """Show the code of a draft that was left for later."""
    draft = drafting.begun()
    if draft is None or draft.resume_hash is None:
        return redirect(url_for("public.home"))
    way = Way(Telling(db.session(), drafting.answers(draft)))
    return render_template(
        "public/later.html",
        code=tracking_code.grouped(draft.code or ""),
        goes_on_at=pages.address(way),
    )


@public.get("/receipt")
@open_to_all
def receipt() -> ResponseReturnValue:
    """Show the receipt for an hour after sending."""
    return _receipt(printed=False)


@public.get("/receipt/print")
@open_to_all
def receipt_print() -> ResponseReturnValue:
    """Show the receipt as it is to be printed."""
    return _receipt(printed=True)


def _receipt(*, printed: bool) -> ResponseReturnValue:
    draft = drafting.current(db.session())
    if draft is None or draft.case_id is None:
        return redirect(url_for("public.home"))
    case = db.session.get_one(Case, draft.case_id)
    return render_template(
        "public/receipt.html",
        case=case,
        code=tracking_code.grouped(draft.code or ""),
        steps=ahead.expected(db.session(), case),
        lines=hotlines.in_country(case.destination),
        printed=printed,
    )


@public.post("/receipt")
@open_to_all
def receipt_open() -> ResponseReturnValue:
    """Open the case of the receipt at this browser, as its code would."""
    draft = drafting.current(db.session())
    if draft is None or draft.case_id is None:
        return redirect(url_for("public.track"))
    case = db.session.get_one(Case, draft.case_id)
    with transaction() as session:
        token = logins.begin_for_case(session, clock.now(), case)
    sessions.begin(Visitor.COMPLAINANT, token)
    return redirect(url_for("public.status"))
