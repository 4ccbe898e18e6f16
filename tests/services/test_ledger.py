"""Claims and remedies: sums by currency, and what is still owed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from sqlalchemy import select

from casework.domain.complaint import MoneyRow
from casework.domain.facts import Role
from casework.models import RemedyEntry
from casework.services import history, ledger, outcome
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.ledger import Line, NewRemedy
from tests.factories import World


def sums(line: Line) -> tuple[int, ...]:
    """Return what was claimed, offered, ordered, paid, in whole units."""
    return tuple(map(int, (line.claimed, line.offered, line.ordered, line.paid)))


def paid(amount: int, currency: str = "THB", **values: object) -> NewRemedy:
    given: dict[str, object] = {"state": "paid", "claim_id": None} | values
    state, claim_id = str(given["state"]), given["claim_id"]
    assert claim_id is None or isinstance(claim_id, int)
    return NewRemedy("money", state, "2026-11-23", Decimal(amount), currency, claim_id=claim_id)


def test_a_ledger_adds_up_by_claim_and_currency(world: World) -> None:
    case = world.file()
    session, now, desk = world.session, world.now, world.actor(Role.CASEWORKER, "cso")
    wages = ledger.claim(
        session, case, desk, now, row=MoneyRow("wages", Decimal(7500), "THB", "three months")
    )
    ledger.claim(session, case, desk, now, row=MoneyRow("fee", Decimal(700), "USD"))
    ledger.remedy(session, case, desk, now, new=paid(9000, state="offered", claim_id=wages.id))
    ledger.remedy(session, case, desk, now, new=paid(7500, state="ordered", claim_id=wages.id))
    ledger.remedy(session, case, desk, now, new=paid(3000, claim_id=wages.id))
    ledger.remedy(session, case, desk, now, new=paid(2000, claim_id=wages.id))
    ledger.remedy(session, case, desk, now, new=paid(100, "USD", claim_id=wages.id))
    ledger.remedy(session, case, desk, now, new=paid(50))
    back = NewRemedy("documents", "paid", "2026-11-24", workers=3, proof="a photograph")
    ledger.remedy(session, case, desk, now, new=back)
    book = ledger.of_case(session, case)
    lines = [(bool(x.claim), x.currency, *sums(x)) for x in book.lines]
    assert lines == [
        (True, "THB", 7500, 9000, 7500, 5000),
        (True, "USD", 700, 0, 0, 0),
        (False, "USD", 0, 0, 0, 100),
        (False, "THB", 0, 0, 0, 50),
    ]
    totals = {x.currency: (*sums(x), int(x.owed)) for x in book.totals}
    assert totals == {"THB": (7500, 9000, 7500, 5050, 2450), "USD": (700, 0, 0, 100, 600)}
    assert [(entry.kind, entry.proof, entry.workers) for entry in book.other] == [
        ("documents", "a photograph", 3)
    ]
    assert wages.what == "three months"


def test_what_is_owed_never_falls_below_nothing(world: World) -> None:
    case = world.file()
    desk = world.actor(Role.CASEWORKER, "cso")
    assert ledger.of_case(world.session, case).totals == []
    ledger.remedy(world.session, case, desk, world.now, new=paid(10))
    (line,) = ledger.of_case(world.session, case).lines
    assert line.claim is None
    assert line.owed == 0


def test_amounts_are_kept_to_the_hundredth(world: World) -> None:
    case = world.file(money=[MoneyRow("wages", Decimal("12345678901234.56"), "VND")])
    world.session.expire_all()
    (line,) = ledger.of_case(world.session, case).lines
    assert line.claimed == Decimal("12345678901234.56")


def test_money_is_still_paid_after_the_end_but_nothing_new_is_claimed(world: World) -> None:
    case = world.file()
    desk = world.actor(Role.CASEWORKER, "cso")
    seen = case.version
    outcome.withdraw(world.session, case, desk, world.now, under_pressure=True)
    ledger.remedy(world.session, case, desk, world.now, new=paid(10))
    assert world.session.scalars(select(RemedyEntry)).one().amount == 10
    row = MoneyRow("wages", Decimal(1), "THB")
    with pytest.raises(NotAllowed):
        ledger.claim(world.session, case, desk, world.now, row=row)
    with pytest.raises(StaleCase):
        ledger.claim(world.session, case, desk, world.now, row=row, version=seen)


def test_history_tells_amounts_and_no_proof(world: World) -> None:
    case = world.file()
    desk = world.actor(Role.CASEWORKER, "cso")
    back = NewRemedy("documents", "paid", "2026-11-24", proof="a photograph")
    ledger.remedy(world.session, case, desk, world.now, new=back)
    ledger.remedy(world.session, case, desk, world.now, new=paid(10))
    last, first = history.of_case(world.session, case)[:2]
    assert (last.data["amount"], first.data["amount"]) == ("10", None)
    assert "photograph" not in str(first.data)
