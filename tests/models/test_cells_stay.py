"""No sealed cell opens anywhere but where it was written, in whichever table."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any, Final

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from casework.crypto import SealBroken, SealedText
from casework.db import Base
from tests import factories
from tests.models.test_models import OF_CASE

PAIRS: Final = 400


@dataclass(frozen=True)
class Cell:
    """A sealed value, and the row and attribute it belongs to."""

    row: Any
    name: str
    sealed: bytes

    def put(self, session: Session, sealed: bytes) -> None:
        """Write sealed bytes into the cell, past all that would seal them."""
        table = type(self.row)
        values = {f"{self.name}_sealed": sealed}
        session.execute(update(table).where(table.id == self.row.id).values(values))
        session.expire(self.row, [f"{self.name}_sealed"])


def sealed_names(table: type[Any]) -> list[str]:
    return [name for name in dir(table) if isinstance(getattr(table, name, None), SealedText)]


def cells(session: Session) -> list[Cell]:
    factories.small_directory(session)
    rows: list[Any] = []
    for _ in range(2):
        case = factories.case(session)
        rows += [case, factories.draft(session)]
        rows += [make(session, case) for make in OF_CASE.values()]
    found = []
    for row in rows:
        for name in sealed_names(type(row)):
            setattr(row, name, f"{name} of {row.id}")
            session.flush()
            found.append(Cell(row, name, getattr(row, f"{name}_sealed")))
    return found


@pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)
def test_cells_that_change_places_do_not_open(session: Session) -> None:
    written = cells(session)
    tables = {type(cell.row).__tablename__ for cell in written}
    sealed = {m.class_.__tablename__ for m in Base.registry.mappers if sealed_names(m.class_)}
    assert tables >= sealed & (set(OF_CASE) | {"cases", "draft"})
    chance = random.Random(11)  # noqa: S311 - which cells change places is no secret.
    for _ in range(PAIRS):
        here, there = chance.sample(written, 2)
        here.put(session, there.sealed)
        with pytest.raises(SealBroken):
            getattr(here.row, here.name)
        here.put(session, here.sealed)
        assert getattr(here.row, here.name) == f"{here.name} of {here.row.id}"
