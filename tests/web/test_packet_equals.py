"""What stands on paper is what was previewed and what the office reads, and no word more."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings

from casework.domain import consent
from casework.domain.consent import Item
from casework.domain.facts import Scope
from casework.domain.routing import Assignment
from casework.models import Case, Staff
from casework.services import facts, referrals
from casework.web.staff import words as shown_as
from tests import factories, paper
from tests.desk import CASES
from tests.factories import World
from tests.pages import CheckedClient
from tests.web import test_preview_equals as preview
from tests.web.test_preview_equals import EVERY_PART, RECIPIENTS, Step, Two, Words

# The number of the case stands in the title of a paper.
LABELS: Final = {
    item: paper.squeezed(shown_as.ITEM[item]) for item in Item if item is not Item.REFERENCE
}


@pytest.fixture
def two(app: Flask, malee: Staff, vuthy: Staff) -> Two:
    desk, officer = app.test_client(), app.test_client()
    assert isinstance(desk, CheckedClient)
    assert isinstance(officer, CheckedClient)
    return Two(desk, officer, malee, vuthy)


def sent(world: World, two: Two, word: Words, steps: list[Step], parts: frozenset[str]) -> Case:
    """Return a case about which the worker has said something, at the attaché if they may."""
    actor = facts.staff_actor(two.malee)
    amount = Decimal(1_000_001 + word.number)
    case = world.file(actor, decisions=[], **preview.told(word, parts, amount))
    factories.evidence(world.session, case_id=case.id, note=word("file"), name=word("secret"))
    factories.remedy(world.session, case, amount=amount + 1)
    preview.say(world, case, actor, steps)
    office = preview.actor_office(two.vuthy)
    if consent.may_receive(office, facts.case_facts(world.session, case).consents):
        to = Assignment("attache", referrals.BY_HAND)
        referrals.offer(world.session, case, actor, world.now, assignment=to, note=word("note"))
    world.session.commit()
    return case


@example(
    steps=[Step(RECIPIENTS[2], frozenset(Scope), takes_back=False)], parts=frozenset(EVERY_PART)
)
@example(
    steps=[Step(RECIPIENTS[0], frozenset({Scope.REFERRAL}), takes_back=False)],
    parts=frozenset(EVERY_PART),
)
@given(steps=preview.STEPS, parts=preview.PARTS)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_paper_holds_what_the_office_reads_and_nothing_else(
    two: Two, world: World, steps: list[Step], parts: frozenset[str]
) -> None:
    word = Words(world.session.query(Case).count())
    case = sent(world, two, word, steps, parts)
    two.desk.enter(world.session, two.malee)
    two.officer.enter(world.session, two.vuthy)
    page = two.officer.get(f"{CASES}/{case.reference}")
    world.session.rollback()
    if not case.referrals:
        assert page.status_code == 404
        return
    address = f"{CASES}/{case.reference}/packets/{case.referrals[0].id}"
    seen = two.desk.get(address).text
    given_form = {"language": "en", "ground": "paper", "version": case.version}
    made = paper.text(two.desk.submit(address, given_form).data)
    printed = paper.squeezed(made)
    note = {each for each in word.made if each.startswith("note")}
    read = preview.found(word.made, page.text)
    assert preview.found(word.made, printed) == read
    assert preview.found(word.made, seen) == read - note
    assert not {each for each in read if each.startswith(("secret", "passport"))}
    world.session.rollback()
    office = preview.actor_office(two.vuthy)
    items = consent.items_for(office, facts.case_facts(world.session, case).consents)
    assert {item for item, label in LABELS.items() if label in printed} == items - {Item.REFERENCE}
    assert preview.money(preview.tree(f"<p>{made}")) == preview.money(preview.tree(page.text))


def test_the_comparison_would_notice(two: Two, world: World) -> None:
    parts = frozenset(EVERY_PART)
    narrow = sent(
        world,
        two,
        Words(1),
        [Step(RECIPIENTS[0], frozenset({Scope.REFERRAL}), takes_back=False)],
        parts,
    )
    wide = sent(
        world, two, Words(2), [Step(RECIPIENTS[0], frozenset(Scope), takes_back=False)], parts
    )
    two.desk.enter(world.session, two.malee)
    found = {}
    for case in (narrow, wide):
        address = f"{CASES}/{case.reference}/packets/{case.referrals[0].id}"
        given_form = {"language": "en", "ground": "paper", "version": case.version}
        made = paper.squeezed(paper.text(two.desk.submit(address, given_form).data))
        world.session.rollback()
        found[case] = {label for label in LABELS.values() if label in made}
    assert "Names" in found[wide] - found[narrow]
    assert LABELS[Item.EVIDENCE] in found[wide] - found[narrow]
