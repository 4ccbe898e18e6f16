"""Ending sessions of staff from the command line, as when a laptop is stolen."""

from __future__ import annotations

import click
from click import argument, echo, option
from sqlalchemy import select

from casework.cli.sentences import Command, Refused, on_data
from casework.db import transaction
from casework.domain import email_address
from casework.domain.facts import SYSTEM
from casework.models import Staff
from casework.services import history, logins
from casework.web.clock import now


@click.group("sessions")
def group() -> None:
    """Sign members of staff out."""


@group.command("end", cls=Command)
@argument("email", required=False)
@option("--all", "everybody", is_flag=True, help="Sign everybody out.")
@on_data
def end(email: str | None, *, everybody: bool) -> None:
    """End all sessions of the account EMAIL, or of everybody with --all."""
    if everybody is (email is not None):
        raise Refused("Name one e-mail address, or say --all.")
    with transaction() as session:
        accounts = select(Staff)
        if email is not None:
            accounts = accounts.where(Staff.email == email_address.typed(email))
        found = session.scalars(accounts).all()
        if not found and email is not None:
            raise Refused(f"There is no account with the address {email}.")
        ended = 0
        for staff in found:
            ended += len(logins.of_staff(session, now(), staff.id))
            logins.end_all_of_staff(session, staff.id)
            history.record(session, None, SYSTEM, now(), "account:signed-out", account=staff.id)
    echo(f"Sessions ended: {ended}.")
