"""The ledger of a case as it is shown: lines, the sums of each currency, and other remedies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from casework.services import ledger
from casework.services.ledger import Line

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Case


@dataclass(frozen=True)
class MoneyLine:
    """A line of the ledger; `words` are the person's own, where those may show."""

    claim_id: int | None
    kind: str
    words: str | None
    workers: int
    currency: str
    claimed: Decimal
    offered: Decimal
    ordered: Decimal
    paid: Decimal
    owed: Decimal


@dataclass(frozen=True)
class Helped:
    """A remedy that is not money."""

    kind: str
    state: str
    on_date: str
    workers: int


@dataclass(frozen=True)
class Money:
    """The ledger, with the sums of each currency."""

    lines: Sequence[MoneyLine]
    totals: Sequence[MoneyLine]
    other: Sequence[Helped]


def of(session: Session, case: Case, *, words: bool) -> Money:
    """Return the ledger of a case as values; the person's own words only where those may show."""
    found = ledger.of_case(session, case)
    return Money(
        [_line(line, words=words) for line in found.lines],
        [_line(line, words=False) for line in found.totals],
        [Helped(each.kind, each.state, each.on_date, each.workers) for each in found.other],
    )


def _line(line: Line, *, words: bool) -> MoneyLine:
    claim = line.claim
    return MoneyLine(
        claim.id if claim else None,
        claim.kind if claim else "",
        claim.what if claim and words else None,
        claim.workers if claim else 0,
        line.currency,
        line.claimed,
        line.offered,
        line.ordered,
        line.paid,
        line.owed,
    )
