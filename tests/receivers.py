"""Receivers of mail and of HTTP, real ones on this machine, which can be told to misbehave."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

# What a receiver can do to a message: take it, refuse it for now or for good, say nothing,
# take it and drop the line before it says so, or drop the line before anything.
OK, BUSY, NEVER, HANG, LOST_YES, DROP = "ok", "busy", "never", "hang", "lost yes", "drop"
FAULTS: Final = (BUSY, HANG, LOST_YES, DROP)
HUNG: Final = 3.0
_LINGER: Final = 0.05


@dataclass
class Seen:
    """What a receiver has taken, and what it does next: `plan` first, then `usual`."""

    usual: str = OK
    plan: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    mails: list[EmailMessage] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    port: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self) -> str:
        with self.lock:
            turn = self.plan.pop(0) if self.plan else self.usual
            self.met[turn] += 1
            return turn

    @property
    def once(self) -> set[str]:
        """What whoever counts each mark once has seen."""
        return set(self.keys)


class _Mailbox:
    """What aiosmtpd asks when a message comes."""

    def __init__(self, seen: Seen) -> None:
        self.seen = seen

    async def handle_RCPT(  # noqa: N802 - the name that aiosmtpd looks for.
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        turn = self.seen.next()
        if turn in {OK, LOST_YES}:
            self._keep(envelope)
        if turn in {LOST_YES, DROP}:
            assert isinstance(server.transport, asyncio.Transport)
            server.transport.abort()
        if turn == HANG:
            await asyncio.sleep(HUNG)
            return "451 too late"
        return {BUSY: "451 try later", NEVER: "554 never"}.get(turn, "250 OK")

    def _keep(self, envelope: Envelope) -> None:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        with self.seen.lock:
            self.seen.mails.append(mail)
            self.seen.keys.append(str(mail["Message-ID"]))
            self.seen.senders.append(envelope.mail_from or "")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def mail_receiver(**values: Any) -> Iterator[Seen]:
    """Receive mail at a port of this machine; `values` are those of aiosmtpd's controller."""
    seen = Seen(port=free_port())
    controller = Controller(_Mailbox(seen), hostname="127.0.0.1", port=seen.port, **values)
    controller.start()
    try:
        yield seen
    finally:
        controller.stop()


class _Server(ThreadingHTTPServer):
    """An HTTP server that says nothing about lines that were cut."""

    seen: Seen

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Keep quiet: cutting is what the test is about."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        turn = self.server.seen.next()
        if turn in {OK, LOST_YES}:
            self._keep(body)
        if turn in {LOST_YES, DROP}:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if turn == HANG:
            time.sleep(HUNG)
        status = {BUSY: 500, NEVER: 404, HANG: 500, OK: 204}.get(turn)
        self.send_response(status or int(turn))
        self.send_header("Content-Length", "0")
        self.send_header("Location", "http://elsewhere.example/")
        self.end_headers()

    def _keep(self, body: bytes) -> None:
        seen = self.server.seen
        with seen.lock:
            headers = dict(self.headers.items())
            seen.headers.append(headers)
            seen.bodies.append(body)
            seen.keys.append(headers.get("Idempotency-Key") or headers["Casework-Id"])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name it has there.
        """Say nothing."""


@contextmanager
def http_receiver(context: ssl.SSLContext | None = None) -> Iterator[Seen]:
    """Receive posts at a port of this machine, encrypted with a context."""
    server = _Server(("127.0.0.1", 0), _Handler)
    if context:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    server.daemon_threads = True
    server.seen = Seen(port=server.server_address[1])
    thread = threading.Thread(target=server.serve_forever, args=(_LINGER,))
    thread.start()
    try:
        yield server.seen
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
