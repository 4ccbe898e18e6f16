"""What should happen next with a case, for the one who looks at it: the top of its page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from casework.domain import permissions, routing
from casework.domain.countdown import Countdown, State
from casework.domain.escalation import ClockKind
from casework.domain.facts import ReferralState
from casework.domain.workflow import ENDED, Action, Status
from casework.services import directory

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor, CaseFacts, OfficeFacts, ReferralFacts


@dataclass(frozen=True)
class Running:
    """A running clock: what it waits for, who must act, and how much is left."""

    kind: ClockKind
    office_id: str
    referral_id: int | None
    countdown: Countdown


@dataclass(frozen=True)
class Step:
    """One step: a code for its sentence, the action that does it, and the clock it stops."""

    code: str
    action: Action | None = None
    clock: Countdown | None = None
    office_id: str | None = None


def of(
    session: Session,
    actor: Actor,
    facts: CaseFacts,
    actions: frozenset[Action],
    *,
    running: Sequence[Running],
    unanswered: bool,
) -> list[Step]:
    """Return the steps for the actor, the most pressing first; a button only for what is allowed.

    `running` are the clocks the actor may see; `unanswered` says that the worker wrote last.
    """
    if facts.status in ENDED:
        steps = [Step("ended", Action.REOPEN)]
    elif actor.government:
        steps = _for_office(actor, facts, running, unanswered=unanswered)
    else:
        steps = _for_desk(session, facts, running, unanswered=unanswered)
    if facts.held and not actor.government:
        steps.append(Step("second_person", Action.LIFT_CONFLICT))
    return [_offered(step, actions) for step in steps]


def _offered(step: Step, actions: frozenset[Action]) -> Step:
    if step.action is None or step.action in actions:
        return step
    return Step(step.code, None, step.clock, step.office_id)


def _clock(
    running: Sequence[Running], kind: ClockKind, referral: ReferralFacts | None
) -> Countdown | None:
    wanted = referral.id if referral else None
    return next(
        (each.countdown for each in running if (each.kind, each.referral_id) == (kind, wanted)),
        None,
    )


def _for_office(
    actor: Actor, facts: CaseFacts, running: Sequence[Running], *, unanswered: bool
) -> list[Step]:
    own = permissions.own_referral(actor, facts)
    if own is None or not permissions.live_office(actor, facts):
        return [Step("not_with_you")]
    if own.state is ReferralState.OFFERED:
        return [Step("say_yes_or_no", Action.ACCEPT, _clock(running, ClockKind.ACKNOWLEDGE, own))]
    if facts.status is Status.OUTCOME_PROPOSED:
        return [Step("worker_decides")]
    first = _clock(running, ClockKind.FIRST_ANSWER, own)
    steps = []
    if first or unanswered:
        steps.append(Step("answer" if unanswered else "first_answer", Action.ANSWER, first))
    steps.append(Step("result", Action.PROPOSE_OUTCOME, _clock(running, ClockKind.RESOLVE, own)))
    return steps


def _for_desk(
    session: Session, facts: CaseFacts, running: Sequence[Running], *, unanswered: bool
) -> list[Step]:
    steps = []
    if unanswered:
        first = _clock(running, ClockKind.FIRST_ANSWER, None)
        steps.append(Step("answer", Action.ANSWER, first))
    if facts.status is Status.OUTCOME_PROPOSED:
        steps.append(
            Step("worker_decides", Action.CONFIRM, _clock(running, ClockKind.SILENCE, None))
        )
    elif facts.status is Status.WAITING_COMPLAINANT:
        steps.append(Step("worker_turn", None, _clock(running, ClockKind.SILENCE, None)))
    elif facts.lead:
        steps.append(_with_office(facts.lead, running))
    else:
        steps += _at_desk(facts, running, unanswered=unanswered)
    ready = _ready_office(session, facts)
    if ready and facts.status is not Status.OUTCOME_PROPOSED:
        action = Action.REFER_ALSO if facts.lead else Action.REFER
        steps.append(Step("send", action, None, ready.id))
    return steps


def _with_office(lead: ReferralFacts, running: Sequence[Running]) -> Step:
    """Return what the leading office owes next; the desk may push it up a step."""
    for kind, code in (
        (ClockKind.ACKNOWLEDGE, "office_says"),
        (ClockKind.FIRST_ANSWER, "office_answers"),
        (ClockKind.RESOLVE, "office_result"),
    ):
        clock = _clock(running, kind, lead)
        if clock:
            return Step(code, Action.ESCALATE, clock, lead.office_id)
    return Step("office_result", Action.ESCALATE, None, lead.office_id)


def _at_desk(facts: CaseFacts, running: Sequence[Running], *, unanswered: bool) -> list[Step]:
    if facts.status in {Status.RECEIVED, Status.TRIAGE}:
        clock = _clock(running, ClockKind.ACKNOWLEDGE, None)
        if facts.triaged:
            return [Step("take_or_send", Action.TAKE_ON, clock)]
        return [Step("check", Action.RECLASSIFY, clock)]
    first = _clock(running, ClockKind.FIRST_ANSWER, None)
    steps = [Step("first_answer", Action.ANSWER, first)] if first and not unanswered else []
    steps.append(Step("result", Action.PROPOSE_OUTCOME, _clock(running, ClockKind.RESOLVE, None)))
    return steps


def _ready_office(session: Session, facts: CaseFacts) -> OfficeFacts | None:
    """Return the first office that fits, has consent, and was not asked yet."""
    asked = {referral.office_id for referral in facts.referrals}
    offices = directory.offices(session)
    for office in routing.fitting_offices(facts, directory.rules(session), offices):
        if office.government and office.id not in asked and not routing.obstacle(office, facts):
            return office
    return None


def pressing(step: Step) -> tuple[int, float]:
    """Return the sort key of a step: late ones, a worker who waits for words, then by clock."""
    if step.clock is None:
        return (1 if step.code == "answer" else 3), 0.0
    return (0 if step.clock.state is State.LATE else 2), step.clock.at.timestamp()
