"""Commands about the history: whether it is whole, and where it had got to at a given time."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click
from click import echo
from flask import current_app

from casework import crypto
from casework.cli.progress import Teller, stoppable
from casework.cli.sentences import Command, Sorry, on_data
from casework.config import Settings
from casework.db import db
from casework.services import anchors, audit
from casework.services.audit import Fault
from casework.web.clock import now

if TYPE_CHECKING:
    from casework.services.anchors import Anchor
    from casework.services.audit import Finding

_SENTENCES: Final = {
    Fault.CHANGED: "Line {seq}{row}: what stands there is not what was written.",
    Fault.MISSING: "Line {seq}: there is none; it was deleted.",
    Fault.REORDERED: "Line {seq}: what was written there now stands at another place{row}.",
    Fault.ADDED: "Line {seq}{row}: a row stands there that was never written by this system.",
    Fault.CUT: "Line {seq} and what followed are gone: the history was longer once.",
    Fault.HEAD: "Line {seq} is the last, but the head of the history does not belong to it.",
    Fault.REWRITTEN: "Line {seq}{row}: an anchor knows it otherwise; it was written anew.",
    Fault.ANCHOR: "Line {seq} of the file of anchors was not written by this system.",
}
_STOPPED: Final = "Stopped: what was checked was whole. Run it again to check all of it."
_PASSED_BY: Final = (
    "The history no longer leads through the anchor before this one: run `flask audit verify`."
)


@click.group("audit")
def group() -> None:
    """Check the history, sign its head, and show the key that checks the signatures."""


@group.command("verify", cls=Command)
@on_data
def verify() -> None:
    """Check every line of the history, its head and its anchors; exit with 1 when one is wrong."""
    kept = anchors.read(folder())
    with stoppable(_STOPPED) as stop:
        verdict = audit.verify(db.session(), kept, Teller("Checking lines", stop))
    if verdict.finding is not None:
        raise Sorry(f"Broken after {verdict.lines} good lines. {sentence(verdict.finding)}")
    echo(f"The history is whole: {verdict.lines} lines, {verdict.anchors} anchors.")
    if not verdict.anchors:
        echo("Without an anchor nobody can tell whether its end was cut off: flask audit anchor.")


def sentence(finding: Finding) -> str:
    """Return what is wrong with a history, in words."""
    row = f" (row {finding.event_id})" if finding.event_id is not None else ""
    return _SENTENCES[finding.fault].format(seq=finding.seq, row=row)


@group.command("anchor", cls=Command)
@on_data
def anchor() -> None:
    """Sign the head of the history and add it to the file of anchors."""
    try:
        made = write_anchor()
    except (anchors.NoHead, PassedBy) as error:
        raise Sorry(str(error)) from error
    echo(f"Signed: {made.seq} lines, in {folder() / anchors.FILE}.")


@group.command("key", cls=Command)
@on_data
def key() -> None:
    """Print the public key with which an outsider checks the signatures of anchors."""
    echo(crypto.anchor_public_key(), nl=False)


class PassedBy(RuntimeError):
    """The line that the last anchor names is gone or is another one."""


def write_anchor() -> Anchor:
    """Add an anchor; raise NoHead, or PassedBy after it when the last one no longer fits."""
    session, kept = db.session(), anchors.read(folder())
    made = anchors.append(session, folder(), now())
    if kept.heads and not anchors.leads_through(session, kept.heads[-1]):
        raise PassedBy(_PASSED_BY)
    return made


def folder() -> Path:
    """Return the folder of anchors."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings.anchors or settings.instance / "anchors"
