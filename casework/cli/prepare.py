"""Commands that make an installation ready: tables, reference data, demonstration."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Final

import click
from click import echo
from flask import current_app
from flask.cli import with_appcontext

from casework.cli import upgrading
from casework.cli.sentences import Command, Sorry, on_data, says_why
from casework.config import Settings
from casework.db import db, transaction
from casework.services import installation, reference
from casework.services.demo import load as demo
from casework.services.demo.people import Account
from casework.web.clock import now

ACCOUNTS: Final = "demo_accounts.txt"
_HEADING: Final = "Demonstration accounts; sign in at /staff/sign-in:"


@click.command("prepare", cls=Command)
@with_appcontext
@says_why
def prepare() -> None:
    """Make the tables, load what is shipped, and on a first start the demonstration."""
    upgrading.bring_up_to_date(current_app)
    with transaction() as session:
        upgrading.keep_fingerprint()
        reference.load(session, now())
    settings: Settings = current_app.config["SETTINGS"]
    if settings.demo and demo.is_empty(db.session()):
        _load()
    elif installation.shows_demonstration(db.session()):
        _tell_accounts()


@click.command("load-reference", cls=Command)
@on_data
def load_reference() -> None:
    """Add offices, rules, terms and categories that are missing; change none that is there."""
    with transaction() as session:
        added = reference.load(session, now())
    echo("Added: " + ", ".join(f"{kind} {count}" for kind, count in added.items()) + ".")


@click.command("load-demo", cls=Command)
@on_data
def load_demo() -> None:
    """Load the demonstration into an installation that is still empty."""
    if installation.shows_demonstration(db.session()):
        _tell_accounts()
    elif demo.is_empty(db.session()):
        _load()
    else:
        raise Sorry("There are accounts or cases already: the demonstration stays out of them.")


def _load() -> None:
    echo("Loading the demonstration, which takes some seconds …")
    with transaction() as session:
        accounts = demo.load(session, now())
        # Before the commit: accounts whose passwords nobody knows would be of no use.
        _keep(accounts)
    _tell_accounts()


def _path() -> Path:
    return Path(current_app.instance_path) / ACCOUNTS


def _keep(accounts: list[Account]) -> None:
    width = max(len(each.email) for each in accounts)
    lines = [f"{each.email:{width}}  {each.password}  {each.what}" for each in accounts]
    # A temporary file is readable by its owner only, and stays so under its new name.
    handle, name = tempfile.mkstemp(dir=_path().parent)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write("\n".join([_HEADING, *lines, ""]))
    Path(name).replace(_path())


def _tell_accounts() -> None:
    if not _path().exists():
        with transaction() as session:
            _keep(demo.new_passwords(session, now()))
    echo(_path().read_text("utf-8"), nl=False)
