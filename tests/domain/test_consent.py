"""What may leave, and to whom: the nearest decision counts, and of those the newest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import consent
from casework.domain.consent import NEEDS, Item
from casework.domain.facts import (
    DESK_ROLES,
    ConsentFact,
    OfficeFacts,
    OfficeRole,
    RecipientKind,
    Scope,
)
from tests.domain.strategies import CONSENTS, office

BEGINNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
AUTHORITY = OfficeFacts("authority", OfficeRole.LABOUR_AUTHORITY, "TH", "TH")
EMBASSY = OfficeFacts("embassy", OfficeRole.EMBASSY, "KH", "TH")
ASSOCIATION = OfficeFacts("agencies", OfficeRole.AGENCY_ASSOCIATION, "KH", "KH")
CSO = OfficeFacts("cso", OfficeRole.CSO, "TH", "TH")
RECIPIENTS = {
    RecipientKind.OFFICE: "authority",
    RecipientKind.ROLE: "TH:labour_authority",
    RecipientKind.STATE: "TH",
}
FOR_REFERRAL = {Item.REFERENCE, Item.CORRIDOR, Item.CATEGORIES, Item.AMOUNTS, Item.WANTS}
FOR_NARRATIVE = {Item.STORY, Item.ANSWERS, Item.PARTIES, Item.EMBASSY_CONTACT}
FOR_IDENTITY = {Item.IDENTITY, Item.CONTACT}
FOR_DOCUMENTS = {Item.EVIDENCE}


def said(
    kind: RecipientKind,
    *,
    given: bool = True,
    scope: Scope = Scope.REFERRAL,
    day: int = 0,
    withdrawn: bool = False,
) -> ConsentFact:
    at = BEGINNING + timedelta(days=day)
    return ConsentFact(kind, RECIPIENTS[kind], scope, given, at, withdrawn)


def test_an_office_without_any_decision_gets_nothing() -> None:
    assert not consent.may_receive(AUTHORITY, ())
    assert consent.items_for(AUTHORITY, ()) == frozenset()


@pytest.mark.parametrize("kind", RecipientKind)
def test_a_decision_counts_for_the_office_its_kind_and_its_state(kind: RecipientKind) -> None:
    assert consent.may_receive(AUTHORITY, [said(kind)])
    assert not consent.may_receive(EMBASSY, [said(kind)])


def test_a_state_is_the_one_an_office_belongs_to_not_the_one_it_stands_in() -> None:
    assert not consent.may_receive(EMBASSY, [said(RecipientKind.STATE)])
    for_cambodia = replace(said(RecipientKind.STATE), recipient="KH")
    assert consent.may_receive(EMBASSY, [for_cambodia])


@pytest.mark.parametrize(("near", "far"), list(permutations(RecipientKind, 2)))
def test_the_nearer_decision_outranks_the_farther_one_even_when_older(
    near: RecipientKind, far: RecipientKind
) -> None:
    order = list(RecipientKind)
    if order.index(near) > order.index(far):
        return
    yes_then_no = [said(near, given=True), said(far, given=False, day=1)]
    no_then_yes = [said(near, given=False), said(far, given=True, day=1)]
    assert consent.may_receive(AUTHORITY, yes_then_no)
    assert not consent.may_receive(AUTHORITY, no_then_yes)


@pytest.mark.parametrize("kind", RecipientKind)
def test_of_decisions_about_one_recipient_the_newest_counts(kind: RecipientKind) -> None:
    decisions = [said(kind, given=True, day=1), said(kind, given=False, day=2), said(kind)]
    for order in permutations(decisions):
        assert not consent.may_receive(AUTHORITY, order)
        assert consent.may_receive(AUTHORITY, [*order, said(kind, given=True, day=3)])


@pytest.mark.parametrize("kind", RecipientKind)
def test_a_withdrawn_consent_is_a_no_and_not_a_silence(kind: RecipientKind) -> None:
    assert not consent.may_receive(AUTHORITY, [said(kind, withdrawn=True)])
    if kind is not RecipientKind.STATE:
        farther = said(RecipientKind.STATE, day=1)
        assert not consent.may_receive(AUTHORITY, [said(kind, withdrawn=True), farther])
    again = said(kind, day=2)
    assert consent.may_receive(AUTHORITY, [said(kind, withdrawn=True), again])


def test_each_scope_is_decided_for_itself() -> None:
    decisions = [
        said(RecipientKind.STATE, scope=Scope.REFERRAL),
        said(RecipientKind.STATE, scope=Scope.IDENTITY),
        said(RecipientKind.STATE, scope=Scope.NARRATIVE),
        said(RecipientKind.OFFICE, scope=Scope.IDENTITY, given=False),
    ]
    assert consent.scopes_for(AUTHORITY, decisions) == {Scope.REFERRAL, Scope.NARRATIVE}
    assert consent.items_for(AUTHORITY, decisions) == FOR_REFERRAL | FOR_NARRATIVE


@given(st.sets(st.sampled_from(Scope)))
def test_without_leave_to_send_the_case_no_scope_has_a_meaning(scopes: set[Scope]) -> None:
    decisions = [said(RecipientKind.OFFICE, scope=scope) for scope in scopes]
    held = consent.scopes_for(AUTHORITY, decisions)
    assert held == (scopes if Scope.REFERRAL in scopes else set())


def test_items_are_what_the_held_scopes_cover_and_papers_never_are() -> None:
    every = [said(RecipientKind.OFFICE, scope=scope) for scope in Scope]
    named = FOR_REFERRAL | FOR_NARRATIVE | FOR_IDENTITY
    assert consent.items_for(AUTHORITY, every) == named | FOR_DOCUMENTS
    assert set(NEEDS) == set(Item)
    assert NEEDS[Item.STATUS_OF_PAPERS] is None
    assert consent.items_for(AUTHORITY, [said(RecipientKind.OFFICE)]) == FOR_REFERRAL


def test_those_who_help_need_no_consent_and_see_all() -> None:
    assert consent.may_receive(CSO, ())
    assert consent.items_for(CSO, ()) == frozenset(Item)


def test_an_association_of_agencies_needs_consent_as_a_state_does() -> None:
    assert not consent.may_receive(ASSOCIATION, ())
    named = replace(said(RecipientKind.OFFICE), recipient="agencies")
    assert consent.may_receive(ASSOCIATION, [named])


def test_a_kind_of_office_is_named_with_its_country() -> None:
    assert consent.role_recipient(AUTHORITY) == "TH:labour_authority"
    assert consent.role_recipient(EMBASSY) == "KH:embassy"


@given(office("a"), CONSENTS)
def test_nothing_is_held_that_nobody_gave(
    of: OfficeFacts, decisions: tuple[ConsentFact, ...]
) -> None:
    given = {c.scope for c in decisions if c.given and not c.withdrawn}
    assert consent.scopes_for(of, decisions) <= given
    if of.role not in DESK_ROLES:
        most = FOR_REFERRAL | FOR_NARRATIVE | FOR_IDENTITY | FOR_DOCUMENTS
        assert consent.items_for(of, decisions) <= most
        assert consent.may_receive(of, decisions) is bool(consent.items_for(of, decisions))
