"""What is found again without being readable: indexes, tracking codes, tokens, marks."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from casework.crypto import keyset
from casework.crypto.seal import KEY_BYTES

INDEX_BYTES: Final = 16
# OWASP's second Argon2id profile: 19 MiB, two passes, one lane.
_ARGON: Final = {"time_cost": 2, "memory_cost": 19_456, "parallelism": 1, "hash_len": KEY_BYTES}


def derived(purpose: str) -> bytes:
    """Return the installation's key for one purpose outside this package."""
    return keyset.current().derive(purpose)


def blind_index(purpose: str, value: str) -> bytes:
    """Return a keyed, truncated fingerprint by which an exact value is found again."""
    return hmac.digest(derived(f"index|{purpose}"), value.encode(), "sha256")[:INDEX_BYTES]


def code_lookup(code: str) -> bytes:
    """Return the slow, keyed hash under which a tracking code is stored and looked up."""
    keyed = hmac.digest(derived("tracking-code|pepper"), code.encode(), "sha256")
    salt = derived("tracking-code|salt")[:16]
    return hash_secret_raw(keyed, salt, type=Type.ID, **_ARGON)


def token_hash(token: str) -> bytes:
    """Return the hash under which a random session or invitation token is stored."""
    return hashlib.sha256(token.encode()).digest()


def fingerprint() -> str:
    """Return a short public mark of the keyset, stored to notice keys that do not match."""
    return hmac.digest(derived("fingerprint"), b"casework", "sha256").hex()[:16]


def fingerprints() -> dict[int, str]:
    """Return such a mark for each wrapping key, by its version."""
    return {
        version: hmac.digest(key, b"casework", "sha256").hex()[:16]
        for version, key in keyset.current().wrapping.items()
    }
