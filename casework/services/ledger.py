"""Claims and remedies: what was claimed, offered, ordered and paid."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from casework.domain.search_text import clean
from casework.domain.workflow import Action
from casework.models import Claim, RemedyEntry
from casework.services import at_hand, casefile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.complaint import MoneyRow
    from casework.domain.facts import Actor
    from casework.models import Case

STATES = ("offered", "ordered", "paid")
ZERO = Decimal(0)


@dataclass(frozen=True)
class NewRemedy:
    """A remedy to record: money has an amount and a currency, other remedies have none."""

    kind: str
    state: str
    on_date: str
    amount: Decimal | None = None
    currency: str = ""
    workers: int = 1
    proof: str = ""
    claim_id: int | None = None


@dataclass(frozen=True)
class Line:
    """A claim, and what came of it so far; without a claim, remedies that answer none."""

    claim: Claim | None
    currency: str
    claimed: Decimal
    offered: Decimal
    ordered: Decimal
    paid: Decimal

    @property
    def owed(self) -> Decimal:
        """What is still owed, never below nothing."""
        return max(ZERO, self.claimed - self.paid)


@dataclass(frozen=True)
class Ledger:
    """All lines, the sums of each currency, and the remedies that are not money."""

    lines: Sequence[Line]
    totals: Sequence[Line]
    other: Sequence[RemedyEntry]


def claim(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    row: MoneyRow,
    version: int | None = None,
) -> Claim:
    """Record a claim."""
    casefile.move(
        session,
        case,
        actor,
        Action.CLAIM,
        now,
        version=version,
        amount=str(row.amount),
        currency=row.currency,
    )
    made = Claim(
        case=case,
        kind=row.kind,
        amount=row.amount,
        currency=row.currency,
        workers=row.workers,
        from_on=row.from_on,
        to_on=row.to_on,
        receipt=row.receipt,
        what=clean(row.what) or None,
    )
    session.add(made)
    casefile.settle(session, case, now)
    return made


def remedy(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    new: NewRemedy,
    version: int | None = None,
) -> RemedyEntry:
    """Record something offered, ordered or received."""
    casefile.move(
        session,
        case,
        actor,
        Action.REMEDY,
        now,
        version=version,
        kind=new.kind,
        state=new.state,
        amount=str(new.amount) if new.amount is not None else None,
        currency=new.currency,
    )
    entry = RemedyEntry(
        case=case,
        claim_id=new.claim_id,
        kind=new.kind,
        state=new.state,
        amount=new.amount,
        currency=new.currency,
        workers=new.workers,
        on_date=new.on_date,
        proof=clean(new.proof) or None,
    )
    session.add(entry)
    casefile.settle(session, case, now)
    return entry


def of_case(session: Session, case: Case) -> Ledger:
    """Return the ledger of a case with totals per currency."""
    claims = at_hand.all_rows(session, case, Claim)
    entries = at_hand.all_rows(session, case, RemedyEntry)
    by_claim: dict[tuple[int | None, str], list[RemedyEntry]] = defaultdict(list)
    for entry in entries:
        if entry.amount is not None:
            by_claim[entry.claim_id, entry.currency].append(entry)
    lines = [
        _line(each, each.currency, by_claim.pop((each.id, each.currency), [])) for each in claims
    ]
    lines += [_line(None, currency, rest) for (_, currency), rest in by_claim.items()]
    return Ledger(lines, _totals(lines), [entry for entry in entries if entry.amount is None])


def _line(claim: Claim | None, currency: str, entries: Sequence[RemedyEntry]) -> Line:
    sums = {
        state: sum((e.amount or ZERO for e in entries if e.state == state), ZERO)
        for state in STATES
    }
    return Line(claim, currency, claim.amount if claim else ZERO, **sums)


def _totals(lines: Sequence[Line]) -> list[Line]:
    found = []
    for currency in dict.fromkeys(line.currency for line in lines):
        same = [line for line in lines if line.currency == currency]
        found.append(
            Line(
                None,
                currency,
                sum((line.claimed for line in same), ZERO),
                sum((line.offered for line in same), ZERO),
                sum((line.ordered for line in same), ZERO),
                sum((line.paid for line in same), ZERO),
            )
        )
    return found
