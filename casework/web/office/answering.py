"""Showing the code of a packet, and answering about its one case.

The page after the code tells the number of the case and the name of the office, and nothing else:
a paper can be found. The code stands in no address that is sent: the square on the paper carries
it behind the #, where a script takes it from; without the script it is typed.
"""

from __future__ import annotations

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain import packet_code
from casework.domain.marks import N_
from casework.domain.packet_code import BadPacketCode
from casework.i18n import gettext
from casework.models import Office
from casework.services import casefile, packet_links
from casework.services.casefile import NotAllowed
from casework.services.packet_links import Visit
from casework.web import clock, pace
from casework.web.access import public as open_to_all
from casework.web.office import visiting
from casework.web.office.blueprint import NOT_FOUND, WRONG, office
from casework.web.office.forms import AnswerForm, DoorForm
from casework.web.pace import Later

SLIP = N_("Look at it again, block by block: there are 52 letters and digits.")


@office.route("", methods=["GET", "POST"])
@open_to_all
def door() -> ResponseReturnValue:
    """Ask for the code of a packet and open what it opens."""
    form = DoorForm()
    if form.validate_on_submit():
        try:
            return _open(packet_code.parse(form.code.data or ""))
        except BadPacketCode:
            form.code.errors = [gettext(SLIP)]
        except Later as later:
            form.code.errors = [pace.words(later)]
            return pace.answer(render_template("office/door.html", form=form), later)
    return render_template("office/door.html", form=form), WRONG if form.errors else 200


def _open(code: str) -> ResponseReturnValue:
    with pace.tracking_code(), transaction() as session:
        token = packet_links.open_by_code(session, clock.now(), code)
    if token is None:
        pace.tracking_code_failed()
        return _gone()
    return visiting.hold(make_response(redirect(url_for("office.answer"))), token)


def _gone() -> ResponseReturnValue:
    """Answer in the same way to what never was, has run out, was used or taken back."""
    return visiting.forget(make_response(render_template("office/gone.html"), NOT_FOUND))


@office.route("/answer", methods=["GET", "POST"])
@open_to_all
def answer() -> ResponseReturnValue:
    """Ask what the office says, and do it, which uses the link up."""
    visit = visiting.current()
    if visit is None:
        return _gone() if visiting.token() else redirect(url_for("office.door"))
    form = AnswerForm()
    form.offer(visit.answers)
    if form.validate_on_submit():
        return _answered(visit.packet.case_id, form)
    return _page(visit, form), WRONG if form.errors else 200


def _answered(case_id: int, form: AnswerForm) -> ResponseReturnValue:
    try:
        with transaction() as session:
            casefile.lock(session, case_id)
            visit = visiting.current(session)
            if visit is None:
                return _gone()
            packet_links.answer(session, visit, clock.now(), form.reply())
    except NotAllowed:
        # What could be said has changed since the page was shown.
        return redirect(url_for("office.answer"))
    return visiting.forget(make_response(redirect(url_for("office.done"))))


def _page(visit: Visit, form: AnswerForm) -> str:
    packet = visit.packet
    name = db.session().get_one(Office, packet.office_id).name
    return render_template(
        "office/answer.html", form=form, reference=packet.case.reference, name=name
    )


@office.get("/done")
@open_to_all
def done() -> ResponseReturnValue:
    """Say that the answer has arrived."""
    return render_template("office/done.html")
