"""A code that opens nothing tells nothing: not by its answer, and not by its time."""

from __future__ import annotations

import statistics
import time
from datetime import datetime
from typing import Final

import pytest
from sqlalchemy.orm import Session

from casework import crypto
from casework.services import drafts, intake, tracking
from tests import factories
from tests.conftest import Clock
from tests.factories import World
from tests.faults.sizes import size
from tests.pages import CheckedClient, said

pytestmark = pytest.mark.faults

ROUNDS: Final = size(short=25, long=200)


def _codes(session: Session, clock: Clock) -> dict[str, str]:
    """Return a code of each kind that opens nothing any more, and one that does."""
    factories.small_directory(session)
    world = World(session, clock.now)
    codes = {kind: intake.new_code() for kind in ("valid", "deleted", "unknown", "typed")}
    for kind in ("valid", "deleted"):
        world.file().code_hash = crypto.code_lookup(codes[kind])
    session.flush()
    gone = tracking.find(session, clock.now, codes["deleted"])
    assert gone is not None
    session.delete(gone)
    draft, _token = drafts.begin(session, clock.now, "en")
    codes["expired"] = drafts.leave(draft)
    session.commit()
    clock.move(days=8)
    return codes


def test_codes_that_open_nothing_have_one_answer(
    session: Session, client: CheckedClient, clock: Clock
) -> None:
    codes = _codes(session, clock)
    answers = set()
    for kind in ("unknown", "deleted", "expired"):
        answer = client.submit("/en/case", {"code": codes[kind]})
        shown = said(answer).replace(codes[kind], "")
        headers = tuple((n, v) for n, v in sorted(answer.headers) if n != "Content-Length")
        answers.add((answer.status_code, shown, headers))
    assert len(answers) == 1
    assert client.submit("/en/case", {"code": codes["valid"]}).status_code == 302


def _seconds(session: Session, now: datetime, code: str) -> float:
    begun = time.perf_counter()
    tracking.find(session, now, code)
    return time.perf_counter() - begun


def test_codes_take_one_time(session: Session, clock: Clock) -> None:
    codes = _codes(session, clock)
    taken: dict[str, list[float]] = {kind: [] for kind in codes}
    for _ in range(ROUNDS):
        for kind, code in codes.items():
            taken[kind].append(_seconds(session, clock.now, code))
    middle = {kind: statistics.median(each) for kind, each in taken.items()}
    # Two unknown codes differ by chance alone: that much, and the spread, is what noise is.
    spread = max(
        statistics.median(abs(each - middle[kind]) for each in taken[kind]) for kind in taken
    )
    noise = abs(middle["unknown"] - middle["typed"]) + 3 * spread
    apart = max(middle.values()) - min(middle.values())
    print(f"\nlookups of codes: apart {apart * 1000:.2f} ms, noise {noise * 1000:.2f} ms")
    assert apart <= noise + 0.001
