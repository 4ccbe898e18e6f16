"""The keys of the history: one that chains its lines, one that signs where it has got to."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from casework.crypto import keyset

MAC_BYTES: Final = 32
# What the first line follows.
BEGINNING: Final = bytes(MAC_BYTES)


def history_macs() -> Callable[[bytes, bytes], bytes]:
    """Return what takes the mac of a line from the mac before it and the line's bytes.

    The key is derived once: whoever checks a million lines must not derive it a million times.
    """
    key = keyset.current().derive("history|chain")
    return lambda previous, line: hmac.digest(key, previous + line, "sha256")


def head_seal(seq: int, mac: bytes) -> bytes:
    """Return the seal of a head: without the key nobody moves it back to an earlier line."""
    key = keyset.current().derive("history|head")
    return hmac.digest(key, f"{seq}|".encode() + mac, "sha256")


def sign_anchor(message: bytes) -> bytes:
    """Return the Ed25519 signature of a message, by the installation's own key."""
    return _private().sign(message)


def anchor_holds(message: bytes, signature: bytes) -> bool:
    """Tell whether a signature is this installation's, of this message."""
    try:
        _private().public_key().verify(signature, message)
    except InvalidSignature:
        return False
    return True


def anchor_public_key() -> str:
    """Return the public key in PEM, for somebody outside who checks signatures."""
    public: Ed25519PublicKey = _private().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode("ascii")


def _private() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(keyset.current().derive("history|anchor"))
