"""Somebody with the database tampers with the history, a thousand times: each time it is seen."""

from __future__ import annotations

import os
from collections import Counter
from random import Random

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from casework.domain.facts import SYSTEM
from casework.models import ChainHead
from casework.services import audit, history
from casework.services.anchors import Anchor, Kept
from tests.conftest import BEGINNING
from tests.tampering import WAYS, tampered

pytestmark = pytest.mark.faults

TIMES = 1000 if os.environ.get("FAULTS") == "long" else 60
LINES = 100
BOTH = pytest.mark.parametrize(
    "database", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]
)


@pytest.fixture
def anchor(session: Session) -> Anchor:
    """A history of many transactions, and its head as it was signed then."""
    for number in range(LINES):
        data = {"number": number, "office": "coordinator"}
        history.record(session, None, SYSTEM, BEGINNING, "counted", **data)
        if number % 3 == 0:
            session.commit()
    session.commit()
    head = session.scalars(select(ChainHead)).one()
    session.rollback()
    return Anchor("2026-11-23T09:00:00+00:00", head.seq, head.mac)


@BOTH
def test_all_tampering_is_detected(
    session: Session, engine: Engine, anchor: Anchor, database: str
) -> None:
    random, kept = Random(20261123), Kept([anchor])
    assert audit.verify(session, kept).finding is None
    session.rollback()
    seen, by_lines_alone, unseen = Counter[str](), 0, []
    for number in range(TIMES):
        way = WAYS[number % len(WAYS)]
        with tampered(engine, kept=False) as connection:
            what = f"{way.__name__}: {way(connection, random)}"
            with Session(connection) as own:
                finding = audit.verify(own, kept).finding
                by_lines_alone += audit.verify(own).finding is not None
        if finding is None:
            unseen.append(what)
        else:
            seen[finding.fault.value] += 1
    told = ", ".join(f"{fault} {count}" for fault, count in sorted(seen.items()))
    print(
        f"\n{database}: {TIMES - len(unseen)} of {TIMES} detected ({told});"
        f" {by_lines_alone} without any anchor"
    )
    assert unseen == []
    assert audit.verify(session, kept).finding is None
