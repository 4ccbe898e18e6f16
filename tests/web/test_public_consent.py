"""Who may see a complaint: which pages ask, about whom, and what is stored of the answers."""

from __future__ import annotations

import json
from datetime import datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Claim, Consent, Person
from casework.services import reference
from tests.pages import CheckedClient
from tests.public_way import WAGES, changed, fill, only_case, page, send, walk


@pytest.fixture(autouse=True)
def loaded(session: Session, now: datetime) -> None:
    """Load what every installation has."""
    reference.load(session, now)
    session.commit()


def consents(session: Session) -> set[tuple[str, str, bool]]:
    session.rollback()
    rows = session.scalars(select(Consent))
    return {(row.recipient, row.scope, row.given) for row in rows}


ATTACHE = "KH:labour_attache"


@pytest.mark.parametrize(
    ("answers", "stored"),
    [
        (
            {"office": "send", "identity": "send", "higher": "keep", "count": "keep"},
            {
                (ATTACHE, "referral", True),
                (ATTACHE, "narrative", True),
                (ATTACHE, "identity", True),
                ("KH", "referral", False),
                ("KH", "narrative", False),
                ("KH", "identity", False),
                ("coordinator", "statistics", False),
            },
        ),
        (
            {"office": "send", "identity": "keep", "higher": "send", "count": "send"},
            {
                (ATTACHE, "referral", True),
                (ATTACHE, "narrative", True),
                (ATTACHE, "identity", False),
                ("KH", "referral", True),
                ("KH", "narrative", True),
                ("KH", "identity", False),
                ("coordinator", "statistics", True),
            },
        ),
        (
            {"office": "keep", "count": "send"},
            {
                (ATTACHE, "referral", False),
                (ATTACHE, "narrative", False),
                (ATTACHE, "identity", False),
                ("coordinator", "statistics", True),
            },
        ),
        ({"office": "talk", "count": "send"}, {("coordinator", "statistics", True)}),
    ],
)
def test_each_answer_becomes_its_decisions(
    client: CheckedClient,
    session: Session,
    answers: dict[str, str],
    stored: set[tuple[str, str, bool]],
) -> None:
    pages = {step: {"answer": answer} for step, answer in answers.items()}
    typed = {k: v for k, v in WAGES.items() if k not in {"office", "identity", "higher", "count"}}
    send(client, typed | pages)
    assert consents(session) == stored
    case = only_case(session)
    assert case.status == ("referred" if answers["office"] == "send" else "triage")


def test_who_wants_to_talk_first_is_known_to_the_desk(
    client: CheckedClient, session: Session
) -> None:
    send(client, changed(office={"answer": "talk"}))
    contact = json.loads(session.scalars(select(Person)).one().contact or "")
    assert contact["talk_first"] == "yes"


def test_an_authority_of_the_country_of_work_is_asked_about_on_its_own(
    client: CheckedClient, session: Session
) -> None:
    about = changed(
        category={"category": "embassy"}, details={}, responsible={"posts": ["kh-emb-th"]}
    )
    walk(client, about, until="more")
    added = fill(client, "more", {"category": "social_security"})
    assert added.location == "/en/complaint/details-2"
    assert fill(client, "details-2", {"kinds": ["lump_sum"]}).location == "/en/complaint/more"
    assert fill(client, "more", {}).location == "/en/complaint/where"
    for step in ("where", "responsible", "owed", "embassy", "wants", "files", "you", "contact"):
        fill(client, step, about[step])
    assert fill(client, "office", {"answer": "keep"}).location == "/en/complaint/authority"
    assert "social security office of Thailand" in page(client, "authority")
    assert fill(client, "authority", {"answer": "send"}).location == "/en/complaint/higher"
    fill(client, "higher", {"answer": "keep"})
    fill(client, "count", {"answer": "send"})
    client.submit("/en/complaint/check")
    given = {(recipient, scope) for recipient, scope, yes in consents(session) if yes}
    assert given == {
        ("TH:social_security", "referral"),
        ("TH:social_security", "narrative"),
        ("coordinator", "statistics"),
    }
    case = only_case(session)
    assert case.codes == ("embassy", "social_security")
    assert session.scalars(select(Claim)).one().kind == "benefit_paid"


def test_an_anonymous_person_is_not_asked_about_the_name(
    client: CheckedClient, session: Session
) -> None:
    anonymous = {"filed_by": "self", "naming": "anonymous", "name": "Sokha after all"}
    assert "identity" not in walk(client, changed(you=anonymous))
    assert "Sokha" not in page(client, "check")
    client.submit("/en/complaint/check")
    assert session.scalars(select(Person)).one().name is None


def test_a_complaint_about_the_embassy_goes_around_it(
    client: CheckedClient, session: Session
) -> None:
    about = changed(
        category={"category": "embassy"},
        details={"kinds": ["no_answer"]},
        responsible={"posts": ["kh-emb-th"]},
    )
    met = walk(client, about, until="office")
    assert "owed" not in met
    asked = page(client, "office")
    assert "ministry of foreign affairs of Cambodia" in asked
    assert "neutral person reads it first" in asked
    walk(client, about)
    client.submit("/en/complaint/check")
    case = only_case(session)
    assert (case.about_official, case.status) == ("yes", "triage")
    assert case.referrals == []


def test_a_changed_country_asks_for_consent_anew(client: CheckedClient) -> None:
    walk(client)
    page(client, "check")
    moved = fill(client, "where", {"origin": "KH", "destination": "KR"})
    assert moved.location == "/en/complaint/check"  # There is a labour attaché of the same kind.
    moved = fill(client, "where", {"origin": "MM", "destination": "TH"})
    assert moved.location == "/en/complaint/office"
    assert "labour office of Thailand" in page(client, "office")
    assert client.get("/en/complaint/check").location == "/en/complaint/office"


def test_a_corridor_without_posts_asks_about_none(client: CheckedClient, session: Session) -> None:
    far = changed(where={"origin": "NP", "destination": "JP", "since": "8 2026"})
    met = walk(client, far, until="embassy")
    assert "If yes: is it one of these?" not in page(client, "responsible")
    assert "Which one did you ask?" not in page(client, "embassy")
    assert met
    typed = {key: value for key, value in far.items() if key not in {"office", "identity"}}
    walk(client, typed | {"office": {"answer": "keep"}, "identity": {"answer": "keep"}})
    assert "1 August 2026" in page(client, "check")
    client.submit("/en/complaint/check")
    assert only_case(session).began_on == "2026-08-01"
