"""Who may do what to a case: one map from actions to predicates, and nothing else.

Views, pages and the single writer of status all ask `allowed()`; listings use a SQL twin
of `may_see()` that is proven equal to it. Who may not know a case gets the same answer as
if it did not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from casework.domain import conflict, consent, workflow
from casework.domain.facts import (
    DESK_ROLES,
    KEEPS_SIGHT,
    LIVE,
    Actor,
    ActorKind,
    CaseFacts,
    ReferralFacts,
    ReferralState,
    Role,
)
from casework.domain.workflow import Action, Status

if TYPE_CHECKING:
    from datetime import datetime

    from casework.domain.facts import OfficeFacts

REOPEN_WITHIN = timedelta(days=90)
Predicate = Callable[[Actor, CaseFacts], bool]


def own_referral(actor: Actor, case: CaseFacts) -> ReferralFacts | None:
    """Return the newest referral to the actor's office, whatever its state."""
    own = [r for r in case.referrals if r.office_id == actor.office_id]
    return max(own, key=lambda r: (r.state in LIVE, r.id), default=None)


def _staff(actor: Actor, *roles: Role) -> bool:
    return actor.kind is ActorKind.STAFF and actor.role in roles


def desk_member(actor: Actor, case: CaseFacts) -> bool:
    """A caseworker or supervisor of the desk that keeps the case."""
    return (
        _staff(actor, Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR)
        and actor.office_id == case.desk
    )


def network_member(actor: Actor, _case: CaseFacts) -> bool:
    """A coordinator or supervisor of the whole network."""
    return _staff(actor, Role.COORDINATOR, Role.SUPERVISOR) and actor.network


def desk_supervisor(actor: Actor, case: CaseFacts) -> bool:
    """The supervisor of the desk that keeps the case."""
    return _staff(actor, Role.SUPERVISOR) and actor.office_id == case.desk


def sighted_office(actor: Actor, case: CaseFacts) -> bool:
    """An officer whose office was sent the case and did not turn it down."""
    own = own_referral(actor, case)
    return (
        _staff(actor, Role.OFFICER, Role.SUPERVISOR)
        and own is not None
        and (own.state in KEEPS_SIGHT)
    )


def live_office(actor: Actor, case: CaseFacts) -> bool:
    """An officer whose office holds the case now."""
    own = own_referral(actor, case)
    return sighted_office(actor, case) and own is not None and own.state in LIVE


def offered_office(actor: Actor, case: CaseFacts) -> bool:
    """An officer whose office has not said yet whether it takes the case."""
    own = own_referral(actor, case)
    return live_office(actor, case) and own is not None and own.state is ReferralState.OFFERED


def accepted_office(actor: Actor, case: CaseFacts) -> bool:
    """An officer whose office has taken the case."""
    return live_office(actor, case) and not offered_office(actor, case)


def lead_office(actor: Actor, case: CaseFacts) -> bool:
    """An officer of the office that leads and has taken the case."""
    return (
        accepted_office(actor, case)
        and case.lead is not None
        and case.lead.office_id == actor.office_id
    )


def complainant(actor: Actor, case: CaseFacts) -> bool:
    """The person who opened this very case with its tracking code."""
    return actor.kind is ActorKind.COMPLAINANT and actor.case_id == case.id


def system(actor: Actor, _case: CaseFacts) -> bool:
    """The clock."""
    return actor.kind is ActorKind.SYSTEM


def no_lead(_actor: Actor, case: CaseFacts) -> bool:
    """No office leads: the desk itself works on the case."""
    return case.lead is None


def has_lead(_actor: Actor, case: CaseFacts) -> bool:
    """An office leads the case."""
    return case.lead is not None


def held_by_an_office(_actor: Actor, case: CaseFacts) -> bool:
    """An office was sent the case and holds it now, or has not said yet whether it takes it."""
    return any(referral.state in LIVE for referral in case.referrals)


def not_asked_at_this_level(_actor: Actor, case: CaseFacts) -> bool:
    """The complainant has not asked to escalate at this level yet."""
    return case.escalation_asked_at_level != case.level


def second_person(actor: Actor, case: CaseFacts) -> bool:
    """A conflict is held whose lifting another person's change has made possible."""
    return bool(conflict.liftable(actor, case))


def _all(*predicates: Predicate) -> Predicate:
    return lambda actor, case: all(holds(actor, case) for holds in predicates)


_DESK: tuple[Predicate, ...] = (desk_member, network_member)
_HEADS: tuple[Predicate, ...] = (desk_supervisor, network_member)
_DESK_WITHOUT_LEAD = (_all(desk_member, no_lead), _all(network_member, no_lead))

GRANTS: dict[Action, tuple[Predicate, ...]] = {
    Action.TRIAGE: (*_DESK, system),
    Action.TAKE_ON: _DESK_WITHOUT_LEAD,
    Action.REFER: (*_DESK_WITHOUT_LEAD, system),
    Action.REFER_ALSO: (_all(desk_member, has_lead), _all(network_member, has_lead)),
    Action.ACCEPT: (offered_office,),
    Action.DECLINE: (live_office,),
    Action.RECALL: (_all(desk_member, has_lead), _all(network_member, has_lead), system),
    Action.ANSWER: (*_DESK, accepted_office),
    Action.ASK_COMPLAINANT: (lead_office, *_DESK_WITHOUT_LEAD),
    Action.WAIT_THIRD: (lead_office, *_DESK_WITHOUT_LEAD),
    Action.RESUME: (lead_office, *_DESK_WITHOUT_LEAD, system),
    Action.PROPOSE_OUTCOME: (lead_office, *_DESK_WITHOUT_LEAD),
    Action.CONFIRM: (complainant, desk_member),
    Action.DISPUTE: (complainant, desk_member),
    Action.CLOSE_UNCONFIRMED: (system,),
    Action.CLOSE: _HEADS,
    Action.ESCALATE: (*_DESK, system),
    Action.ESCALATE_TO_DESK: (system,),
    Action.ASK_ESCALATION: (_all(complainant, not_asked_at_this_level),),
    Action.TAKE_OVER: _HEADS,
    Action.REASSIGN: (*_HEADS, _all(desk_member, no_lead)),
    Action.EXTEND: _HEADS,
    Action.WITHDRAW: (complainant, desk_member),
    Action.REOPEN: (complainant, *_DESK),
    Action.REPLY: (complainant,),
    Action.NOTE: (*_DESK, live_office),
    Action.TASK: (*_DESK, accepted_office),
    Action.CLAIM: (*_DESK,),
    Action.REMEDY: (*_DESK, accepted_office),
    Action.EMBASSY_CONTACT: _DESK,
    Action.CONSENT: (complainant, *_DESK),
    Action.RECLASSIFY: _DESK,
    Action.OFFICE_NUMBER: (accepted_office,),
    Action.CHANGE_CODE: (complainant,),
    Action.EVIDENCE: (complainant, *_DESK, accepted_office),
    Action.REMOVE_EVIDENCE: (complainant,),
    Action.OPEN_ORIGINAL: (desk_member,),
    Action.ADD_MEMBER: (desk_member,),
    Action.MERGE: (desk_member,),
    Action.PACKET: (_all(desk_member, held_by_an_office), _all(network_member, held_by_an_office)),
    Action.HOLD: _HEADS,
    Action.ERASE: (complainant, desk_member),
    Action.KEEP: (complainant, desk_member),
    Action.LIFT_CONFLICT: (
        _all(desk_supervisor, second_person),
        _all(network_member, second_person),
    ),
}
SIGHT: tuple[Predicate, ...] = (*_DESK, sighted_office, complainant, system)
# By these predicates an office acts that was sent a case; all others speak of desks and workers.
_OF_OFFICES: frozenset[Predicate] = frozenset(
    {live_office, offered_office, accepted_office, lead_office}
)
# What an office says of its own referral leaves the case's status alone unless it leads.
_OF_ONE_REFERRAL = frozenset({Action.ACCEPT, Action.DECLINE, Action.ANSWER})
# Whoever holds the code of a case that goes on in another one can still write, and be answered.
_WORDS = frozenset({Action.REPLY, Action.ANSWER})


def may_see(actor: Actor, case: CaseFacts) -> bool:
    """Tell whether the actor may know that this case exists.

    Conflict of interest outranks everything. An office that needs consent also needs the
    case to be past neutral triage, and a consent that holds at this moment.
    """
    if conflict.actor_in_conflict(actor, case):
        return False
    if actor.office is not None and not _office_may_hold(actor.office, case):
        return False
    return any(holds(actor, case) for holds in SIGHT)


def may_open_in_emergency(actor: Actor, case: CaseFacts) -> bool:
    """Tell whether the actor may open a case that is not theirs, with a reason and for a time.

    Only people of a desk may, and nobody in conflict of interest (security card, abuse 14).
    """
    at_desk = actor.office is not None and actor.office.active and not actor.government
    return (
        at_desk
        and _staff(actor, Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR)
        and not conflict.actor_in_conflict(actor, case)
    )


def may_read(actor: Actor, case: CaseFacts) -> bool:
    """Tell whether the actor may read the page of the case: nothing else follows from it.

    Besides those who may see the case, whoever has opened it in an emergency may. Lists,
    counts, files and actions ask `may_see`.
    """
    if may_see(actor, case):
        return True
    return case.id in actor.opened and may_open_in_emergency(actor, case)


def _office_may_hold(office: OfficeFacts, case: CaseFacts) -> bool:
    if office.role in DESK_ROLES:
        return True
    return not conflict.awaits_triage(case) and consent.may_receive(office, case.consents)


def office_may_see(office: OfficeFacts, case: CaseFacts, state: ReferralState) -> bool:
    """Tell whether staff of an office with a referral in `state` may know the case."""
    return (
        state in KEEPS_SIGHT and office.id not in case.conflicted and _office_may_hold(office, case)
    )


def ever(actor: Actor, action: Action) -> bool:
    """Tell whether people of the actor's kind of office can take the action at all, on any case.

    A form that grew old keeps what was typed; one that was never theirs is not shown to them.
    """
    return not actor.government or not _OF_OFFICES.isdisjoint(GRANTS[action])


def follows(actor: Actor, case: CaseFacts, action: Action) -> Status:
    """Return the status after `action` by `actor`; raise IllegalTransition.

    An office that does not lead accepts, declines and answers beside the case's status.
    """
    own = own_referral(actor, case)
    if action in _OF_ONE_REFERRAL and own and not own.lead and case.status in workflow.OPEN:
        return case.status
    return workflow.after(case.status, action)


def allowed(actor: Actor, case: CaseFacts, action: Action, now: datetime) -> bool:
    """Tell whether the actor may take the action on the case at `now` (aware)."""
    if not may_see(actor, case) or not any(holds(actor, case) for holds in GRANTS[action]):
        return False
    if action is Action.REOPEN and not _may_reopen(actor, case, now):
        return False
    if action in _WORDS and case.status in workflow.ENDED and not case.merged:
        return False
    try:
        follows(actor, case, action)
    except workflow.IllegalTransition:
        return False
    return True


def _may_reopen(actor: Actor, case: CaseFacts, now: datetime) -> bool:
    if case.anonymised:
        return False
    in_time = case.closed_at is not None and now - case.closed_at <= REOPEN_WITHIN
    return in_time or actor.role in {Role.SUPERVISOR, Role.COORDINATOR}


def available(actor: Actor, case: CaseFacts, now: datetime) -> frozenset[Action]:
    """Return every action the actor may take now: what a page offers as buttons."""
    return frozenset(action for action in Action if allowed(actor, case, action, now))
