"""One sweep of all clocks, for the command and for the worker."""

from __future__ import annotations

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

# So many cases in one transaction: on SQLite others wait for it, a moment that nobody notices.
AT_ONCE: Final = 200


@dataclass
class Swept:
    """What a sweep did, counted by code, and how many cases it failed on."""

    done: Counter[str] = field(default_factory=Counter)
    cases: int = 0
    failed: int = 0


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
            return sweep.act_on_some(session, now, AT_ONCE, left)
    except Exception:  # noqa: BLE001 - which case it was, and why, is seen one by one.
        session = db.session()
        due = sweep.due_cases(session, now, AT_ONCE, left)
        session.rollback()
        return {case_id: _one(case_id, now, swept) for case_id in due}


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
