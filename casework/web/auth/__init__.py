"""Signing in and out, the second step, and one's own account."""

from casework.web.auth import (
    account,
    confirm,
    invitation,
    letters,
    passkey_steps,
    passkeys,
    places,
    second_step,
    set_up,
    sign_in,
    single_sign_on,
    unsubscribe,
)
from casework.web.auth.blueprint import auth

VIEWS = (
    account,
    confirm,
    invitation,
    letters,
    passkey_steps,
    passkeys,
    places,
    second_step,
    set_up,
    sign_in,
    single_sign_on,
    unsubscribe,
)

__all__ = ["auth"]
