"""The page of a case: everything its reader may see, as values, and nothing else.

A template gets a `CasePage` and never a row: what an office may not see is not in its reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from casework.domain import countdown, permissions
from casework.domain.countdown import Countdown, State
from casework.domain.escalation import ClockKind, Unit
from casework.domain.facts import LIVE, RecipientKind, ReferralState
from casework.domain.workflow import Action
from casework.services import (
    clocks,
    history,
    messages,
    names,
    next_steps,
    notebook,
    preview,
    sight,
    timeline,
)
from casework.services.facts import case_facts
from casework.services.names import Names
from casework.services.next_steps import Running, Step
from casework.services.preview import Agreed
from casework.services.sight import Sight
from casework.services.timeline import Entry

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, CaseFacts
    from casework.models import Case, Clock, Event, Referral, Task

_MET_BY: Mapping[str, frozenset[str]] = {
    ClockKind.ACKNOWLEDGE: frozenset({Action.ACCEPT, Action.DECLINE, Action.TAKE_ON, Action.REFER}),
    ClockKind.FIRST_ANSWER: frozenset({Action.ANSWER}),
    ClockKind.RESOLVE: frozenset({Action.PROPOSE_OUTCOME, Action.CLOSE}),
    ClockKind.SILENCE: frozenset({Action.REPLY, Action.CONFIRM, Action.DISPUTE}),
}


@dataclass(frozen=True)
class ClockRow:
    """A clock of the case, running or ended, with the source of its term."""

    kind: ClockKind
    office_id: str
    due_at: datetime
    countdown: Countdown
    source: str

    @property
    def running(self) -> bool:
        """Whether somebody still has to act."""
        return self.countdown.state not in {State.MET, State.MISSED, State.STOPPED}


@dataclass(frozen=True)
class Sent:
    """A referral: to whom, which rule decided, who was passed over and why, what was said."""

    id: int
    office_id: str
    track: str
    lead: bool
    state: ReferralState
    rule: str
    passed_over: Sequence[Mapping[str, Any]]
    offered_at: datetime
    decided_at: datetime | None
    office_number: str
    decline_code: str
    reason: str | None
    note: str | None


@dataclass(frozen=True)
class Outcome:
    """The result that was offered or recorded; its words only for those it is meant for."""

    code: str
    remedy_status: str
    close_reason: str
    confirmed: bool | None
    words: str | None


@dataclass(frozen=True)
class CasePage:
    """All that its reader sees of a case."""

    reference: str
    version: int
    status: str
    level: int
    waits_for: str
    filed_at: datetime
    closed_at: datetime | None
    channel: str
    desk_office_id: str
    caseworker_id: int | None
    whole: bool
    sight: Sight
    actions: frozenset[Action]
    steps: Sequence[Step]
    clocks: Sequence[ClockRow]
    outcome: Outcome | None
    referrals: Sequence[Sent]
    consents: Sequence[Agreed]
    conflicted: Sequence[str]
    complained: Sequence[str]
    entries: Sequence[Entry]
    tasks: Sequence[Task]
    readers: Sequence[Event]
    refused: Sequence[Event]
    names: Names = field(default_factory=Names)


def of(
    session: Session, case: Case, actor: Actor, now: datetime, *, only_messages: bool = False
) -> CasePage:
    """Return the page of a case for a member of staff who may see it."""
    facts = case_facts(session, case)
    events = history.of_case(session, case)
    rows = _own_clocks(clocks.of_case(session, case), actor)
    whole = not actor.government
    actions = permissions.available(actor, facts, now)
    shown = CasePage(
        reference=case.reference,
        version=case.version,
        status=case.status,
        level=case.level,
        waits_for=case.waits_for,
        filed_at=case.filed_at,
        closed_at=case.closed_at,
        channel=case.channel if whole else "",
        desk_office_id=case.desk_office_id,
        caseworker_id=case.caseworker_id,
        whole=whole,
        sight=sight.sight(session, case, preview.items_of(session, case, actor), actor.office),
        actions=actions,
        steps=_steps(session, case, actor, now, facts=facts, actions=actions, rows=rows),
        clocks=[_clock_row(session, row, events, now) for row in rows],
        outcome=_outcome(case, actor, facts),
        referrals=_sent(_own_referrals(case, actor)),
        consents=preview.agreed(case, actor),
        conflicted=sorted(facts.conflicted) if whole else [],
        complained=sorted(facts.complained_offices) if whole else [],
        entries=timeline.of(session, case, actor, only_messages=only_messages),
        tasks=notebook.tasks(session, case, actor),
        readers=timeline.readers(events) if whole else [],
        refused=timeline.refused(events, actor),
    )
    return _with_names(session, shown)


def _steps(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    facts: CaseFacts,
    actions: frozenset[Action],
    rows: Sequence[Clock],
) -> list[Step]:
    """Return what the actor should do next, the most pressing first."""
    steps = next_steps.of(
        session,
        actor,
        facts,
        actions,
        running=[_running(session, row, now) for row in clocks.running(rows)],
        unanswered=_unanswered(session, case, actor),
    )
    return sorted(steps, key=next_steps.pressing)


def _own_referrals(case: Case, actor: Actor) -> list[Referral]:
    """Return the dispatches the actor may see: an office those to itself only."""
    return [r for r in case.referrals if not actor.government or r.office_id == actor.office_id]


def _own_clocks(rows: Sequence[Clock], actor: Actor) -> list[Clock]:
    """Return the clocks the actor may see: an office those of its own only."""
    return [row for row in rows if not actor.government or row.office_id == actor.office_id]


def _left(session: Session, row: Clock, now: datetime) -> Countdown:
    calendar = clocks.calendar_of(session, row.office_id, now)
    paused = row.remaining is not None
    return countdown.left(Unit(row.unit), row.due_at, calendar, now, paused=paused)


def _running(session: Session, row: Clock, now: datetime) -> Running:
    return Running(ClockKind(row.kind), row.office_id, row.referral_id, _left(session, row, now))


def _clock_row(session: Session, row: Clock, events: Sequence[Event], now: datetime) -> ClockRow:
    if row.stopped_at is None:
        state = _left(session, row, now)
    else:
        calendar = clocks.calendar_of(session, row.office_id, now)
        state = countdown.ended(_ended(row, events), row.lapsed_at or row.stopped_at, calendar)
    return ClockRow(ClockKind(row.kind), row.office_id, row.due_at, state, row.source)


def _ended(row: Clock, events: Sequence[Event]) -> State:
    """Return how a clock ended: missed, met by what it waited for, or no longer needed."""
    if row.lapsed_at is not None:
        return State.MISSED
    if row.met_at is not None:
        return State.MET
    done = {event.action for event in events if event.at == row.stopped_at}
    return State.STOPPED if done.isdisjoint(_MET_BY[row.kind]) else State.MET


def _unanswered(session: Session, case: Case, actor: Actor) -> bool:
    """Tell whether the complainant wrote last, of what the actor may read."""
    newest = next(iter(messages.readable(session, case, actor)), None)
    return newest is not None and newest.from_complainant


def _outcome(case: Case, actor: Actor, facts: CaseFacts) -> Outcome | None:
    # That there is another case of the person is not told to an office.
    reason = "" if case.merged_into_id and actor.government else case.close_reason
    if not case.outcome and not reason:
        return None
    lead = next((r for r in reversed(facts.referrals) if r.lead), None)
    theirs = lead is not None and lead.office_id == actor.office_id
    return Outcome(
        case.outcome,
        case.remedy_status,
        reason,
        case.confirmed,
        # What an office wrote to the worker is not for the next office to read.
        case.outcome_text if theirs or not actor.government else None,
    )


def _sent(rows: Sequence[Referral]) -> list[Sent]:
    return [
        Sent(
            id=row.id,
            office_id=row.office_id,
            track=row.track,
            lead=row.lead and ReferralState(row.state) in LIVE,
            state=ReferralState(row.state),
            rule=row.rule,
            passed_over=row.passed_over,
            offered_at=row.offered_at,
            decided_at=row.decided_at,
            office_number=row.office_number,
            decline_code=row.decline_code,
            reason=row.reason,
            note=row.note,
        )
        for row in reversed(rows)
    ]


def _with_names(session: Session, page: CasePage) -> CasePage:
    """Return the page with the names of all offices and people it speaks of."""
    offices = [
        page.desk_office_id,
        *page.conflicted,
        *page.complained,
        *(step.office_id for step in page.steps),
        *(row.office_id for row in page.clocks),
        *(row.office_id for row in page.referrals),
        *(each.get("office_id") for row in page.referrals for each in row.passed_over),
        *(row.recipient for row in page.consents if row.kind is RecipientKind.OFFICE),
        *(entry.office_id for entry in page.entries),
        *(entry.data.get("office") for entry in page.entries),
        *(row.office_id for row in (*page.readers, *page.refused)),
        *(each.office_id for each in page.sight.evidence or ()),
    ]
    staff = [
        page.caseworker_id,
        *(row.staff_id for row in page.consents if page.whole),
        *(entry.staff_id for entry in page.entries),
        *(row.staff_id for row in (*page.readers, *page.refused)),
        *(each.staff_id for each in page.sight.evidence or ()),
        *(row.staff_id for row in page.tasks),
        *(entry.data.get("staff") for entry in page.entries),
    ]
    rules = [
        *(row.rule for row in page.referrals),
        *(entry.data.get("rule") for entry in page.entries),
    ]
    return replace(page, names=names.of(session, offices, staff, rules))
