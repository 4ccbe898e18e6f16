"""A telephone that keeps passkeys, in software: it answers as a browser would, or wrongly.

It signs with ES256 and makes no attestation (W3C Web Authentication, level 2, section 6).
"""

from __future__ import annotations

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT: Final = 0x01
VERIFIED: Final = 0x04
_WITH_KEY: Final = 0x40
_NO_MODEL: Final = bytes(16)


def encoded(data: bytes) -> str:
    """Return bytes as browsers put them into JSON."""
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decoded(text: str) -> bytes:
    """Return the bytes that a browser has put into JSON."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Phone:
    """One device. What a browser adds to an answer stands here too, to be changed by a test."""

    origin: str
    host: str
    counts: bool = True
    flags: int = PRESENT | VERIFIED
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    owner: bytes | None = None

    def make(self, options: str, **changes: Any) -> str:
        """Return the answer to a page that asks for a new passkey."""
        asked = json.loads(options)
        self.owner = decoded(asked["user"]["id"])
        data = self._data(_WITH_KEY) + self._new_credential()
        attestation = {"fmt": "none", "attStmt": {}, "authData": data}
        response = {
            "attestationObject": encoded(cbor2.dumps(attestation)),
            "clientDataJSON": encoded(self._client("webauthn.create", asked["challenge"])),
            "transports": ["internal", "hybrid"],
        }
        return self._answer(response | changes)

    def show(self, options: str, **changes: Any) -> str:
        """Return the answer to a page that asks for a passkey which is there."""
        self.count += self.counts
        data = self._data(0)
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        signature = self.key.sign(data + sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "authenticatorData": encoded(data),
            "clientDataJSON": encoded(client),
            "signature": encoded(signature),
            "userHandle": encoded(self.owner) if self.owner is not None else None,
        }
        return self._answer(response | changes)

    def _answer(self, response: dict[str, Any]) -> str:
        name = encoded(self.credential_id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})

    def _client(self, kind: str, challenge: str) -> bytes:
        told = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(told).encode()

    def _data(self, more: int) -> bytes:
        count = self.count.to_bytes(4, "big")
        return sha256(self.host.encode()).digest() + bytes([self.flags | more]) + count

    def _new_credential(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (point.x, point.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        length = len(self.credential_id).to_bytes(2, "big")
        return _NO_MODEL + length + self.credential_id + public
