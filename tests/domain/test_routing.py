"""Routing: every case has a desk, nobody in conflict, nobody without consent, in order of rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casework.domain import conflict, consent, routing
from casework.domain.conflict import conflicted_offices
from casework.domain.facts import (
    DESK_ROLES,
    CaseFacts,
    ConsentFact,
    OfficeFacts,
    OfficeRole,
    RecipientKind,
    Said,
    Scope,
    Severity,
)
from casework.domain.routing import (
    LAST_RESORT,
    TRIAGE_FIRST,
    Assignment,
    PassedOver,
    Rule,
    RuleTrack,
    Target,
    Where,
    Why,
)
from tests.domain import shipped
from tests.domain.strategies import BEGINNING, COORDINATOR, cases, directories, rule_tables

Directory = dict[str, OfficeFacts]
OFFICE = RuleTrack.OFFICE


def settled(case: CaseFacts, offices: Directory) -> CaseFacts:
    """Return the case with its conflicts of interest worked out, as every caller does."""
    return replace(case, conflicted=conflicted_offices(case, offices))


def sent(
    case: CaseFacts, rules: list[Rule], offices: Directory, track: RuleTrack = OFFICE
) -> Assignment:
    return routing.route(case, rules, offices, track, COORDINATOR)


def able(office: OfficeFacts, case: CaseFacts) -> bool:
    """Tell in other words than the rule whether an office may have the case."""
    no_consent_needed = office.role in DESK_ROLES
    return (
        office.active
        and office.id not in case.conflicted
        and (
            no_consent_needed
            or (
                Scope.REFERRAL in consent.scopes_for(office, case.consents)
                and not conflict.awaits_triage(case)
            )
        )
    )


def told(case: CaseFacts, office_id: str) -> CaseFacts:
    """Return the case with one more, newest consent: for this very office."""
    at = BEGINNING + timedelta(days=99)
    yes = ConsentFact(RecipientKind.OFFICE, office_id, Scope.REFERRAL, given=True, at=at)
    return replace(case, consents=(*case.consents, yes))


GENERATED = given(cases(), rule_tables(), directories(), st.sampled_from(RuleTrack))


@GENERATED
def test_every_case_has_a_desk_that_exists(
    case: CaseFacts, rules: list[Rule], offices: Directory, track: RuleTrack
) -> None:
    assert sent(settled(case, offices), rules, offices, track).office_id in offices


@GENERATED
def test_nobody_in_conflict_or_without_consent_or_closed_is_chosen(
    case: CaseFacts, rules: list[Rule], offices: Directory, track: RuleTrack
) -> None:
    case = settled(case, offices)
    found = sent(case, rules, offices, track)
    if found.rule not in {LAST_RESORT, TRIAGE_FIRST}:
        assert able(offices[found.office_id], case)
    else:
        assert found.office_id == COORDINATOR


@given(cases(), rule_tables(), directories(), st.sampled_from([Said.YES, Said.UNSURE]))
def test_what_may_be_about_an_official_never_leaves_before_triage(
    case: CaseFacts, rules: list[Rule], offices: Directory, said: Said
) -> None:
    case = settled(replace(case, triaged=False, about_official=said), offices)
    assert conflict.awaits_triage(case)
    assert sent(case, rules, offices) == Assignment(COORDINATOR, TRIAGE_FIRST)
    desk = sent(case, rules, offices, RuleTrack.DESK)
    assert offices[desk.office_id].role in DESK_ROLES


@GENERATED
def test_the_first_rule_that_can_decides(
    case: CaseFacts, rules: list[Rule], offices: Directory, track: RuleTrack
) -> None:
    case = settled(case, offices)
    found = sent(case, rules, offices, track)
    assume(found.rule != TRIAGE_FIRST)
    fitting = [rule for rule in rules if rule.track is track and rule.fits(case)]
    tried = [
        [
            office.id
            for target in rule.targets
            for office in routing.candidates(target, case, offices)
        ]
        for rule in fitting
    ]
    chosen = [
        rule.code for rule, ids in zip(fitting, tried, strict=True) if _any_able(ids, case, offices)
    ]
    assert found.rule == (chosen[0] if chosen else LAST_RESORT)
    if chosen:
        ids = tried[[rule.code for rule in fitting].index(found.rule)]
        before = ids[: ids.index(found.office_id)]
        assert not _any_able(before, case, offices)


def _any_able(ids: list[str], case: CaseFacts, offices: Directory) -> bool:
    return any(able(offices[office_id], case) for office_id in ids)


@GENERATED
def test_everyone_passed_over_is_named_with_a_true_reason(
    case: CaseFacts, rules: list[Rule], offices: Directory, track: RuleTrack
) -> None:
    case = settled(case, offices)
    for passed in sent(case, rules, offices, track).passed_over:
        office = offices.get(passed.office_id or "")
        assert passed.rule in {rule.code for rule in rules}
        assert (office is None) is (passed.why is Why.NONE_THERE)
        if office is not None:
            assert not able(office, case)
            assert passed.why is routing.obstacle(office, case)
            assert passed.role is office.role


@given(cases(), rule_tables(), directories(), st.sampled_from(RuleTrack), st.randoms())
def test_the_same_case_goes_the_same_way_in_whatever_order_offices_are_read(
    case: CaseFacts, rules: list[Rule], offices: Directory, track: RuleTrack, chance: Random
) -> None:
    case = settled(case, offices)
    mixed = list(offices.items())
    chance.shuffle(mixed)
    assert sent(case, rules, offices, track) == sent(case, rules, dict(mixed), track)


@given(cases(), rule_tables(), directories())
def test_the_office_that_consent_is_asked_for_is_the_one_that_gets_the_case(
    case: CaseFacts, rules: list[Rule], offices: Directory
) -> None:
    triaged = settled(replace(case, triaged=True), offices)
    asked = routing.fitting_offices(triaged, rules, offices)
    assert not {office.id for office in asked} & triaged.conflicted
    if asked:
        assert sent(told(triaged, asked[0].id), rules, offices).office_id == asked[0].id
    else:
        assert sent(triaged, rules, offices).office_id == COORDINATOR


def test_consent_is_asked_for_before_triage_too() -> None:
    case = CaseFacts(1, origin="KH", destination="TH", about_official=Said.UNSURE)
    ministry = OfficeFacts("ministry", OfficeRole.LABOUR_MINISTRY, "KH", "KH")
    rule = Rule("all", OFFICE, (Target(OfficeRole.LABOUR_MINISTRY, Where.ORIGIN),))
    offices = {"ministry": ministry}
    assert routing.fitting_offices(case, [rule], offices) == [ministry]
    assert routing.obstacle(ministry, case) is Why.NO_CONSENT
    assert routing.obstacle(ministry, told(case, "ministry")) is Why.BEFORE_TRIAGE


def test_no_consent_is_asked_for_beyond_the_rule_that_ends_at_a_desk() -> None:
    case = CaseFacts(1, origin="KH", destination="TH")
    offices = {
        "ministry": OfficeFacts("ministry", OfficeRole.LABOUR_MINISTRY, "KH", "KH"),
        "embassy": OfficeFacts("embassy", OfficeRole.EMBASSY, "KH", "TH"),
        COORDINATOR: OfficeFacts(COORDINATOR, OfficeRole.COORDINATOR),
    }
    rules = [
        Rule("desk", RuleTrack.DESK, (Target(office="embassy"),)),
        Rule("elsewhere", OFFICE, (Target(office="embassy"),), origins=frozenset({"MM"})),
        Rule("first", OFFICE, (Target(office="ministry"), Target(office=COORDINATOR))),
        Rule("never", OFFICE, (Target(office="embassy"),)),
    ]
    asked = routing.fitting_offices(case, rules, offices)
    assert [office.id for office in asked] == ["ministry", COORDINATOR]


CASE = CaseFacts(
    1,
    origin="KH",
    destination="TH",
    place="Samut Sakhon, near Bangkok",
    categories=("wages", "documents"),
    severity=Severity.HIGH,
    documented=Said.NO,
)


@pytest.mark.parametrize(
    ("rule", "fits"),
    [
        (Rule("r", OFFICE, ()), True),
        (Rule("r", OFFICE, (), categories=frozenset({"documents", "abuse"})), True),
        (Rule("r", OFFICE, (), categories=frozenset({"abuse"})), False),
        (Rule("r", OFFICE, (), origins=frozenset({"KH", "MM"})), True),
        (Rule("r", OFFICE, (), origins=frozenset({"MM"})), False),
        (Rule("r", OFFICE, (), destinations=frozenset({"TH"})), True),
        (Rule("r", OFFICE, (), destinations=frozenset({"MY"})), False),
        (Rule("r", OFFICE, (), severities=frozenset({Severity.HIGH})), True),
        (Rule("r", OFFICE, (), severities=frozenset({Severity.URGENT})), False),
        (Rule("r", OFFICE, (), documented=Said.NO), True),
        (Rule("r", OFFICE, (), documented=Said.YES), False),
        (Rule("r", OFFICE, (), place="BANGKOK"), True),
        (Rule("r", OFFICE, (), place="Chiang Mai"), False),
    ],
)
def test_a_rule_fits_when_each_of_its_conditions_holds(rule: Rule, *, fits: bool) -> None:
    assert rule.fits(CASE) is fits


PLACES = {
    office.id: office
    for office in (
        OfficeFacts("home", OfficeRole.LABOUR_MINISTRY, "KH", "KH"),
        OfficeFacts("there", OfficeRole.LABOUR_MINISTRY, "TH", "TH"),
        OfficeFacts("second-post", OfficeRole.EMBASSY, "KH", "TH", rank=20),
        OfficeFacts("first-post", OfficeRole.EMBASSY, "KH", "TH", rank=10),
        OfficeFacts("also-first-post", OfficeRole.EMBASSY, "KH", "TH", rank=10),
        OfficeFacts("elsewhere", OfficeRole.EMBASSY, "KH", "MY"),
        OfficeFacts("unlisted-post", OfficeRole.EMBASSY, "KH", "TH", rank=1, routable=False),
        OfficeFacts("cso", OfficeRole.CSO, "TH", "TH"),
    )
}


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (Target(OfficeRole.LABOUR_MINISTRY, Where.ORIGIN), ["home"]),
        (Target(OfficeRole.LABOUR_MINISTRY, Where.DESTINATION), ["there"]),
        (Target(OfficeRole.LABOUR_MINISTRY, Where.POST), []),
        (Target(OfficeRole.EMBASSY, Where.POST), ["also-first-post", "first-post", "second-post"]),
        (Target(OfficeRole.CSO, Where.NETWORK), ["cso"]),
        (Target(OfficeRole.EMBASSY, Where.NETWORK), []),
        (Target(office="unlisted-post"), ["unlisted-post"]),
        (Target(office="nowhere"), []),
        (Target(), []),
    ],
)
def test_a_target_means_the_offices_of_a_role_at_a_place_best_first(
    target: Target, found: list[str]
) -> None:
    assert [office.id for office in routing.candidates(target, CASE, PLACES)] == found


def test_a_closed_office_is_passed_over() -> None:
    offices = {"home": replace(PLACES["home"], active=False)}
    rule = Rule("all", OFFICE, (Target(office="home"),))
    found = sent(told(CASE, "home"), [rule], offices)
    passed = PassedOver("all", Why.CLOSED, "home", OfficeRole.LABOUR_MINISTRY)
    assert found == Assignment(COORDINATOR, LAST_RESORT, (passed,))


def test_the_chain_of_an_office_goes_up_and_never_round() -> None:
    offices = {
        "a": OfficeFacts("a", OfficeRole.CONSULATE, parent="b", escalates_to="c"),
        "b": OfficeFacts("b", OfficeRole.EMBASSY),
        "c": OfficeFacts("c", OfficeRole.LABOUR_MINISTRY, parent="d"),
        "d": OfficeFacts("d", OfficeRole.MINISTRY_LEADERSHIP, escalates_to="a"),
        "alone": OfficeFacts("alone", OfficeRole.EMBASSY, escalates_to="nowhere"),
    }
    assert [office.id for office in routing.chain("a", offices)] == ["c", "d"]
    assert list(routing.chain("alone", offices)) == []
    assert list(routing.chain(None, offices)) == []
    assert list(routing.chain("nowhere", offices)) == []


# --- the shipped rules on the shipped directory --------------------------------------------------

ORIGINS = shipped.countries("origin")
DESTINATIONS = shipped.countries("destination")


def shipped_case(origin: str, destination: str, *codes: str) -> CaseFacts:
    return CaseFacts(1, origin=origin, destination=destination, categories=codes)


def willing(case: CaseFacts) -> CaseFacts:
    """Return the case of a person who agrees to every office of both states."""
    return replace(
        case,
        consents=tuple(
            ConsentFact(RecipientKind.STATE, state, Scope.REFERRAL, given=True, at=BEGINNING)
            for state in (case.origin, case.destination)
        ),
    )


def by_shipped_rules(case: CaseFacts, track: RuleTrack = OFFICE) -> Assignment:
    case = settled(case, shipped.offices())
    return routing.route(case, shipped.rules(), shipped.offices(), track, COORDINATOR)


@pytest.mark.parametrize("origin", ORIGINS)
@pytest.mark.parametrize("destination", DESTINATIONS)
def test_every_corridor_has_a_desk_that_is_no_state(origin: str, destination: str) -> None:
    for code in shipped.the_taxonomy().codes:
        case = shipped_case(origin, destination, code)
        desk = by_shipped_rules(case, RuleTrack.DESK)
        assert shipped.offices()[desk.office_id].role in DESK_ROLES
        without_consent = by_shipped_rules(case)
        assert shipped.offices()[without_consent.office_id].role in DESK_ROLES
        for agreed in (willing(case), replace(willing(case), triaged=True)):
            office = shipped.offices()[by_shipped_rules(agreed).office_id]
            assert able(office, settled(agreed, shipped.offices()))


@pytest.mark.parametrize("office_id", sorted(shipped.offices()))
def test_no_complaint_ever_goes_to_those_complained_about(office_id: str) -> None:
    accused = shipped.offices()[office_id]
    for code in shipped.the_taxonomy().codes:
        for destination in {accused.host, accused.country, "TH"} - {""}:
            case = shipped_case(accused.country or "KH", destination, code)
            case = replace(willing(case), triaged=True, complained_offices=frozenset({office_id}))
            for track in RuleTrack:
                found = by_shipped_rules(case, track)
                below = conflict.below(office_id, shipped.offices())
                assert found.office_id not in below or found.rule == LAST_RESORT


@pytest.mark.parametrize("destination", DESTINATIONS)
def test_no_rule_sends_anything_to_a_state_office_of_myanmar(destination: str) -> None:
    for code in shipped.the_taxonomy().codes:
        case = replace(willing(shipped_case("MM", destination, code)), triaged=True)
        assert shipped.offices()[by_shipped_rules(case).office_id].country != "MM" or (
            destination == "MM"
        )


@pytest.mark.parametrize(
    ("origin", "destination", "code", "office", "rule"),
    [
        ("KH", "TH", "wages", "kh-la-th", "labour"),
        ("KH", "MY", "wages", "kh-emb-my", "labour"),
        ("KH", "TH", "embassy", "kh-mfaic-consular", "embassy"),
        ("KH", "TH", "retaliation", "coordinator", "retaliation"),
        ("KH", "TH", "reintegration", "kh-molvt-province", "reintegration"),
        ("MM", "TH", "wages", "th-dlpw", "mm-labour"),
        ("MM", "TH", "abuse", "th-ahtd", "mm-abuse"),
        ("MM", "TH", "missing", "coordinator", "mm-any"),
        ("PH", "HK", "recruitment", "ph-dmw", "recruitment"),
        ("LA", "TH", "abuse", "la-nsc-aht", "abuse"),
        ("ID", "MY", "injury", "my-socso", "benefits"),
        ("VN", "JP", "documents", "vn-mofa", "documents"),
    ],
)
def test_complaints_people_bring_go_where_they_should(
    origin: str, destination: str, code: str, office: str, rule: str
) -> None:
    case = replace(willing(shipped_case(origin, destination, code)), triaged=True)
    found = by_shipped_rules(case)
    assert (found.office_id, found.rule) == (office, rule)


def test_every_shipped_rule_names_what_exists() -> None:
    codes = [rule.code for rule in shipped.rules()]
    assert len(codes) == len(set(codes))
    for rule in shipped.rules():
        assert rule.categories <= set(shipped.the_taxonomy().codes)
        assert rule.targets
        assert all(t.office in shipped.offices() for t in rule.targets if t.office)
    for track in RuleTrack:
        last = [rule for rule in shipped.rules() if rule.track is track][-1]
        assert last.fits(CaseFacts(1))
