"""The page of a case: everything its reader may see, as values, and nothing else.

A template gets a `CasePage` and never a row: what an office may not see is not in its reach.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from casework.domain import permissions
from casework.domain.facts import LIVE, RecipientKind, ReferralState
from casework.domain.workflow import Action
from casework.models import Clock, Event, Evidence, Message, Note, Packet, Task, gathered
from casework.services import (
    at_hand,
    clock_rows,
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
from casework.services.clock_rows import ClockRow
from casework.services.facts import case_facts
from casework.services.names import Names
from casework.services.next_steps import Step
from casework.services.preview import Agreed
from casework.services.sight import Sight
from casework.services.timeline import Entry

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, CaseFacts
    from casework.models import Case, Referral

# What every reader sees, each only what is theirs of it.
_ALWAYS: Final[gathered.Tables] = (Clock, Event, Message, Note, Task, Evidence)


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
    items = preview.items_of(session, case, actor)
    at_hand.more(session, case, (*_ALWAYS, *sight.tables(items), *_of_the_desk(actor)))
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
        sight=sight.sight(session, case, items, actor.office),
        actions=actions,
        steps=_steps(session, case, actor, now, facts=facts, actions=actions, rows=rows),
        clocks=[clock_rows.ended_or_running(session, row, events, now) for row in rows],
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


def _of_the_desk(actor: Actor) -> gathered.Tables:
    return () if actor.government else (Packet,)


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
        running=[clock_rows.running(session, row, now) for row in clocks.running(rows)],
        unanswered=_unanswered(session, case, actor),
    )
    return sorted(steps, key=next_steps.pressing)


def _own_referrals(case: Case, actor: Actor) -> list[Referral]:
    """Return the dispatches the actor may see: an office those to itself only."""
    return [r for r in case.referrals if not actor.government or r.office_id == actor.office_id]


def _own_clocks(rows: Sequence[Clock], actor: Actor) -> list[Clock]:
    """Return the clocks the actor may see: an office those of its own only."""
    return [row for row in rows if not actor.government or row.office_id == actor.office_id]


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
