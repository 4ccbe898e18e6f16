"""What browsers answer for a passkey, read and verified; whatever is not right is None.

The order and the strictness of the checks are those of Web Authentication, level 2, sections 7.1
and 7.2; the user has to have been verified by the device.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from casework.on_demand import Library

if TYPE_CHECKING:
    import webauthn
    from webauthn import helpers
    from webauthn.helpers import exceptions
    from webauthn.helpers.structs import AuthenticationCredential
    from webauthn.registration.verify_registration_response import VerifiedRegistration
else:
    webauthn, helpers = Library("webauthn"), Library("webauthn.helpers")
    exceptions = Library("webauthn.helpers.exceptions")

LONGEST: Final = 20_000


@dataclass(frozen=True)
class Site:
    """Where passkeys are good: the name of the host, and the address that browsers tell."""

    host: str
    origin: str


@dataclass(frozen=True)
class NewKey:
    """A passkey that was just made, and the ways in which a browser can reach it."""

    verified: VerifiedRegistration
    transports: list[str]


def new_key(site: Site, challenge: bytes, answer: str) -> NewKey | None:
    """Return the new passkey in an answer to `challenge`."""
    if len(answer) > LONGEST:
        return None
    try:
        given = helpers.parse_registration_credential_json(answer)
        verified = webauthn.verify_registration_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except _malformed():
        return None
    return NewKey(verified, [each.value for each in given.response.transports or ()])


def shown(answer: str) -> AuthenticationCredential | None:
    """Return which passkey an answer says it is from; nothing of it is verified yet."""
    if len(answer) > LONGEST:
        return None
    try:
        return helpers.parse_authentication_credential_json(answer)
    except _malformed():
        return None


def count(
    site: Site, challenge: bytes, given: AuthenticationCredential, public_key: bytes
) -> int | None:
    """Return how often the passkey says it was used, when it really has signed the challenge.

    Whether it counts backwards is for the caller, who can tell the owner.
    """
    try:
        verified = webauthn.verify_authentication_response(
            credential=given,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except _malformed():
        return None
    return verified.new_sign_count


@cache
def _malformed() -> tuple[type[Exception], ...]:
    """Return how a parser says, each in its own way, that what it was given is no answer."""
    return (
        exceptions.WebAuthnException,
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        struct.error,
    )
