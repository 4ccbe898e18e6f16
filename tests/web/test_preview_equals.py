"""What is previewed is what the office then reads: the two pages compared, field by field.

Every value of a case is a word that stands nowhere else. Whatever was agreed to, refused and taken
back, in whatever order: the words in the table of what leaves are those on the officer's page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final
from xml.etree import ElementTree as ET

import html5lib
import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from casework.domain import consent
from casework.domain.complaint import Contact, MoneyRow, PartyNamed
from casework.domain.consent import NEEDS, Decision, Item
from casework.domain.facts import RecipientKind, Said, Scope
from casework.models import Case, Staff
from casework.services import consents, facts
from tests import factories
from tests.desk import CASES, NOT_FOUND
from tests.factories import World
from tests.pages import CheckedClient

RECIPIENTS: Final = (
    (RecipientKind.OFFICE, "attache"),
    (RecipientKind.ROLE, "KH:labour_attache"),
    (RecipientKind.STATE, "KH"),
    (RecipientKind.OFFICE, "ministry"),
    (RecipientKind.STATE, "TH"),
)
# The parts of a case whose texts stand word for word in both pages.
FACTS: Final = (
    "What it is about",
    "Who is complained about",
    "Contact with the embassy",
    "What the worker wants",
    "Answers to questions",
    "Names",
    "Phone number and safe contact",
)
NOTHING: Final = "Nothing written down"


@dataclass(frozen=True)
class Step:
    """Something that the worker says about one recipient: scopes with a yes, or a taking back."""

    recipient: tuple[RecipientKind, str]
    scopes: frozenset[Scope]
    takes_back: bool


@dataclass
class Words:
    """The words of one case, each of them found nowhere else."""

    number: int
    made: list[str] = field(default_factory=list)

    def __call__(self, what: str) -> str:
        word = f"{what}x{self.number}x"
        self.made.append(word)
        return word


@dataclass
class Two:
    """A caseworker and an officer, each at a browser of their own."""

    desk: CheckedClient
    officer: CheckedClient
    malee: Staff
    vuthy: Staff


@pytest.fixture
def two(app: Flask, malee: Staff, vuthy: Staff) -> Two:
    desk, officer = app.test_client(), app.test_client()
    assert isinstance(desk, CheckedClient)
    assert isinstance(officer, CheckedClient)
    return Two(desk, officer, malee, vuthy)


STEPS: Final = st.lists(
    st.builds(
        Step,
        st.sampled_from(RECIPIENTS),
        st.frozensets(st.sampled_from(list(Scope))),
        st.sampled_from([False, False, True]),
    ),
    max_size=6,
)
EVERY_PART: Final = (
    "name",
    "worker",
    "telephone",
    "ways",
    "passport",
    "story",
    "english",
    "answers",
    "parties",
    "money",
    "embassy",
    "wants",
    "place",
    "women",
    "paid",
    "apology",
)
PARTS: Final = st.frozensets(st.sampled_from(EVERY_PART))


def told(word: Words, parts: frozenset[str], amount: Decimal) -> dict[str, Any]:
    """Return the complaint that has something in these parts."""
    whole: dict[str, dict[str, Any]] = {
        "name": {"name": word("name")},
        "worker": {"worker_name": word("worker")},
        "telephone": {"telephone": word("telephone")},
        "ways": {"contact": {"way": "call", "time": word("time"), "code_word": word("codeword")}},
        "passport": {"passport": word("passport")},
        "story": {"story": word("story")},
        "english": {"story_english": word("english")},
        "answers": {"answers": {("wages", "rate"): word("answer")}},
        "parties": {"parties": [PartyNamed("agency", word("agency"), word("licence"))]},
        "money": {"money": [MoneyRow("refund", amount, "THB", word("claim"), 2)]},
        "embassy": {
            "embassy": [Contact("no_answer", "consulate", "", "", word("asked"), word("answered"))]
        },
        "wants": {"wants": ["refund", "apology"]},
        "place": {"place": word("place"), "sector": "fishing"},
        "women": {"headcount": 5, "women": 2, "documented": Said.NO},
        "paid": {},
        "apology": {},
    }
    return {name: value for part in sorted(parts) for name, value in whole[part].items()}


def say(world: World, case: Case, actor: Any, steps: list[Step]) -> None:
    """Write down what the worker says, one thing after the other."""
    for number, step in enumerate(steps):
        now = world.now + timedelta(minutes=number)
        kind, recipient = step.recipient
        if step.takes_back:
            consents.withdraw(world.session, case, actor, now, recipient=recipient)
            continue
        decisions = [Decision(kind, recipient, each, each in step.scopes) for each in Scope]
        consents.change(world.session, case, actor, now, decisions=decisions, how="spoken")


def tree(page: str) -> ET.Element:
    found: ET.Element = html5lib.parse(page, namespaceHTMLElements=False)
    return found


def text(element: ET.Element | None) -> str:
    assert element is not None
    return " ".join(" ".join(element.itertext()).split())


def leaving(page: str) -> tuple[dict[str, str], ET.Element]:
    """Return the table of what leaves: its items with their texts, and the element itself."""
    bodies = [each for each in tree(page).iter("tbody") if each.find("tr/th/b") is not None]
    leaves, stays = bodies
    assert {text(row.find("td")) for row in stays.findall("tr")[1:]} <= {"Nothing"}
    rows = leaves.findall("tr")[1:]
    return {text(row.find("th")): text(row.find("td")) for row in rows}, leaves


def read(page: str) -> dict[str, str]:
    """Return the list of facts on the page of a case."""
    rows = [row for row in tree(page).iter("div") if row.find("dt") is not None]
    return {text(row.find("dt")): text(row.find("dd")) for row in rows}


def found(words: list[str], page: str) -> set[str]:
    return {word for word in words if word in page}


@example(
    steps=[Step(RECIPIENTS[2], frozenset(Scope), takes_back=False)],
    parts=frozenset(EVERY_PART),
    amount=1_234_567,
)
@example(
    steps=[
        Step(RECIPIENTS[2], frozenset(Scope), takes_back=False),
        Step(RECIPIENTS[0], frozenset({Scope.REFERRAL, Scope.NARRATIVE}), takes_back=False),
    ],
    parts=frozenset(EVERY_PART),
    amount=7_654_321,
)
@given(steps=STEPS, parts=PARTS, amount=st.integers(1_000_001, 8_999_999))
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_office_reads_what_was_previewed_and_nothing_else(
    two: Two, world: World, steps: list[Step], parts: frozenset[str], amount: int
) -> None:
    desk, officer, malee, vuthy = two.desk, two.officer, two.malee, two.vuthy
    actor = facts.staff_actor(malee)
    word = Words(world.session.query(Case).count())
    case = world.file(actor, decisions=[], **told(word, parts, Decimal(amount)))
    if "paid" in parts:
        factories.remedy(world.session, case, amount=Decimal(amount + 1))
    if "apology" in parts:
        factories.remedy(world.session, case, kind="apology", amount=None, currency="")
    say(world, case, actor, steps)
    world.session.commit()
    desk.enter(world.session, malee)
    officer.enter(world.session, vuthy)
    path = f"{CASES}/{case.reference}"
    preview = desk.get(f"{path}/refer?to=attache").text
    offered = "Send to attache" in preview
    held = facts.case_facts(world.session, case)
    office = actor_office(vuthy)
    assert offered is consent.may_receive(office, held.consents)
    assert officer.get(path).status_code == NOT_FOUND
    world.session.rollback()
    sent = desk.submit(
        f"{path}/refer",
        {"office": "attache", "version": case.version},
        page=f"{path}/refer?to=attache" if offered else f"{path}/answer",
    )
    page = officer.get(path)
    world.session.rollback()
    if not offered:
        assert page.status_code == NOT_FOUND
        return
    assert sent.status_code == 302
    compare(preview, page.text, word.made)
    items = consent.items_for(office, held.consents)
    assert Item.STATUS_OF_PAPERS not in items
    assert len(leaving(preview)[0]) == len(items)
    assert all(NEEDS[item] is not None for item in items)


def actor_office(staff: Staff) -> Any:
    return facts.staff_actor(staff).office


def compare(preview: str, page: str, words: list[str]) -> None:
    """Fail unless both pages hold the same values, field by field."""
    leaves, table = leaving(preview)
    shown = read(page)
    for label in FACTS:
        before, after = leaves.get(label, ""), shown.get(label, "")
        assert before == after or (before == NOTHING and not after), label
    # Every word of the worker that leaves is read, and no other.
    previewed = "".join(table.itertext())
    body = "".join(tree(page).itertext())
    assert found(words, previewed) == found(words, body)
    assert leaves["Case number"] in page
    where = re.sub(r"\s+", " ", leaves["Where"])
    assert where.partition(" →")[0] in text(tree(page).find(".//p[@class='meta']"))
    assert ("What happened" in leaves) == ("Safe now:" in body)
    assert money(table) == money(tree(page))


def money(element: ET.Element) -> set[str]:
    """Return the amounts that only this case has, as they are written."""
    return set(re.findall(r"\d,\d{3},\d{3}", "".join(element.itertext())))


@pytest.mark.parametrize("scopes", [frozenset({Scope.REFERRAL}), frozenset(Scope)])
def test_the_comparison_would_notice(
    client: CheckedClient, world: World, malee: Staff, scopes: frozenset[Scope]
) -> None:
    word, parts = Words(1), frozenset({"name", "story", "money", "parties"})
    actor = facts.staff_actor(malee)
    case = world.file(actor, decisions=[], **told(word, parts, Decimal(1_234_567)))
    say(world, case, actor, [Step(RECIPIENTS[0], scopes, takes_back=False)])
    client.enter(world.session, malee)
    preview = client.get(f"{CASES}/{case.reference}/refer?to=attache").text
    leaves, table = leaving(preview)
    whole = scopes == frozenset(Scope)
    assert ("claimx1x" in "".join(table.itertext())) is whole
    assert ("Names" in leaves) is whole
    assert money(table) == {"1,234,567"}
    own = client.get(f"{CASES}/{case.reference}").text
    if not whole:
        with pytest.raises(AssertionError):
            compare(preview, own, word.made)
