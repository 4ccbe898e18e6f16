"""Intake: a complaint becomes a case, whichever way it came in.

The web form, the caseworker's page and the import all file through `submit`. One
submission key makes one case, however often it is posted.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from casework import crypto
from casework.domain import reference, tracking_code
from casework.domain.facts import SYSTEM, Said, Severity
from casework.domain.search_text import clean
from casework.domain.workflow import Status
from casework.models import Case, CaseNumber
from casework.services import (
    batch,
    casefile,
    consents,
    directory,
    escalation,
    history,
    referrals,
    told,
)
from casework.services.facts import case_facts

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.complaint import IntakeData
    from casework.domain.facts import Actor

EMBASSY = "embassy"


@dataclass(frozen=True)
class Filed:
    """The case, its secret code where this call made it, and whether it is new."""

    case: Case
    code: str | None
    new: bool


@dataclass(frozen=True)
class Secret:
    """A tracking code, and the slow hash under which it is looked up.

    Whoever writes takes it before the transaction: the hash takes longer than all the rest, and
    while it is taken under a lock all others who write wait.
    """

    code: str
    hashed: bytes


def secret(code: str | None = None) -> Secret:
    """Return a tracking code, a fresh one unless it is given, with its hash."""
    code = code or new_code()
    return Secret(code, crypto.code_lookup(code))


def new_code() -> str:
    """Return a fresh tracking code."""
    return tracking_code.make(lambda n: "".join(str(secrets.randbelow(10)) for _ in range(n)))


def find(session: Session, submission_key: str) -> Case | None:
    """Return the case that this submission has already made, if it has."""
    return session.scalars(select(Case).where(Case.submission_key == submission_key)).first()


def submit(
    session: Session,
    actor: Actor,
    now: datetime,
    *,
    data: IntakeData,
    submission_key: str,
    given: Secret | None = None,
) -> Filed:
    """File a complaint: store it, choose its desk, route it.

    The same `submission_key` again returns the case it made, without a code and without
    change. `given` is the tracking code to give out; without one the case gets a fresh one.
    """
    before = find(session, submission_key)
    if before is not None:
        return Filed(before, None, new=False)
    given = given or secret()
    case = _case(session, now, data, submission_key)
    case.code_hash = given.hashed
    case.code_is_shared = actor.staff_id is not None
    other = _add_or_find(session, case, actor, now, data)
    if other is not None:
        return Filed(other, None, new=False)
    with batch.begun(session, case):
        _send(session, case, actor, now, data)
    return Filed(case, given.code, new=True)


def _send(session: Session, case: Case, actor: Actor, now: datetime, data: IntakeData) -> None:
    history.record(session, case, actor, now, "filed", channel=data.channel, by=data.filed_by)
    _choose_desk(session, case, actor, now)
    referrals.route(session, case, SYSTEM, now)
    if escalation.RETALIATION in data.categories:
        escalation.flag_retaliation(session, case, now)
        casefile.settle(session, case, now)


def _add_or_find(
    session: Session, case: Case, actor: Actor, now: datetime, data: IntakeData
) -> Case | None:
    """Add the case with all that was told, in one go.

    Returns the one that the same submission has made at the same moment.
    """
    try:
        with session.begin_nested(), session.no_autoflush:
            session.add(case)
            told.store(session, case, data)
            consents.store(
                session, case, actor, now, decisions=data.decisions, how=data.consent_how
            )
    except IntegrityError:
        other = find(session, case.submission_key)
        if other is None:
            raise
        return other
    return None


def _number(session: Session, origin: str, now: datetime) -> str:
    counted = CaseNumber()
    session.add(counted)
    session.flush()
    return reference.make(origin, now.year, counted.id)


def _case(session: Session, now: datetime, data: IntakeData, submission_key: str) -> Case:
    taxonomy = directory.taxonomy(session)
    codes = tuple(data.categories)
    severity = taxonomy.severity({code: frozenset(s) for code, s in data.categories.items()})
    about = Said.YES if EMBASSY in data.categories else data.about_official
    return Case(
        reference=_number(session, data.origin, now),
        submission_key=submission_key,
        import_id=data.import_id,
        status=Status.RECEIVED.value,
        severity=max_severity(severity, data.severity),
        origin=data.origin,
        destination=data.destination,
        place=clean(data.place),
        sector=data.sector,
        channel=data.channel,
        language=data.language,
        filed_by=data.filed_by,
        headcount=data.headcount,
        women=data.women,
        documented=data.documented.value,
        safe_now=data.safe_now.value,
        about_official=about.value,
        needs_triage=taxonomy.needs_triage(codes),
        began_on=data.began_on,
        wants=",".join(data.wants),
        campaign=data.campaign,
        desk_office_id=directory.COORDINATOR,
        taxonomy_version=taxonomy.version,
        filed_at=now,
        moved_at=now,
        # Nothing hangs on it yet: nobody has to look.
        people=[],
        referrals=[],
        consents=[],
    )


def max_severity(found: Severity, stated: str | None) -> str:
    """Return the graver of what the categories say and what a person stated."""
    order = list(Severity)
    return max(found, Severity(stated) if stated else found, key=order.index).value


def _choose_desk(session: Session, case: Case, actor: Actor, now: datetime) -> None:
    """Keep a case at the desk that logged it; otherwise ask the rules which desk it is."""
    if actor.office_id is not None:
        casefile.assign(case, actor.office_id, actor.staff_id)
        return
    casefile.choose_desk(session, case, case_facts(session, case), now)
