"""Proofs of who somebody is: right ones are taken, wrong ones counted."""

from __future__ import annotations

from datetime import timedelta

from casework.db import db, transaction
from casework.domain import email_address
from casework.models import Staff
from casework.services import accounts, sign_ins, throttles
from casework.services.accounts import WrongSignIn
from casework.services.throttles import Trier
from casework.web import clock, pace


def by_password(email: str, password: str) -> Staff:
    """Return the account that an address and a password open; raise WrongSignIn or Later."""
    trier = Trier(email_address.typed(email), pace.network())
    try:
        with pace.kept(throttles.password(db.session(), clock.now(), trier)):
            staff = accounts.authenticate(db.session(), email, password)
    except WrongSignIn:
        with transaction() as work:
            sign_ins.failed(work, clock.now(), trier)
        raise
    if throttles.password_was_wrong(db.session(), clock.now(), trier):
        with transaction() as work:
            throttles.password_right(work, trier)
    return staff


def may_try_factor(staff: Staff) -> None:
    """Raise Later when the second factor of an account was tried too often."""
    wait = throttles.factor(db.session(), clock.now(), staff.id)
    if wait > timedelta(0):
        raise pace.Later(wait)
