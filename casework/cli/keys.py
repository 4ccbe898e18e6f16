"""Commands about the keys outside the database: which are in use, a new one, an old one gone."""

from __future__ import annotations

from typing import Final

import click
from click import echo

from casework import crypto
from casework.cli.progress import Teller, stoppable
from casework.cli.sentences import Command, Sorry, on_data
from casework.db import db, transaction
from casework.domain.facts import SYSTEM
from casework.services import history, keys
from casework.web.clock import now

_GOES_ON: Final = "Stopped: run `flask keys rotate` again, and it goes on from here."


@click.group("keys")
def group() -> None:
    """Show, rotate, export and retire the keys that seal what people told."""


@group.command("status", cls=Command)
@on_data
def status() -> None:
    """Say how many data keys each version of the wrapping key wraps."""
    used = keys.in_use(db.session())
    for version in crypto.versions():
        note = ", current" if version == crypto.current_version() else ""
        echo(f"Key {version}: {used[version]} data keys{note}.")


@group.command("rotate", cls=Command)
@on_data
def rotate() -> None:
    """Wrap all data keys by a new key, or finish a rotation that was stopped.

    The service may run meanwhile. Stop it with Ctrl-C and start it again as you like.
    """
    if not keys.outdated(db.session()):
        _add()
    with stoppable(_GOES_ON) as stop:
        count = _rewrap(Teller("Wrapping data keys", stop))
    with transaction() as session:
        keys.keep_marks(session)
        version = crypto.current_version()
        history.record(session, None, SYSTEM, now(), "keys:rotate", version=version, rows=count)
    echo(f"Wrapped {count} data keys by key {crypto.current_version()}.")


def _add() -> None:
    folder = crypto.folder()
    fresh = crypto.current().with_new_key()
    if folder is None:
        echo(crypto.dump_keyset(fresh))
        raise Sorry(
            "The keys come from CASEWORK_KEYS: set it to the line above everywhere, start all"
            " programs again, then run this command once more."
        )
    with transaction() as session:
        # A key must be known to the database before anything is wrapped by it.
        crypto.keep_in_folder(folder, fresh)
        keys.keep_marks(session)


def _rewrap(tell: Teller) -> int:
    total, done = keys.outdated(db.session()), 0
    for table in keys.tables():
        after: int | None = 0
        while after is not None:
            tell(done, total)
            with transaction() as session:
                after, changed = keys.rewrap(session, table, after)
            done += changed
    return total


@group.command("export", cls=Command)
@on_data
def export() -> None:
    """Print the keyset, to be kept apart from every backup; whoever has both reads everything."""
    echo(crypto.dump_keyset(crypto.current()))
    with transaction() as session:
        history.record(session, None, SYSTEM, now(), "keys:export")


@group.command("retire", cls=Command)
@click.argument("version", type=int)
@on_data
def retire(version: int) -> None:
    """Delete an old key; backups made before the rotation will not open without it."""
    folder = crypto.folder()
    if version not in crypto.versions():
        raise Sorry(f"There is no key {version}.")
    if version == crypto.current_version() or keys.in_use(db.session())[version]:
        raise Sorry(f"Key {version} is in use: run `flask keys rotate` first.")
    if folder is None:
        echo(crypto.dump_keyset(crypto.current().without(version)))
        raise Sorry("The keys come from CASEWORK_KEYS: set it to the line above.")
    with transaction() as session:
        crypto.keep_in_folder(folder, crypto.current().without(version))
        keys.keep_marks(session)
        history.record(session, None, SYSTEM, now(), "keys:retire", version=version)
    echo(f"Key {version} is deleted.")
