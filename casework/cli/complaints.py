"""Commands about files of published complaints."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import click
from click import argument, echo, option

from casework.cli.progress import Teller, stoppable
from casework.cli.sentences import Command, on_data
from casework.db import db, optimize, transaction
from casework.domain.facts import SYSTEM
from casework.services import imports, intake, published, trial
from casework.services.published import BadLine
from casework.web.clock import now

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.domain.routing import PassedOver
    from casework.services.published import Line
    from casework.services.trial import Decision

_GOES_ON: Final = "Stopped: run it again, and it goes on from here. What is filed stays filed once."
_EXISTING: Final = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_FILED, _THERE, _BAD = "filed", "there", "bad"


@click.command("import-complaints", cls=Command)
@argument("file", type=_EXISTING)
@on_data
def import_complaints(file: Path) -> None:
    """File the complaints of FILE, one JSON object a line; each id once.

    Stop it with Ctrl-C and start it again as you like.
    """
    with file.open("rb") as lines, stoppable(_GOES_ON) as stop:
        total = sum(1 for _ in lines)
        lines.seek(0)
        tell = Teller("Complaints", stop)
        count = Counter(_import(line) for line in _counted(lines, total, tell))
    with transaction() as session:
        optimize(session.connection())
    echo(
        f"Filed: {count[_FILED]}. Already there: {count[_THERE]}."
        f" Lines that could not be read: {count[_BAD]}."
    )
    if count[_BAD]:
        raise SystemExit(1)


def _counted(file: BinaryIO, total: int, tell: Teller) -> Iterator[Line | BadLine]:
    for done, line in enumerate(published.read_lines(file)):
        tell(done, total)
        yield line
    tell(total, total)


def _import(line: Line | BadLine) -> str:
    try:
        if isinstance(line, BadLine):
            raise line
        fresh = None if imports.is_there(db.session(), line) else intake.secret()
        with transaction() as session:
            return (
                _FILED if imports.import_line(session, SYSTEM, now(), line, fresh).new else _THERE
            )
    except BadLine as error:
        echo(error, err=True)
        return _BAD


@click.command("try-routing", cls=Command)
@argument("file", type=_EXISTING)
@option("--assume-consent", is_flag=True, help="As if every person let every state see the case.")
@on_data
def try_routing(file: Path, *, assume_consent: bool) -> None:
    """Say for each complaint of FILE where it would go; file nothing."""
    with file.open("rb") as lines:
        good = [_try(line, assume=assume_consent) for line in published.read_lines(lines)]
    if not all(good):
        raise SystemExit(1)


def _try(line: Line | BadLine, *, assume: bool) -> bool:
    try:
        if isinstance(line, BadLine):
            raise line
        found = trial.decide(db.session(), line, assume_consent=assume)
    except BadLine as error:
        echo(error, err=True)
        return False
    said = {
        "id": line.id,
        "categories": list(found.categories),
        "severity": found.severity.value,
        **_decision(found.now),
    }
    if found.after_triage is not None:
        said["after_triage"] = _decision(found.after_triage)
    echo(json.dumps(said, ensure_ascii=False))
    return True


def _decision(found: Decision) -> dict[str, Any]:
    return {
        "office_id": found.office.id,
        "role": found.office.role.value,
        "country": found.office.country,
        "rule": found.assignment.rule,
        "passed_over": [_passed(each) for each in found.assignment.passed_over],
    }


def _passed(each: PassedOver) -> dict[str, str | None]:
    role = each.role.value if each.role else None
    return {
        "office_id": each.office_id,
        "role": role,
        "rule": each.rule,
        "why": each.why.value,
    }
