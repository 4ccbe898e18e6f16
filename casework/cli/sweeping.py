"""One sweep of all clocks, for the command and for the worker."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

import click
from click import echo, option

from casework.cli.sentences import Command, Refused, on_data
from casework.db import db, transaction
from casework.logs import report
from casework.services import sweep
from casework.web.clock import now as system_now

# Most cases in one transaction, and fewest, as in the first: it shows how long one takes.
AT_ONCE: Final = 500
_FEWEST: Final = 100
# So many seconds one may take: on SQLite everybody who writes waits for it.
_LONGEST: Final = 0.4


@dataclass
class Swept:
    """What a sweep did, counted by code, on how many cases it failed, and how many come next."""

    done: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    failed: int = 0
    at_once: int = field(default_factory=lambda: min(_FEWEST, AT_ONCE))

    def keep_pace(self, cases: int, seconds: float) -> None:
        """Take as many cases next as the last ones say that there is time for."""
        if cases:
            fitting = max(round(cases * _LONGEST / seconds), _FEWEST)
            self.at_once = min(fitting, 2 * self.at_once, AT_ONCE)


def sweep_all(now: datetime) -> Swept:
    """Act on every case with a clock that is due at `now`, many in one transaction.

    Several workers may sweep at one time: each takes cases that no other one holds. When a
    batch fails, its cases are tried one by one; a case that fails is reported and left for the
    next sweep, and the others go on.
    """
    swept, left = Swept(), set[int]()
    while done := _some(now, swept, left):
        # In other hands, or broken: nothing of it is done in this sweep.
        left.update(case_id for case_id, codes in done.items() if not codes)
        swept.cases += len(done)
        swept.done.update(code for codes in done.values() for code in codes)
    return swept


def _some(now: datetime, swept: Swept, left: set[int]) -> dict[int, list[str]]:
    """Act on the next cases but those of `left`; return what was done to each, as codes."""
    try:
        with transaction() as session:
            # From here on others wait, and not while this one waits for them.
            begun = time.monotonic()
            done = sweep.act_on_some(session, now, swept.at_once, left)
        swept.keep_pace(len(done), time.monotonic() - begun)
    except Exception:  # noqa: BLE001 - which case it was, and why, is seen one by one.
        session = db.session()
        due = sweep.due_cases(session, now, swept.at_once, left)
        session.rollback()
        return {case_id: _one(case_id, now, swept) for case_id in due}
    return done


def _one(case_id: int, now: datetime, swept: Swept) -> list[str]:
    try:
        with transaction() as session:
            return sweep.act_on(session, case_id, now)
    except Exception as error:  # noqa: BLE001 - one broken case must not keep others waiting.
        swept.failed += 1
        report("The sweep failed on a case", error)
        return []


@click.command("escalate", cls=Command)
@option("--now", "moment", metavar="TIME", help="The time to go by, as 2026-12-24T09:00+07:00.")
@on_data
def escalate(moment: str | None) -> None:
    """Remind, escalate and close once, as clocks ask for it."""
    swept = sweep_all(_instant(moment) if moment else system_now())
    done = ", ".join(f"{code} {count}" for code, count in sorted(swept.done.items()))
    echo(f"Cases looked at: {swept.cases}. Done: {done or 'nothing was due'}.")
    if swept.failed:
        echo(f"Cases that failed and will be tried again: {swept.failed}.", err=True)
        raise SystemExit(1)


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Refused(f"{text} is no time: write it as 2026-12-24T09:00+07:00.") from None
    if moment.tzinfo is None:
        raise Refused(f"Say in which zone {text} is, as in 2026-12-24T09:00+07:00.")
    return moment
