"""Holding a case, and writing down that a worker wants everything deleted, from its page."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.orm import Session

from casework.models import Case, LegalHold, Staff
from casework.services import facts
from tests.factories import World
from tests.pages import CheckedClient
from tests.public_way import only_case


def page(case: Case, deed: str) -> str:
    return f"/staff/cases/{case.reference}/{deed}"


def holds(session: Session) -> list[LegalHold]:
    session.rollback()
    return session.query(LegalHold).all()


def test_a_supervisor_holds_a_case_and_lets_it_go(
    client: CheckedClient, world: World, malee: Staff, dara: Staff
) -> None:
    case = world.file(facts.staff_actor(malee))
    client.enter(world.session, malee)
    assert client.get(page(case, "hold")).status_code == 404
    world.session.rollback()
    client.enter(world.session, dara)
    version = {"version": case.version}
    bare = client.submit(page(case, "hold"), version | {"ground": "court"})
    assert "Write in a few words why." in bare.text
    held = version | {"ground": "court", "reason": "Labour court 12/2569"}
    client.submit(page(case, "hold"), held)
    (hold,) = holds(world.session)
    assert (hold.ground, hold.reason) == ("court", "Labour court 12/2569")
    shown = client.get(page(case, "hold")).text
    assert "Labour court 12/2569" in shown
    erase = client.get(page(case, "erase")).text
    assert "For now it has to be kept" in erase
    client.submit(page(case, "hold"), {"version": case.version, "ground": "release"})
    (hold,) = holds(world.session)
    assert hold.released_at
    told = client.get(f"/staff/cases/{case.reference}").text
    assert "keeps the case from being deleted: A court or tribunal works on it." in told
    assert "lets the case be deleted again" in told


def test_a_caseworker_writes_the_wish_down_and_undoes_it(
    client: CheckedClient, world: World, malee: Staff
) -> None:
    case = world.file(facts.staff_actor(malee))
    client.enter(world.session, malee)
    assert "What they have read cannot be called back" in client.get(page(case, "erase")).text
    client.submit(page(case, "erase"), {"version": case.version})
    case = only_case(world.session)
    assert (case.status, case.delete_after) == ("withdrawn", world.now + timedelta(days=7))
    assert "The case is not deleted." in client.get(page(case, "keep")).text
    client.submit(page(case, "keep"), {"version": case.version})
    case = only_case(world.session)
    assert case.delete_after is None
    assert "has not asked for everything" in client.get(page(case, "keep")).text
    assert "wants the case kept after all" in client.get(f"/staff/cases/{case.reference}").text
