"""What a variable may say; what it may not is refused in a sentence that names it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

_YES: Final = frozenset({"1", "true", "yes", "on"})
# What this machine calls itself.
LOOPBACK: Final = ("127.0.0.1", "::1", "localhost")
_NO: Final = frozenset({"", "0", "false", "no", "off"})


# The word of an installation that nobody else can read what its own machines say to each other.
TRUSTED: Final = "DATABASE_TRUSTED_NETWORK"


class UnusableSetting(ValueError):
    """A setting cannot be used; the text is one sentence for whoever runs the installation."""


def encrypted(url: str) -> bool:
    """Tell whether what is asked at an address goes encrypted, or not beyond this machine."""
    parts = urlsplit(url)
    here = parts.scheme == "http" and parts.hostname in LOOPBACK
    return bool(parts.hostname) and (parts.scheme == "https" or here)


def checked_url(name: str, text: str) -> str:
    """Return an address that is asked encrypted; `name` is the variable it stands in."""
    if not encrypted(text):
        raise UnusableSetting(
            f"{name} has to start with https://, or with http:// on this machine only."
        )
    return text


def address(text: str) -> str | None:
    """Return where people reach the installation, without a path; None where nothing is said."""
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise UnusableSetting("CASEWORK_ADDRESS has to look like https://help.example.")
    checked_url("CASEWORK_ADDRESS", text)
    return f"{parts.scheme}://{parts.netloc}"


def contact(text: str) -> str | None:
    """Return where a weakness is reported; None where nobody is named."""
    if text and not text.startswith(("mailto:", "https://")):
        raise UnusableSetting("CASEWORK_SECURITY_CONTACT has to start with mailto: or https://.")
    return text if text.isprintable() and text else None


def scanner(text: str, *, trusted: bool) -> str | None:
    """Return the socket, or host and port, of a clamd; None where there is none.

    `trusted` says that the way to another machine is safe: clamd hears every file in plain.
    """
    host, _, port = text.rpartition(":")
    if text and not text.startswith("/") and not (host and port.isdecimal()):
        raise UnusableSetting("CASEWORK_CLAMD has to be the path of a socket, or host:port.")
    if host and not trusted and host.strip("[]") not in LOOPBACK:
        raise UnusableSetting(
            f"CASEWORK_CLAMD has to be on this machine, or {TRUSTED} has to be 1: files go there "
            "without encryption."
        )
    return text or None


def folder(name: str, text: str) -> Path | None:
    """Return the full path of a folder; None where nothing is said."""
    if text and not Path(text).is_absolute():
        raise UnusableSetting(f"{name} has to be the full path of a folder.")
    return Path(text) if text else None


def count(name: str, text: str) -> int:
    """Return a whole number from 0; 0 where nothing is said."""
    if text and not text.isdecimal():
        raise UnusableSetting(f"{name} has to be a number.")
    return int(text or 0)


def at_least_one(environ: Mapping[str, str], name: str, usual: int) -> int:
    """Return a whole number from 1; `usual` where nothing is said."""
    number = count(name, environ.get(name) or str(usual))
    if number == 0:
        raise UnusableSetting(f"{name} has to be a number from 1.")
    return number


def switch(name: str, text: str) -> bool:
    """Return whether something is asked for."""
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise UnusableSetting(f"{name} has to be 1 or 0.")
