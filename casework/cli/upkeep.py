"""Commands for whoever keeps an installation."""

from __future__ import annotations

from datetime import datetime

import click
from click import argument, echo
from flask import current_app, url_for

from casework.cli.sentences import Command, Refused, on_data
from casework.config import Settings
from casework.db import db, transaction
from casework.domain.email_address import BadEmail
from casework.domain.facts import SYSTEM, Role
from casework.services import (
    accounts,
    attempts,
    dead_letters,
    drafts,
    figures,
    history,
    logins,
    registry,
)
from casework.services.evidence import taking
from casework.storage import Store
from casework.web.clock import now

_LOCAL = "http://127.0.0.1:8000"


@click.command("create-admin", cls=Command)
@argument("email")
@argument("name")
@on_data
def create_admin(email: str, name: str) -> None:
    """Make an administrator's account and print the link that sets its password."""
    try:
        with transaction() as session:
            _, token = accounts.create(
                session, SYSTEM, now(), email=email, name=name, role=Role.ADMINISTRATOR
            )
    except BadEmail:
        raise Refused(f"{email} is no e-mail address.") from None
    except accounts.EmailTaken:
        raise Refused(f"There is an account with the address {email} already.") from None
    days = accounts.INVITATION_LASTS.days
    echo(f"Open this link within {days} days to choose a password; it works once:")
    echo(_link(token))


def _link(token: str) -> str:
    settings: Settings = current_app.config["SETTINGS"]
    with current_app.test_request_context(base_url=settings.address or _LOCAL):
        return url_for("auth.invitation", token=token, _external=True)


@click.command("purge", cls=Command)
@on_data
def purge() -> None:
    """Delete drafts and sessions that have run out."""
    gone = purge_all()
    echo(f"Deleted: {gone[0]} drafts, {gone[1]} sessions.")


def purge_all() -> tuple[int, int]:
    """Delete what has run out; return how many drafts and how many sessions there were."""
    moment = now()
    with transaction() as session:
        attempts.purge(session, moment)
        dead_letters.purge(session, moment)
        gone = drafts.purge(session, moment), logins.sweep(session, moment)
        if any(gone):
            history.record(
                session, None, SYSTEM, moment, "purged", drafts=gone[0], sessions=gone[1]
            )
    _purge_files(moment)
    return gone


def count_figures() -> None:
    """Count the supervisor's figures: read without holding anybody up, written in a moment."""
    moment = now()
    rows = figures.count(db.session(), moment)
    named = registry.count_named(db.session())
    with transaction() as session:
        figures.keep(session, rows)
        registry.keep_named(session, named)


def _purge_files(moment: datetime) -> None:
    """Delete the bytes of files whose rows are gone: removed, run out, or never kept."""
    store: Store = current_app.config["STORE"]
    for number in taking.orphans(db.session(), store, moment):
        taking.destroy(store, number)
