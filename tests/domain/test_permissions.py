"""Who may do what: role × relation × status × action, the whole product.

What is expected stands here a second time, in words of the field: for each way in which somebody
can stand to a case, what each role may do there. Whoever is not named may not even know the case.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Final

import pytest

from casework.domain import areas, permissions
from casework.domain.areas import Permission
from casework.domain.conflict import conflicted_offices
from casework.domain.facts import (
    SYSTEM,
    Actor,
    ActorKind,
    CaseFacts,
    ConsentFact,
    HeldConflict,
    OfficeFacts,
    OfficeRole,
    RecipientKind,
    ReferralFacts,
    ReferralState,
    Role,
    Said,
    Scope,
)
from casework.domain.permissions import GRANTS, REOPEN_WITHIN
from casework.domain.workflow import ENDED, OPEN, Action, Status
from tests.domain.workflow_table import EXPECTED

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CASE: Final = 71
STAFF: Final = 500

OFFICES: Final = {
    office.id: office
    for office in (
        OfficeFacts("desk", OfficeRole.CSO, "KH", "KH"),
        OfficeFacts("other-cso", OfficeRole.CSO, "TH", "TH"),
        OfficeFacts("network", OfficeRole.COORDINATOR),
        OfficeFacts("ministry", OfficeRole.LABOUR_MINISTRY, "KH", "KH"),
        OfficeFacts("attache", OfficeRole.LABOUR_ATTACHE, "KH", "TH", parent="embassy", rank=10),
        OfficeFacts("embassy", OfficeRole.EMBASSY, "KH", "TH", escalates_to="ministry"),
        OfficeFacts("authority", OfficeRole.LABOUR_AUTHORITY, "TH", "TH"),
    )
}
CONSENTS: Final = tuple(
    ConsentFact(RecipientKind.STATE, state, Scope.REFERRAL, given=True, at=NOW)
    for state in ("KH", "TH")
)


def referral(number: int, office: str, state: ReferralState, *, lead: bool = True) -> ReferralFacts:
    return ReferralFacts(number, office, state, lead)


ACCEPTED_LEAD: Final = referral(1, "attache", ReferralState.ACCEPTED)
OFFERED_LEAD: Final = referral(1, "attache", ReferralState.OFFERED)
PLAIN: Final = CaseFacts(
    CASE,
    origin="KH",
    destination="TH",
    categories=("wages",),
    triaged=False,
    about_official=Said.NO,
    desk="desk",
    caseworker_id=STAFF,
    consents=CONSENTS,
    closed_at=NOW,
)
LED: Final = replace(PLAIN, referrals=(ACCEPTED_LEAD,))


def second(state: ReferralState) -> CaseFacts:
    """A case that the attaché leads, and that was also sent to the authority."""
    return replace(LED, referrals=(ACCEPTED_LEAD, referral(2, "authority", state, lead=False)))


def only(office: str, state: ReferralState) -> CaseFacts:
    return replace(PLAIN, referrals=(referral(1, office, state),))


def about(case: CaseFacts, *offices: str, staff: frozenset[int] = frozenset()) -> CaseFacts:
    accused = replace(
        case, triaged=True, complained_offices=frozenset(offices), complained_staff=staff
    )
    return replace(accused, conflicted=conflicted_offices(accused, OFFICES))


A = Action
KEEPING: Final = frozenset(
    {A.TRIAGE, A.ANSWER, A.NOTE, A.TASK, A.CLAIM, A.REMEDY, A.EMBASSY_CONTACT, A.CONSENT}
    | {A.RECLASSIFY, A.ESCALATE, A.REOPEN, A.EVIDENCE}
)
FOR_THE_WORKER: Final = frozenset(
    {A.CONFIRM, A.DISPUTE, A.WITHDRAW, A.OPEN_ORIGINAL, A.ERASE, A.KEEP}
    # Only the desk itself knows who its workers are.
    | {A.ADD_MEMBER, A.MERGE}
)
WORKING: Final = frozenset(
    {A.TAKE_ON, A.REFER, A.ASK_COMPLAINANT, A.WAIT_THIRD, A.RESUME, A.PROPOSE_OUTCOME}
)
BESIDE_A_LEAD: Final = frozenset({A.REFER_ALSO, A.RECALL, A.PACKET})
HEADING: Final = frozenset({A.CLOSE, A.TAKE_OVER, A.REASSIGN, A.EXTEND, A.HOLD})
LEADING: Final = frozenset(
    {A.DECLINE, A.ANSWER, A.ASK_COMPLAINANT, A.WAIT_THIRD, A.RESUME, A.PROPOSE_OUTCOME}
    | {A.NOTE, A.TASK, A.REMEDY, A.OFFICE_NUMBER, A.EVIDENCE}
)
HELPING: Final = frozenset(
    {A.DECLINE, A.ANSWER, A.NOTE, A.TASK, A.REMEDY, A.OFFICE_NUMBER, A.EVIDENCE}
)
ASKED: Final = frozenset({A.ACCEPT, A.DECLINE, A.NOTE})
SEES_ONLY: Final = frozenset[Action]()

DESK_ALONE: Final = {
    Role.CASEWORKER: KEEPING | FOR_THE_WORKER | WORKING | {A.REASSIGN},
    Role.COORDINATOR: KEEPING | FOR_THE_WORKER | WORKING | {A.REASSIGN},
    Role.SUPERVISOR: KEEPING | FOR_THE_WORKER | WORKING | HEADING,
}
DESK_LED: Final = {
    Role.CASEWORKER: KEEPING | FOR_THE_WORKER | BESIDE_A_LEAD,
    Role.COORDINATOR: KEEPING | FOR_THE_WORKER | BESIDE_A_LEAD,
    Role.SUPERVISOR: KEEPING | FOR_THE_WORKER | BESIDE_A_LEAD | HEADING,
}
NETWORK_ALONE: Final = {
    Role.COORDINATOR: KEEPING | WORKING | HEADING,
    Role.SUPERVISOR: KEEPING | WORKING | HEADING,
}
NETWORK_LED: Final = {
    Role.COORDINATOR: KEEPING | BESIDE_A_LEAD | HEADING,
    Role.SUPERVISOR: KEEPING | BESIDE_A_LEAD | HEADING,
}
NETWORK_KEEPS: Final = {
    Role.CASEWORKER: KEEPING | FOR_THE_WORKER | WORKING | {A.REASSIGN},
    Role.COORDINATOR: KEEPING | FOR_THE_WORKER | WORKING | HEADING,
    Role.SUPERVISOR: KEEPING | FOR_THE_WORKER | WORKING | HEADING,
}


def held(case: CaseFacts, changed_by: int | None) -> CaseFacts:
    """The case with a conflict of the embassy that is held after somebody's change."""
    waits = (HeldConflict("embassy", None, changed_by),)
    return replace(case, conflicted=frozenset({"embassy"}), held=waits)


def beside_an_office(may: dict[Role, frozenset[Action]]) -> dict[Role, frozenset[Action]]:
    """Return the table with packets added: an office has the case that does not lead."""
    return {role: actions | {A.PACKET} for role, actions in may.items()}


def lifting(may: dict[Role, frozenset[Action]], *roles: Role) -> dict[Role, frozenset[Action]]:
    """Return the table with the word of a second person added for some roles."""
    return {role: may[role] | {A.LIFT_CONFLICT} if role in roles else may[role] for role in may}


def officers(actions: frozenset[Action]) -> dict[Role, frozenset[Action]]:
    """Officers and the supervisor of an office may do the same with a case sent to it."""
    return {Role.OFFICER: actions, Role.SUPERVISOR: actions}


NOBODY: Final[dict[Role, frozenset[Action]]] = {}


@dataclass(frozen=True)
class Relation:
    """How an office stands to a case, and what each of its roles may then do."""

    office: str | None
    case: CaseFacts
    may: dict[Role, frozenset[Action]]
    lead: bool = True


S = ReferralState
UNSURE: Final = replace(LED, about_official=Said.UNSURE)
RELATIONS: Final = {
    "keeps it, no office has it": Relation("desk", PLAIN, DESK_ALONE),
    "keeps it, an office leads": Relation("desk", LED, DESK_LED),
    "keeps it, the lead has not answered": Relation(
        "desk", replace(PLAIN, referrals=(OFFERED_LEAD,)), DESK_LED
    ),
    "keeps it, only a second office has it": Relation(
        "desk",
        replace(second(S.ACCEPTED), referrals=second(S.ACCEPTED).referrals[1:]),
        beside_an_office(DESK_ALONE),
    ),
    "keeps it, before triage": Relation(
        "desk", replace(PLAIN, about_official=Said.YES), DESK_ALONE
    ),
    "keeps it, without any consent": Relation("desk", replace(PLAIN, consents=()), DESK_ALONE),
    "keeps it, and is complained about": Relation("desk", about(PLAIN, "desk"), NOBODY),
    "keeps it, and the person is complained about": Relation(
        "desk", about(PLAIN, staff=frozenset({STAFF})), NOBODY
    ),
    "keeps it, a conflict is held after a colleague's change": Relation(
        "desk", held(PLAIN, STAFF + 1), lifting(DESK_ALONE, Role.SUPERVISOR)
    ),
    "keeps it, a conflict is held after nobody's change": Relation(
        "desk", held(PLAIN, None), lifting(DESK_ALONE, Role.SUPERVISOR)
    ),
    "keeps it, a conflict is held after one's own change": Relation(
        "desk", held(PLAIN, STAFF), DESK_ALONE
    ),
    "the network, a conflict is held after another's change": Relation(
        "network",
        held(PLAIN, STAFF + 1),
        lifting(NETWORK_ALONE, Role.COORDINATOR, Role.SUPERVISOR),
    ),
    "the network, a conflict is held after one's own change": Relation(
        "network", held(PLAIN, STAFF), NETWORK_ALONE
    ),
    "a conflict is held against it": Relation("embassy", held(LED, STAFF + 1), NOBODY),
    "another CSO": Relation("other-cso", PLAIN, NOBODY),
    "another CSO that was sent it": Relation(
        "other-cso", only("other-cso", S.ACCEPTED), officers(LEADING)
    ),
    "another CSO that was sent it, without any consent": Relation(
        "other-cso",
        replace(only("other-cso", S.ACCEPTED), consents=(), about_official=Said.YES),
        officers(LEADING),
    ),
    "the network, no office has it": Relation("network", PLAIN, NETWORK_ALONE),
    "the network, an office leads": Relation("network", LED, NETWORK_LED),
    "the network keeps it": Relation("network", replace(PLAIN, desk="network"), NETWORK_KEEPS),
    "the network is complained about": Relation("network", about(PLAIN, "network"), NOBODY),
    "leads, has accepted": Relation("attache", LED, officers(LEADING)),
    "leads, has not answered": Relation(
        "attache", replace(PLAIN, referrals=(OFFERED_LEAD,)), officers(ASKED)
    ),
    "second, has accepted": Relation(
        "authority", second(S.ACCEPTED), officers(HELPING), lead=False
    ),
    "second, has not answered": Relation(
        "authority", second(S.OFFERED), officers(ASKED), lead=False
    ),
    "second, is the last to have it": Relation(
        "authority",
        replace(second(S.ACCEPTED), referrals=second(S.ACCEPTED).referrals[1:]),
        officers(HELPING),
        lead=False,
    ),
    "was silent": Relation("attache", only("attache", S.SILENT), officers(SEES_ONLY)),
    "has ended": Relation("attache", only("attache", S.ENDED), officers(SEES_ONLY)),
    "has declined": Relation("attache", only("attache", S.DECLINED), NOBODY),
    "had it taken away": Relation("attache", only("attache", S.RECALLED), NOBODY),
    "has declined, and was asked again": Relation(
        "attache",
        replace(PLAIN, referrals=(referral(1, "attache", S.DECLINED), replace(OFFERED_LEAD, id=2))),
        officers(ASKED),
    ),
    "was silent, then had it taken away": Relation(
        "attache",
        replace(
            PLAIN,
            referrals=(referral(1, "attache", S.SILENT), referral(2, "attache", S.RECALLED)),
        ),
        NOBODY,
    ),
    "an office that was never sent it": Relation("ministry", LED, NOBODY),
    "leads, and is complained about": Relation("attache", about(LED, "attache"), NOBODY),
    "leads, below the office complained about": Relation("attache", about(LED, "ministry"), NOBODY),
    "leads, beside the office complained about": Relation(
        "attache", about(LED, "authority"), officers(LEADING)
    ),
    "leads, and the person is complained about": Relation(
        "attache", about(LED, staff=frozenset({STAFF})), NOBODY
    ),
    "leads, consent withdrawn": Relation(
        "attache",
        replace(LED, consents=tuple(replace(c, withdrawn=True) for c in CONSENTS)),
        NOBODY,
    ),
    "leads, no consent": Relation("attache", replace(LED, consents=()), NOBODY),
    "leads, before triage": Relation("attache", UNSURE, NOBODY),
    "leads, after triage": Relation("attache", replace(UNSURE, triaged=True), officers(LEADING)),
    "leads, the category needs triage": Relation(
        "attache", replace(LED, needs_triage=True), NOBODY
    ),
    "works in no office": Relation(None, LED, NOBODY),
}


def staff(role: Role, office: str | None) -> Actor:
    return Actor(ActorKind.STAFF, role, STAFF, OFFICES[office] if office else None)


def expected(
    granted: frozenset[Action], status: Status, *, beside_the_lead: bool = False
) -> frozenset[Action]:
    """Return what the status leaves of the granted actions.

    An office that does not lead accepts, declines and answers beside the case's status.
    """
    possible = {action for at, action in EXPECTED if at is status}
    if status in ENDED:
        # Nobody writes to a case that has ended, unless it goes on in another one.
        possible -= {A.REPLY, A.ANSWER}
    if beside_the_lead and status in OPEN:
        possible |= {A.ACCEPT, A.DECLINE, A.ANSWER}
    return granted & possible


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("name", RELATIONS)
def test_every_role_in_every_relation(name: str, role: Role) -> None:
    relation = RELATIONS[name]
    actor = staff(role, relation.office)
    for status in Status:
        case = replace(relation.case, status=status)
        granted = relation.may.get(role, SEES_ONLY)
        assert permissions.may_see(actor, case) is (role in relation.may), status
        want = expected(granted, status, beside_the_lead=not relation.lead)
        assert permissions.available(actor, case, NOW) == want, status


OWN: Final = frozenset(
    {A.CONFIRM, A.DISPUTE, A.ASK_ESCALATION, A.WITHDRAW, A.REOPEN, A.REPLY, A.CONSENT}
    | {A.CHANGE_CODE, A.EVIDENCE, A.REMOVE_EVIDENCE, A.ERASE, A.KEEP}
)
CLOCKWORK: Final = frozenset(
    {A.TRIAGE, A.REFER, A.RECALL, A.RESUME, A.CLOSE_UNCONFIRMED, A.ESCALATE, A.ESCALATE_TO_DESK}
)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", RELATIONS)
def test_the_complainant_may_the_same_whoever_has_the_case(name: str, status: Status) -> None:
    case = replace(RELATIONS[name].case, status=status)
    actor = Actor(ActorKind.COMPLAINANT, case_id=CASE)
    assert permissions.may_see(actor, case)
    assert permissions.available(actor, case, NOW) == expected(OWN, status)


@pytest.mark.parametrize("status", Status)
def test_the_complainant_asks_to_escalate_once_a_level(status: Status) -> None:
    actor = Actor(ActorKind.COMPLAINANT, case_id=CASE)
    asked = replace(LED, status=status, level=2, escalation_asked_at_level=2)
    assert permissions.available(actor, asked, NOW) == expected(OWN - {A.ASK_ESCALATION}, status)
    risen = replace(asked, level=3)
    assert permissions.available(actor, risen, NOW) == expected(OWN, status)


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("case_id", [CASE + 1, None])
def test_nobody_opens_a_case_with_the_code_of_another(case_id: int | None, status: Status) -> None:
    actor = Actor(ActorKind.COMPLAINANT, case_id=case_id)
    case = replace(LED, status=status)
    assert not permissions.may_see(actor, case)
    assert permissions.available(actor, case, NOW) == frozenset()


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("name", RELATIONS)
def test_the_clock_may_only_what_keeps_a_case_moving(name: str, status: Status) -> None:
    case = replace(RELATIONS[name].case, status=status)
    assert permissions.may_see(SYSTEM, case)
    assert permissions.available(SYSTEM, case, NOW) == expected(CLOCKWORK, status)


@pytest.mark.parametrize("status", Status)
def test_words_go_to_and_from_a_case_that_goes_on_in_another(status: Status) -> None:
    case = replace(PLAIN, status=status, merged=True)
    person, desk = Actor(ActorKind.COMPLAINANT, case_id=CASE), staff(Role.CASEWORKER, "desk")
    writes = status is not Status.WITHDRAWN
    assert permissions.allowed(person, case, A.REPLY, NOW) is writes
    assert permissions.allowed(desk, case, A.ANSWER, NOW) is writes
    led = replace(case, referrals=(referral(1, "attache", S.ENDED),))
    assert not permissions.allowed(staff(Role.OFFICER, "attache"), led, A.ANSWER, NOW)


@pytest.mark.parametrize(("role", "office"), list(product(Role, [None, *OFFICES])))
def test_names_leave_with_heads_of_desks_only(role: Role, office: str | None) -> None:
    may = role in {Role.SUPERVISOR, Role.COORDINATOR} and not (
        office is not None and OFFICES[office].government
    )
    assert areas.may_export_names(staff(role, office)) is may


def test_every_action_is_granted_to_somebody() -> None:
    assert set(GRANTS) == set(Action)
    granted = frozenset[Action]().union(
        *(actions for relation in RELATIONS.values() for actions in relation.may.values())
    )
    assert granted | OWN | CLOCKWORK == set(Action)


@pytest.mark.parametrize("status", sorted(ENDED))
@pytest.mark.parametrize(
    ("since", "in_time"),
    [
        (REOPEN_WITHIN - timedelta(seconds=1), True),
        (REOPEN_WITHIN, True),
        (REOPEN_WITHIN + timedelta(seconds=1), False),
        (None, False),
    ],
)
def test_reopening_has_a_time_limit_for_all_but_supervisors(
    status: Status, since: timedelta | None, *, in_time: bool
) -> None:
    case = replace(PLAIN, status=status, closed_at=NOW - since if since else None)
    person = Actor(ActorKind.COMPLAINANT, case_id=CASE)
    assert permissions.allowed(person, case, A.REOPEN, NOW) is in_time
    assert permissions.allowed(staff(Role.CASEWORKER, "desk"), case, A.REOPEN, NOW) is in_time
    assert permissions.allowed(staff(Role.SUPERVISOR, "desk"), case, A.REOPEN, NOW)
    assert permissions.allowed(staff(Role.COORDINATOR, "network"), case, A.REOPEN, NOW)


@pytest.mark.parametrize(("state", "name"), list(product(ReferralState, OFFICES)))
def test_an_office_sees_what_its_officers_see(state: ReferralState, name: str) -> None:
    if name == "network":
        return  # Its supervisors see every case, sent to it or not.
    cases = [only(name, state), replace(only(name, state), consents=()), about(only(name, state))]
    cases += [replace(cases[0], about_official=Said.UNSURE), about(only(name, state), name)]
    for case in cases:
        seen = permissions.office_may_see(OFFICES[name], case, state)
        assert seen is permissions.may_see(staff(Role.OFFICER, name), case)


AREAS: Final = {
    Permission.QUEUE: {Role.CASEWORKER, Role.OFFICER, Role.SUPERVISOR, Role.COORDINATOR},
    Permission.INTAKE: {Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR},
    Permission.REGISTRY: {Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR},
    Permission.ESCALATIONS: {Role.SUPERVISOR, Role.COORDINATOR},
    Permission.WORKLOAD: {Role.SUPERVISOR, Role.COORDINATOR},
    Permission.SETTINGS: {Role.ADMINISTRATOR},
    Permission.EMERGENCY: {Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR},
    Permission.EMERGENCY_REVIEW: {Role.SUPERVISOR, Role.COORDINATOR},
    Permission.EXPORT: {Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR},
    Permission.EXPORT_DECISION: {Role.SUPERVISOR, Role.COORDINATOR},
}
OF_THE_NETWORK: Final = {Permission.EXPORT_DECISION}
OPEN_TO_STATES: Final = {Permission.QUEUE, Permission.SETTINGS}


@pytest.mark.parametrize(
    ("area", "role", "office"), list(product(Permission, Role, [None, *OFFICES]))
)
def test_areas_open_to_roles_and_some_to_no_state(
    area: Permission, role: Role, office: str | None
) -> None:
    of_a_state = office is not None and OFFICES[office].government
    want = role in AREAS[area] and (area in OPEN_TO_STATES or not of_a_state)
    want = want and (area not in OF_THE_NETWORK or office == "network")
    assert areas.may_enter(staff(role, office), area) is want


def test_what_was_never_an_offices_to_do() -> None:
    office, desk = staff(Role.OFFICER, "embassy"), staff(Role.CASEWORKER, "desk")
    assert permissions.ever(office, Action.ACCEPT)
    assert not permissions.ever(office, Action.RECLASSIFY)
    assert all(permissions.ever(desk, action) for action in Action)


@pytest.mark.parametrize("area", Permission)
def test_no_area_opens_to_a_code_or_to_the_clock(area: Permission) -> None:
    assert not areas.may_enter(Actor(ActorKind.COMPLAINANT, case_id=CASE), area)
    assert not areas.may_enter(SYSTEM, area)
