"""All answers once more, and sending them: once, however often the button is pressed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.services import drafts
from casework.services.throttles import Deed
from casework.web import clock, pace
from casework.web.access import public as open_to_all
from casework.web.public import check, drafting, filing, pages
from casework.web.public.blueprint import public
from casework.web.public.steps import Way
from casework.web.public.telling import Telling

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.services.intake import Secret


@public.get("/complaint/check")
@open_to_all
def check_answers() -> ResponseReturnValue:
    """Show all answers before they are sent; what is still open comes first."""
    if drafting.sent():
        return redirect(url_for("public.receipt"))
    answers = drafting.answers(drafting.begun())
    way = Way(Telling(db.session(), answers))
    if way.open is not None:
        return redirect(pages.address(way))
    if not answers.reviewed:
        answers.reviewed = True
        drafting.keep(answers)
        way = way.again()
    back = pages.address_of(way.before("check"))
    return render_template("public/check.html", sections=check.sections(way), back=back)


@public.post("/complaint/check")
@open_to_all
def send() -> ResponseReturnValue:
    """File the complaint and show the receipt.

    Posts of one draft wait for each other at its row: the second one finds the receipt.
    """
    pace.count(Deed.FILING)
    secret = drafting.secret()
    with transaction() as session:
        still_open = _file(session, secret)
    return redirect(still_open or url_for("public.receipt"))


def _file(session: Session, secret: Secret | None) -> str | None:
    """File the draft; return the address of the page that is still open, if one is."""
    draft = drafting.current(session, lock=True)
    if draft is not None and draft.case_id is not None:
        return None
    way = Way(Telling(session, drafting.answers(draft)))
    if draft is None or way.open is not None:
        return pages.address(way)
    drafts.file(session, draft, clock.now(), filing.data(way, i18n.current()), secret)
    return None
