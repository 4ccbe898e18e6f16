"""Short messages, by a gateway that takes them by HTTP."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlencode

from casework.channels.patience import USUAL, Patience
from casework.channels.posting import post
from casework.config import SmsGateway


def deliver(
    gateway: SmsGateway, *, to: str, text: str, key: str, patience: Patience = USUAL
) -> None:
    """Send a text to a number in international form; raise TryAgain or Never.

    `key` goes along as Idempotency-Key: a gateway that knows such keys sends a message once.
    """
    kind, body = _body(gateway.body, {"{to}": to, "{text}": text})
    headers = {"Content-Type": kind, "Idempotency-Key": key}
    if gateway.header:
        headers[gateway.header[0]] = gateway.header[1]
    post(gateway.url, body, headers, patience)


def _body(template: str, values: dict[str, str]) -> tuple[str, bytes]:
    """Return the type and the bytes of a filled template, in which no value can do any harm.

    It is read first and filled then, so that what is filled in stays within its place.
    """
    if template.startswith("{"):
        filled = _filled(json.loads(template), values)
        return "application/json", json.dumps(filled, ensure_ascii=False).encode()
    pairs = [
        (name, _filled(value, values))
        for name, value in parse_qsl(template, keep_blank_values=True)
    ]
    return "application/x-www-form-urlencoded", urlencode(pairs).encode()


def _filled(part: Any, values: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {name: _filled(value, values) for name, value in part.items()}
    if isinstance(part, list):
        return [_filled(value, values) for value in part]
    if not isinstance(part, str):
        return part
    for name, value in values.items():
        part = part.replace(name, value)
    return part
