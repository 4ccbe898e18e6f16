"""Carrying retention out: for the commands and for the worker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from typing import Final

import click
from click import echo
from flask import current_app
from sqlalchemy import select

from casework.cli.progress import Teller, stoppable
from casework.cli.sentences import Command, Sorry, on_data
from casework.config import Settings
from casework.db import clear_journal, db, transaction
from casework.logs import report
from casework.models import Evidence
from casework.services import retention
from casework.services.evidence import taking
from casework.storage import open_store
from casework.web.clock import now

_FAILED = "failed"
_GOES_ON: Final = "Stopped: run it again, and it goes on from here."


def _say_nothing(done: int, total: int) -> None:
    """The worker is not watched."""
    del done, total


def keep_all(moment: datetime, tell: Callable[[int, int], None] = _say_nothing) -> Counter[str]:
    """Do what wishes, and rules that are switched on, ask for; return how often what was done.

    Each case is a transaction of its own. Its files are deleted after it: a file whose row is
    gone has no key any more. `tell` is told how many cases of how many are done, and may raise
    to end it there.
    """
    session = db.session()
    found = retention.to_do(session, moment)
    session.rollback()
    done = Counter[str]()
    try:
        for number, case_id in enumerate(found):
            tell(number, len(found))
            done[_act(case_id, moment)] += 1
        tell(len(found), len(found))
    finally:
        del done[""]
        if done:
            clear_journal()
    return done


def _act(case_id: int, moment: datetime) -> str:
    try:
        with transaction() as session:
            query = select(Evidence.id).where(Evidence.case_id == case_id)
            files = list(session.scalars(query))
            done = retention.act_on(session, case_id, moment)
        if done:
            _delete_files(files)
    except Exception as error:  # noqa: BLE001 - one case must not keep the others.
        report("Retention failed on a case", error)
        return _FAILED
    return done


def _delete_files(evidence_ids: list[int]) -> None:
    settings: Settings = current_app.config["SETTINGS"]
    store = open_store(settings)
    for each in evidence_ids:
        taking.destroy(store, each)


@click.group("retention")
def group() -> None:
    """Look at what is kept for how long, and carry it out."""


@group.command("plan", cls=Command)
@on_data
def plan() -> None:
    """Say what would happen now; change nothing."""
    session = db.session()
    found = retention.plan(session, now())
    for rule in found.rules:
        cases = found.by_rule.get(rule.id, [])
        if cases:
            echo(f"{rule.fate} after {rule.months} months, {rule.category}, {rule.outcome}:")
            echo(f"  {len(cases)}: {', '.join(cases)}")
    echo(f"By rules: {found.count} cases.")
    echo(f"By their own wish: {len(found.wished)} cases. Held: {len(found.held)} cases.")
    if not retention.is_on(session):
        echo("Retention is off: an administrator switches it on at /admin/retention.")


@group.command("apply", cls=Command)
@on_data
def carry_out() -> None:
    """Carry out what is due: wishes always, rules when an administrator has switched them on."""
    on = retention.is_on(db.session())
    with stoppable(_GOES_ON) as stop:
        done = keep_all(now(), Teller("Cases", stop))
    echo(f"Anonymised: {done['anonymised']} cases. Destroyed: {done['destroyed']} cases.")
    if not on:
        echo("Retention is off: an administrator switches it on at /admin/retention.")
    if done[_FAILED]:
        raise Sorry(f"Cases that failed and will be tried again: {done[_FAILED]}.")
