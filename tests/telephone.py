"""A telephone that makes codes, for tests in which somebody signs in step by step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyotp
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework.models import SecondFactor, Staff
from tests.conftest import Clock
from tests.pages import CheckedClient

SIGN_IN = "/staff/sign-in"


@dataclass
class Telephone:
    """The secret of an account, and the time by which codes are made."""

    secret: str
    clock: Clock

    def code(self, **later: float) -> str:
        """Return the code of now, or of a time near it."""
        return pyotp.TOTP(self.secret).at(self.clock.now + timedelta(**later))

    def fresh_code(self) -> str:
        """Wait for the next code, which nobody has used, and return it."""
        self.clock.move(seconds=30)
        return self.code()


def given(session: Session, staff: Staff, clock: Clock) -> Telephone:
    """Give an account a second factor; this commits the test's session."""
    secret = pyotp.random_base32()
    session.add(SecondFactor(staff_id=staff.id, secret=secret, confirmed_at=clock.now))
    session.commit()
    return Telephone(secret, clock)


def sign_in(
    client: CheckedClient, telephone: Telephone, email: str, password: str, path: str = SIGN_IN
) -> TestResponse:
    """Sign in with a password and a code; return the last answer."""
    half = client.submit(path, {"email": email, "password": password})
    if half.status_code != 302 or "second-step" not in half.location:
        return half
    return client.submit(half.location, {"code": telephone.fresh_code()})
