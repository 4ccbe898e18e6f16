"""Lifting a held conflict from the case page: a second person, a reason, and not one's own."""

from __future__ import annotations

from casework.domain.facts import Role, Said
from casework.models import Case, Staff
from casework.services import conflicts, facts, triage
from casework.services.triage import Classification
from tests import factories
from tests.desk import CASES, NOT_FOUND, WRONG, do, fresh, text
from tests.factories import World, agrees
from tests.pages import CheckedClient


def held_by(world: World, malee: Staff, officer: Staff) -> Case:
    """Return a case whose caseworker has taken back what was said of an embassy and an officer."""
    actor = facts.staff_actor(malee)
    case = world.file(actor, decisions=agrees("KH", "TH"))
    for accused, people in ((["embassy"], [officer.id]), ([], [])):
        found = Classification({"wages": []}, Said.YES if accused else Said.NO, accused, people)
        triage.reclassify(world.session, case, actor, world.now, found=found)
    world.session.commit()
    return case


def test_a_supervisor_lifts_what_a_caseworker_has_opened(
    client: CheckedClient, world: World, malee: Staff, dara: Staff
) -> None:
    officer = factories.staff(world.session, Role.OFFICER, "authority", name="Anan")
    case = held_by(world, malee, officer)
    path = f"{CASES}/{case.reference}"
    client.enter(world.session, malee)
    page = text(client.get(path).text)
    assert "a second person has to look at it" in page
    assert "held until a second person looks at it" in page
    assert client.get(f"{path}/lift-conflict").status_code == NOT_FOUND
    client.enter(world.session, dara)
    assert "A second person is wanted." in text(client.get(CASES).text)
    form = text(client.get(f"{path}/lift-conflict").text)
    assert "Anan" in form
    nobody = do(client, case, "lift-conflict", reason="checked with the worker")
    assert (nobody.status_code, "Mark at least one" in nobody.text) == (WRONG, True)
    unsaid = do(client, case, "lift-conflict", parties=["office attache"])
    assert unsaid.status_code == WRONG
    done = do(
        client,
        case,
        "lift-conflict",
        parties=["office attache", f"person {officer.id}"],
        reason="The worker named the wrong office.",
    )
    assert done.location == path
    fresh(world, case)
    left = {row.office_id for row in conflicts.of_case(world.session, case)}
    assert left == {"embassy", "consulate"}
    shown = text(client.get(path).text)
    assert "lifted a conflict of interest" in shown
    assert "The worker named the wrong office." in shown


def test_a_conflict_that_is_not_held_cannot_be_lifted(
    client: CheckedClient, world: World, dara: Staff
) -> None:
    case = world.file(complained_offices=["embassy"], about_official=Said.YES)
    client.enter(world.session, dara)
    path = f"{CASES}/{case.reference}/lift-conflict"
    assert client.get(path).status_code == NOT_FOUND
