"""A provider of sign-ins of our own making, which can be told to say what no real one would."""

from __future__ import annotations

import hmac
import json
import secrets
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

from casework.config import Provider
from tests.authenticator import encoded


@cache
def _key() -> RSAKey:
    """Return the key of every small provider: making one is slow."""
    return RSAKey.generate_key(2048, {"kid": "one"})


@dataclass
class SmallProvider:
    """What it answers. `claims` go into the identity token over the right ones; None leaves out."""

    issuer: str
    now: datetime
    claims: dict[str, Any] = field(default_factory=dict)
    doors: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    answers: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    key: RSAKey = field(default_factory=_key)
    signs_with: RSAKey | None = None
    # A secret for a signature that no library would make; an empty one makes none.
    forges_with: bytes | None = None

    def settings(self, **values: Any) -> Provider:
        """Return the setting by which an installation knows it."""
        known = {"client_id": "casework", "client_secret": "hush", "name": "House of names"}
        return Provider(**{"issuer": self.issuer, **known, **values})

    def sign_in(self, address: str) -> str:
        """Do what a person does at the address; return where the browser is sent afterwards."""
        asked = dict(parse_qsl(urlsplit(address).query))
        assert asked["response_type"] == "code"
        assert asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self.codes[code] = asked
        return self.back(asked, code=code)

    def back(self, asked: dict[str, str], **values: str) -> str:
        """Return the address that leads back, with the state that was asked."""
        query = urlencode({"state": asked["state"], **values})
        return f"{asked['redirect_uri']}?{query}"

    def answer(self, path: str, form: dict[str, str], secret: str) -> tuple[int, bytes]:
        """Answer a request of the installation."""
        self.asked.append((path, form))
        if path in self.answers:
            return self.answers[path]
        if path == "/.well-known/openid-configuration":
            return 200, json.dumps(self._doors()).encode()
        if path == "/keys":
            return 200, json.dumps(KeySet([self.key]).as_dict(private=False)).encode()
        if path == "/me":
            return 200, json.dumps(self.userinfo).encode()
        return self._token(form, secret)

    def _doors(self) -> dict[str, Any]:
        doors = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/enter",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            **self.doors,
        }
        return {name: value for name, value in doors.items() if value is not None}

    def _token(self, form: dict[str, str], secret: str) -> tuple[int, bytes]:
        asked = self.codes.pop(form["code"], None)
        digest = sha256(form.get("code_verifier", "").encode()).digest()
        challenge = encoded(digest)
        shown = secret or f"{form.get('client_id')}:{form.get('client_secret')}"
        if (
            asked is None
            or shown != "casework:hush"
            or asked["code_challenge"] != challenge
            or asked["redirect_uri"] != form["redirect_uri"]
        ):
            return 400, b'{"error": "invalid_grant"}'
        answer = {
            "access_token": "bearer",
            "token_type": "Bearer",
            "id_token": self._signed(asked["nonce"]),
        }
        return 200, json.dumps(answer).encode()

    def _signed(self, nonce: str) -> str:
        seconds = int(self.now.timestamp())
        claims = {
            "iss": self.issuer,
            "sub": "4711",
            "aud": "casework",
            "exp": seconds + 300,
            "iat": seconds,
            "nonce": nonce,
            "email": "malee@desk.example",
            "email_verified": True,
            **self.claims,
        }
        told = {name: value for name, value in claims.items() if value is not None}
        header = {"alg": "RS256", "kid": "one", **self.header}
        if self.forges_with is not None:
            parts = ".".join(encoded(json.dumps(each).encode()) for each in (header, told))
            mark = hmac.digest(self.forges_with, parts.encode(), "sha256")
            return f"{parts}.{encoded(mark) if self.forges_with else ''}"
        return jwt.encode(header, told, self.signs_with or self.key, algorithms=[header["alg"]])


@contextmanager
def running(now: datetime) -> Iterator[SmallProvider]:
    """Run the provider on the loopback."""

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send({})

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            form = parse_qs(self.rfile.read(length).decode())
            self._send({name: values[0] for name, values in form.items()})

        def _send(self, form: dict[str, str]) -> None:
            shown = self.headers.get("Authorization", "").partition("Basic ")[2]
            path = urlsplit(self.path).path
            status, body = provider.answer(path, form, b64decode(shown).decode())
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            if status == 302:
                self.send_header("Location", body.decode())
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider = SmallProvider(f"http://127.0.0.1:{server.server_port}", now)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
