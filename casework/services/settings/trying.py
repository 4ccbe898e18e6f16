"""The trial of a changed routing table on the cases that are there: nothing is written.

Rules look at few facts, and many cases agree in all of them: each combination is routed once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from casework.domain import routing
from casework.domain.conflict import conflicted_offices
from casework.domain.escalation import ClockKind
from casework.domain.facts import (
    CaseFacts,
    ConsentFact,
    RecipientKind,
    Said,
    Scope,
    Severity,
)
from casework.domain.routing import Rule, RuleTrack
from casework.models import Case, CaseCategory, CaseParty, Clock, Consent
from casework.services import directory

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# The newest cases stand for all where there are more: an administrator waits for the answer.
MOST: Final = 5000
_OVERDUE: Final = timedelta(days=30)
_START: Final = datetime(2000, 1, 1, tzinfo=UTC)
_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Trial:
    """What a change would do: how many of the cases go elsewhere, and how many of these where.

    `overdue` counts the moved cases that would come to an office which has let a clock run out in
    the last 30 days; `to` says how many each office would get.
    """

    cases: int
    moved: int
    overdue: int
    to: Mapping[str, int]


def trial(session: Session, now: datetime, *, track: RuleTrack, rules: Sequence[Rule]) -> Trial:
    """Return what these rules of one track would change, for open and past cases alike."""
    place = any(rule.place for rule in (*rules, *directory.rules(session)))
    seen = Counter(_stored(session, place=place))
    moved: Counter[str] = Counter()
    for case, times in seen.items():
        old = _decide(session, case, directory.rules(session), track)
        new = _decide(session, case, rules, track)
        if new != old:
            moved[new] += times
    late = _overdue(session, now)
    overdue = sum(times for office, times in moved.items() if office in late)
    return Trial(sum(seen.values()), sum(moved.values()), overdue, dict(moved))


def _decide(session: Session, case: CaseFacts, rules: Sequence[Rule], track: RuleTrack) -> str:
    offices = directory.offices(session)
    return routing.route(case, rules, offices, track, directory.COORDINATOR).office_id


def _overdue(session: Session, now: datetime) -> frozenset[str]:
    query = select(Clock.office_id).where(
        Clock.lapsed_at >= now - _OVERDUE, Clock.kind != ClockKind.SILENCE.value
    )
    return frozenset(session.scalars(query.distinct()))


def _stored(session: Session, *, place: bool) -> list[CaseFacts]:
    """Return the newest cases as rules see them, without what rules do not look at."""
    columns = (
        Case.id,
        Case.origin,
        Case.destination,
        Case.place,
        Case.severity,
        Case.documented,
        Case.about_official,
        Case.needs_triage,
        Case.triaged_at,
    )
    rows = session.execute(select(*columns).order_by(Case.id.desc()).limit(MOST)).all()
    newest = select(Case.id).order_by(Case.id.desc()).limit(MOST).subquery()
    ids = select(newest.c.id)
    codes = _grouped(
        session,
        select(CaseCategory.case_id, CaseCategory.code)
        .where(CaseCategory.case_id.in_(ids))
        .order_by(CaseCategory.position),
    )
    accused = _grouped(
        session,
        select(CaseParty.case_id, CaseParty.office_id).where(
            CaseParty.case_id.in_(ids), CaseParty.office_id.is_not(None)
        ),
    )
    consents = _consents(session, ids)
    offices = directory.offices(session)
    found = []
    for row in rows:
        case = _facts(row, codes[row.id], accused[row.id], consents[row.id], place=place)
        found.append(replace(case, conflicted=conflicted_offices(case, offices)))
    return found


def _facts(
    row: Any,
    codes: Sequence[str],
    accused: Sequence[str],
    consents: Sequence[ConsentFact],
    *,
    place: bool,
) -> CaseFacts:
    return CaseFacts(
        id=0,
        origin=row.origin,
        destination=row.destination,
        place=row.place if place else "",
        categories=tuple(dict.fromkeys(codes)),
        severity=Severity(row.severity),
        documented=Said(row.documented),
        about_official=Said(row.about_official),
        triaged=row.triaged_at is not None,
        needs_triage=row.needs_triage,
        complained_offices=frozenset(accused),
        consents=tuple(consents),
    )


def _grouped(session: Session, query: Any) -> Mapping[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for case_id, value in session.execute(query):
        found[case_id].append(value)
    return found


def _consents(session: Session, ids: Any) -> Mapping[int, list[ConsentFact]]:
    """Return the decisions of each case; their order counts, their dates would tell cases apart."""
    query = select(
        Consent.case_id,
        Consent.recipient_kind,
        Consent.recipient,
        Consent.scope,
        Consent.given,
        Consent.withdrawn_at,
    ).where(Consent.case_id.in_(ids))
    found: dict[int, list[ConsentFact]] = defaultdict(list)
    for row in session.execute(query.order_by(Consent.at, Consent.id)):
        told = found[row.case_id]
        told.append(
            ConsentFact(
                RecipientKind(row.recipient_kind),
                row.recipient,
                Scope(row.scope),
                row.given,
                _START + _SECOND * len(told),
                row.withdrawn_at is not None,
            )
        )
    return found
