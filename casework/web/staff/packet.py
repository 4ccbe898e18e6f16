"""Packets at the page of a case: what would leave is looked at first, then printed, once.

The paper is handed out in the answer to the form and kept nowhere; its code is on it alone.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any, Final

import segno
from flask import Response, abort, render_template, url_for
from flask.typing import ResponseReturnValue

from casework import i18n, papers
from casework.db import db, transaction
from casework.domain import packet_code
from casework.domain.consent import Item
from casework.domain.escalation import ClockKind
from casework.domain.facts import Actor
from casework.domain.languages import ENABLED, ENGLISH
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Case
from casework.services import (
    casefile,
    clocks,
    directory,
    installation,
    names,
    packet_links,
    packets,
    preview,
)
from casework.services.packets import NoPacket
from casework.web import clock, headers
from casework.web.access import fresh, requires_case
from casework.web.fields import RadioField, chosen
from casework.web.staff import packet_words, words
from casework.web.staff.blueprint import WRONG, labels, staff, zone_of
from casework.web.staff.deed_forms import DeedForm
from casework.web.staff.packet_words import Writer

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from sqlalchemy.orm import Session

    from casework.models import Packet, Referral
    from casework.services.packets import Plan

PDF: Final = "application/pdf"
# What offices of these states write in.
_SPOKEN: Final = {"KH": "km", "MM": "my"}


class PacketForm(DeedForm):
    """In which language, and why on paper."""

    language = RadioField(_l("In which language?"), chosen(_l("Choose a language.")))
    ground = RadioField(_l("Why on paper?"), chosen(_l("Choose a reason.")))


@staff.route("/cases/<reference>/packets/<int:referral_id>", methods=["GET", "POST"])
@requires_case(Action.PACKET)
@fresh
def packet(actor: Actor, case: Case, referral_id: int) -> ResponseReturnValue:
    """Show what would leave on paper; make the packet and hand it out when that is confirmed."""
    form = PacketForm()
    form.language.choices = [(each.code, i18n.language(each.code)) for each in ENABLED]
    form.ground.choices = words.choices(packets.GROUNDS)
    try:
        if form.validate_on_submit():
            return _handed_out(actor, case, referral_id, form)
        referral = packets.find(db.session(), case, referral_id)
    except NoPacket:
        abort(404)
    return _page(actor, case, referral, form), WRONG if form.errors else 200


def _handed_out(actor: Actor, case: Case, referral_id: int, form: PacketForm) -> Response:
    session, now, case_id = db.session(), clock.now(), case.id
    typed = form.version.data or ""
    version = int(typed[:9]) if typed.isascii() and typed.isdigit() else 0
    plan = packets.plan(session, case, actor, now, referral_id=referral_id, version=version)
    # Printed while nobody waits for it; a case that has changed meanwhile is told by its version.
    language, name = form.language.data, f"{case.reference}.pdf"
    paper = papers.pdf(papers.PACKET, _data(session, case, plan, language), now)
    with transaction() as work:
        packets.make(
            work,
            casefile.lock(work, case_id),
            actor,
            now,
            plan=plan,
            language=language,
            ground=form.ground.data,
            version=version,
        )
    response = Response(paper, mimetype=PDF)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    headers.of_file()
    return response


def _page(actor: Actor, case: Case, referral: Referral, form: PacketForm) -> str:
    session = db.session()
    office = directory.offices(session)[referral.office_id]
    seen = preview.for_office(session, case, office)
    form.version.data = str(case.version)
    form.language.data = form.language.data or _SPOKEN.get(office.country, ENGLISH.code)
    return render_template(
        "staff/packet.html",
        form=form,
        case=case,
        actor=actor,
        office=names.of(session, [office.id]).office(office.id),
        sight=seen,
        leaves=[item for item in Item if item in seen.items],
        tally=packets.tally(session, office.id, clock.now()),
        days=installation.packet_days(session),
        labels=labels(case.taxonomy_version),
        whole=False,
        zone=zone_of(actor),
    )


def _data(session: Session, case: Case, plan: Plan, language: str) -> dict[str, Any]:
    """Return all that stands on the paper, in the language of the office."""
    now = clock.now()
    zone = clocks.calendar_of(session, plan.office_id, now).timezone
    known = names.of(session, directory.offices(session))
    referral = packets.find(session, case, plan.referral_id)
    reader = packet_links.actor_of(session, plan.office_id)
    with i18n.in_locale(language):
        parts = Writer(labels(case.taxonomy_version), zone).parts(plan.sight)
        parts.append(packet_words.agreed(preview.agreed(case, reader), known, zone))
        if referral.note:
            parts.append(packet_words.note(referral.note))
        today = i18n.long_date(now.astimezone(zone).date())
        return {
            "language": language,
            "title": gettext("Case %(reference)s", reference=case.reference),
            "office": known.office(plan.office_id),
            "foot": f"{known.office(case.desk_office_id)}, {today}",
            "opening": [_opening(session, case, referral, zone)],
            "parts": parts,
            "answer": _answer(plan, language, zone),
        }


def _opening(session: Session, case: Case, referral: Referral, zone: tzinfo) -> str:
    due = [
        each.due_at
        for each in clocks.running(clocks.of_case(session, case))
        if each.referral_id == referral.id and each.kind == ClockKind.ACKNOWLEDGE
    ]
    if not due:
        return gettext(
            "Your office has taken this case. You can write to the worker and to us, or hand it"
            " back. What stands below is what the worker agreed to."
        )
    return gettext(
        "Please say by %(day)s whether your office takes this case. What stands below is what the"
        " worker agreed to.",
        day=i18n.long_date(min(due).astimezone(zone).date()),
    )


def _answer(plan: Plan, language: str, zone: tzinfo) -> dict[str, Any]:
    address = url_for("office.door", lang=language, _external=True)
    # The code stands behind the #, which no browser sends and no server writes down.
    link, drawing = f"{address}#{plan.code}", io.BytesIO()
    segno.make(link, error="m", micro=False).save(
        drawing, kind="svg", border=2, xmldecl=False, nl=False
    )
    until = i18n.long_date(plan.until.astimezone(zone).date())
    return {
        "title": gettext("How to answer"),
        "qr": drawing.getvalue().decode(),
        "lines": [gettext("Scan this with a telephone, or open the address and type the letters.")],
        "address": address,
        "link": link,
        "code": " ".join(packet_code.grouped(plan.code)),
        "after": [
            gettext(
                "It works once, until %(day)s. Whoever holds this paper can answer for your"
                " office: keep it safe. If it does not work, call the organisation that sent it.",
                day=until,
            ),
        ],
    }


def beside(session: Session, case: Case, actor: Actor) -> dict[str, Any]:
    """Return the packets of a case by dispatch, for its page at the desk: each with its state."""
    if actor.government:
        return {"packets": {}}
    now = clock.now()
    found: dict[int, list[tuple[Packet, str]]] = {}
    for row in packets.of_case(session, case):
        found.setdefault(row.referral_id, []).append((row, _state(session, row, now)))
    return {"packets": found}


def _state(session: Session, row: Packet, now: datetime) -> str:
    if row.answered_at:
        return "answered"
    if row.replaced_at:
        return "replaced"
    return "lives" if packet_links.lives(session, now, row) else "ended"
