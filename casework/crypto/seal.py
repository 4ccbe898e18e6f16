"""AES-256-GCM, with what a value is bound to as associated data.

A sealed value begins with the version of this way of sealing; the version is bound to it like
the place where it stands, so that a value cannot be passed off as one of another version.
"""

from __future__ import annotations

import secrets
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
VERSION: Final = 1
_VERSION: Final = bytes([VERSION])


class SealBroken(RuntimeError):
    """A sealed value does not open: wrong key, moved cell or damaged data."""


def seal(key: bytes, plain: bytes, bound_to: str) -> bytes:
    """Return `plain` sealed, bound to the place named by `bound_to`."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return _VERSION + nonce + AESGCM(key).encrypt(nonce, plain, _bound(bound_to))


def unseal(key: bytes, sealed: bytes, bound_to: str) -> bytes:
    """Return what was sealed; raise SealBroken, which names the place and nothing else."""
    if sealed[:1] != _VERSION:
        raise SealBroken(bound_to)
    nonce, words = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return AESGCM(key).decrypt(nonce, words, _bound(bound_to))
    except (InvalidTag, ValueError) as error:
        raise SealBroken(bound_to) from error


def _bound(bound_to: str) -> bytes:
    return f"{bound_to}|{VERSION}".encode()
