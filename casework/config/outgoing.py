"""How messages leave the house: a mail server, a gateway for short messages."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.utils import parseaddr
from typing import Final
from urllib.parse import urlsplit

from casework.config.checks import UnusableSetting, checked_url

_TLS: Final = {"tls": 465, "starttls": 587, "none": 25}
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_LAST_PORT: Final = 65535


@dataclass(frozen=True)
class MailServer:
    """A server that takes mail.

    `tls` is "tls" from the first byte, "starttls", or "none" on this machine only. Staff are
    written to from `sender`; complainants from `neutral`, whose name tells nobody what it is
    about, or not at all without one.
    """

    host: str
    port: int
    tls: str
    sender: str
    neutral: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class SmsGateway:
    """A gateway that takes short messages by HTTP.

    `body` holds {to} and {text}, as JSON or as a form; `header` is a line that it wants.
    """

    url: str
    body: str
    header: tuple[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Outgoing:
    """By which ways messages leave; None where there is none."""

    mail: MailServer | None = None
    sms: SmsGateway | None = None


NOTHING: Final = Outgoing()


def outgoing(environ: Mapping[str, str]) -> Outgoing:
    """Return the ways that the environment names."""
    return Outgoing(_mail(environ), _sms(environ))


def _mail(environ: Mapping[str, str]) -> MailServer | None:
    server = environ.get("CASEWORK_SMTP", "")
    if not server:
        return None
    for name in ("CASEWORK_SMTP_FROM", "CASEWORK_ADDRESS"):
        if not environ.get(name):
            raise UnusableSetting(f"CASEWORK_SMTP needs {name} too.")
    tls = environ.get("CASEWORK_SMTP_TLS") or "starttls"
    if tls not in _TLS:
        raise UnusableSetting("CASEWORK_SMTP_TLS has to be starttls, tls or none.")
    host, port = _place(server, _TLS[tls])
    if tls == "none" and host not in _HERE:
        raise UnusableSetting("CASEWORK_SMTP_TLS may be none for a server on this machine only.")
    user, password = environ.get("CASEWORK_SMTP_USER"), environ.get("CASEWORK_SMTP_PASSWORD")
    if bool(user) != bool(password):
        raise UnusableSetting("CASEWORK_SMTP_USER and CASEWORK_SMTP_PASSWORD belong together.")
    neutral = environ.get("CASEWORK_SMTP_FROM_NEUTRAL", "")
    return MailServer(
        host=host,
        port=port,
        tls=tls,
        sender=_sender("CASEWORK_SMTP_FROM", environ["CASEWORK_SMTP_FROM"]),
        neutral=_sender("CASEWORK_SMTP_FROM_NEUTRAL", neutral) if neutral else None,
        user=user or None,
        password=password or None,
    )


def _place(text: str, usual: int) -> tuple[str, int]:
    parts = urlsplit(f"//{text}")
    try:
        port = parts.port or usual
    except ValueError:
        port = _LAST_PORT + 1
    if not parts.hostname or parts.path or port > _LAST_PORT:
        raise UnusableSetting("CASEWORK_SMTP has to look like mail.example or mail.example:587.")
    return parts.hostname, port


def _sender(name: str, text: str) -> str:
    _, address = parseaddr(text)
    if "@" not in address or not text.isprintable():
        raise UnusableSetting(f"{name} has to look like Casework <casework@help.example>.")
    return text


def _sms(environ: Mapping[str, str]) -> SmsGateway | None:
    url = environ.get("CASEWORK_SMS_URL", "")
    if not url:
        return None
    body = environ.get("CASEWORK_SMS_BODY", "")
    if "{to}" not in body or "{text}" not in body:
        raise UnusableSetting("CASEWORK_SMS_BODY has to hold {to} and {text}.")
    if body.startswith("{"):
        try:
            json.loads(body)
        except ValueError:
            raise UnusableSetting("CASEWORK_SMS_BODY begins like JSON and is none.") from None
    return SmsGateway(checked_url("CASEWORK_SMS_URL", url), body, _header(environ))


def _header(environ: Mapping[str, str]) -> tuple[str, str] | None:
    text = environ.get("CASEWORK_SMS_HEADER", "")
    name, colon, value = text.partition(":")
    if text and not (colon and name.strip() and value.strip() and text.isprintable()):
        raise UnusableSetting("CASEWORK_SMS_HEADER has to look like Authorization: Bearer secret.")
    return (name.strip(), value.strip()) if text else None
