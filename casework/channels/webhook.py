"""News for the system of an office: a reference and a code, signed (docs/webhook.md)."""

from __future__ import annotations

import hmac
import json
from datetime import datetime

from casework.channels.patience import USUAL, Patience
from casework.channels.posting import post


def deliver(
    url: str,
    secret: str,
    *,
    event: str,
    reference: str,
    key: str,
    now: datetime,
    patience: Patience = USUAL,
) -> None:
    """Tell a system of one thing; raise TryAgain or Never.

    `key` stays the same when it is told again; the time is that of this attempt, so that what
    somebody has listened to and sends later is too old.
    """
    body = json.dumps({"event": event, "reference": reference}).encode()
    stamp = str(int(now.timestamp()))
    headers = {
        "Content-Type": "application/json",
        "Casework-Id": key,
        "Casework-Timestamp": stamp,
        "Casework-Signature": f"v1={signature(secret, stamp, key, body)}",
    }
    post(url, body, headers, patience)


def signature(secret: str, stamp: str, key: str, body: bytes) -> str:
    """Return what only who knows the secret can say of this time, this mark and this body."""
    return hmac.digest(secret.encode(), f"{stamp}.{key}.".encode() + body, "sha256").hex()
