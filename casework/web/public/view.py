"""What the page of a case shows, put into words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import tzinfo
from typing import TYPE_CHECKING, Final

from casework import i18n
from casework.domain import permissions
from casework.domain.facts import LIVE
from casework.domain.marks import N_
from casework.domain.workflow import Action, Status
from casework.i18n import gettext
from casework.models import Office
from casework.services import clocks, directory, messages, tracking
from casework.services.facts import case_facts, complainant_actor
from casework.services.outcome import OUTCOMES, REMEDY_STATUSES
from casework.services.tracking import Stage
from casework.web import clock
from casework.web.public import ahead, offices

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case, Message

STAGES: Final = {
    Stage.RECEIVED: N_("Received"),
    Stage.TRIAGE: N_("Being checked"),
    Stage.REFERRED: N_("Sent to an office"),
    Stage.ACCEPTED: N_("An office took the case"),
    Stage.DECLINED: N_("The office said no"),
    Stage.IN_PROGRESS: N_("In progress"),
    Stage.WAITING_YOU: N_("Waiting for you"),
    Stage.WAITING_THIRD: N_("Waiting for someone else"),
    Stage.OUTCOME_PROPOSED: N_("Result offered"),
    Stage.CLOSED: N_("Closed"),
    Stage.CLOSED_UNCONFIRMED: N_("Closed, not confirmed by the worker"),
    Stage.REOPENED: N_("Opened again"),
    Stage.WITHDRAWN: N_("Withdrawn"),
    Stage.ESCALATED: N_("Sent to a higher office"),
    Stage.TOGETHER: N_("Handled together with another one you filed"),
}


@dataclass(frozen=True)
class Line:
    """A step of the line; one that is still to come has no day."""

    words: str
    day: str = ""


@dataclass(frozen=True)
class Said:
    """A message as it is shown."""

    mine: bool
    who: str
    day: str
    body: str
    language: str


@dataclass(frozen=True)
class Page:
    """All that the page shows of a case."""

    reference: str
    version: int
    status: str
    lines: tuple[Line, ...]
    ahead: tuple[Line, ...]
    who: str
    who_name: tuple[str, str]
    next_day: str
    next_words: str
    said: tuple[Said, ...]
    question: Said | None
    result: tuple[str, ...]
    result_words: str
    may: frozenset[Action]
    may_tell_office: bool
    together: bool


def of(session: Session, case: Case, actor: Actor) -> Page:
    """Return the page of a case as it is now."""
    facts = case_facts(session, case)
    zone = clocks.calendar_of(session, case.desk_office_id, clock.now()).timezone
    said = tuple(
        _said(session, case, each, zone) for each in messages.readable(session, case, actor)
    )
    due = tracking.expected(session, case, clock.now())
    asked = case.status == Status.WAITING_COMPLAINANT
    who, who_name = _holder(session, case)
    return Page(
        reference=case.reference,
        version=case.version,
        status=case.status,
        lines=tuple(
            Line(gettext(STAGES[mark.stage]), _day(mark.at, zone))
            for mark in tracking.line(session, case)
        ),
        ahead=tuple(Line(gettext(STAGES[stage])) for stage in tracking.ahead(case)),
        who=who,
        who_name=who_name,
        next_day=ahead.by(due[0]) if due else "",
        next_words=ahead.words(due[0]) if due else "",
        said=said,
        question=next((each for each in said if not each.mine), None) if asked else None,
        result=_result(case),
        result_words=case.outcome_text or "" if case.outcome else "",
        may=permissions.available(actor, facts, clock.now()),
        may_tell_office=_office_with_sight(case) is not None,
        together=case.merged_into_id is not None,
    )


def _day(moment: datetime, zone: tzinfo) -> str:
    return i18n.long_date(moment.astimezone(zone).date())


def _holder(session: Session, case: Case) -> tuple[str, tuple[str, str]]:
    office_id = tracking.holder(session, case)
    if office_id is None:
        return gettext("An office"), ("", "")
    row = session.get_one(Office, office_id)
    return offices.kind_name(directory.offices(session)[office_id]), offices.own_name(row)


def _said(session: Session, case: Case, message: Message, zone: tzinfo) -> Said:
    if message.from_complainant:
        who = gettext("You")
    elif message.office_id and tracking.holder(session, case) is not None:
        who = offices.kind_name(directory.offices(session)[message.office_id])
    elif message.office_id:
        who = gettext("An office")
    else:
        who = gettext("The person helping you")
    return Said(
        mine=message.from_complainant,
        who=who,
        day=_day(message.at, zone),
        body=message.body or "",
        language=message.language,
    )


def _result(case: Case) -> tuple[str, ...]:
    """Return the outcome and what came of it, in words; nothing while there is none."""
    if not case.outcome:
        return ()
    return gettext(OUTCOMES[case.outcome]), gettext(REMEDY_STATUSES[case.remedy_status])


def _office_with_sight(case: Case) -> str | None:
    holding = [r for r in case.referrals if r.may_see and r.state in LIVE]
    leading = sorted(holding, key=lambda referral: not referral.lead)
    return leading[0].office_id if leading else None


def office_to_tell(session: Session, case: Case, *, marked: bool) -> str | None:
    """Return the office that a reply also goes to: the one that asked, or the one marked."""
    if marked:
        return _office_with_sight(case)
    if case.status != Status.WAITING_COMPLAINANT:
        return None
    written = messages.readable(session, case, complainant_actor(case))
    asked = (message for message in written if not message.from_complainant)
    question = next(asked, None)
    return question.office_id if question else None


def said_last(session: Session, case: Case, actor: Actor) -> str | None:
    """Return the words of the newest message if the person wrote it."""
    newest = next(iter(messages.readable(session, case, actor)), None)
    return newest.body if newest and newest.from_complainant else None
