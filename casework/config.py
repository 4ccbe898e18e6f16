"""The settings of an installation: one frozen value, read from the environment at the start."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

SECRET_BYTES: Final = 32
_SHORTEST_SECRET: Final = 32
_POSTGRES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
# The page that is open on every telephone anyway: it speaks the reader's language and is empty.
# The encyclopaedia that many sites lead to has been blocked in Myanmar (February 2021).
EXIT_URL: Final = "https://www.google.com/"
_YES: Final = frozenset({"1", "true", "yes", "on"})
_OF_PROVIDER: Final = ("CLIENT_ID", "CLIENT_SECRET", "NAME")
_NO: Final = frozenset({"", "0", "false", "no", "off"})


class UnusableSetting(ValueError):
    """A setting cannot be used; the text is one sentence for whoever runs the installation."""


@dataclass(frozen=True)
class Bucket:
    """Where evidence files lie when not in a folder: a bucket of an S3-speaking server.

    `key_id` and `secret` are None where the machine itself is trusted; `endpoint` is None for
    Amazon's own servers.
    """

    name: str
    prefix: str
    region: str
    key_id: str | None = None
    # A secret that shows itself ends up in a traceback.
    secret: str | None = field(default=None, repr=False)
    endpoint: str | None = None


@dataclass(frozen=True)
class Provider:
    """Who else may say who a member of staff is: a provider of OpenID Connect.

    `name` stands on the button. `factor` says that the provider demands a second factor of
    everybody, so that ours is not asked for again.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    factor: bool = False


@dataclass(frozen=True)
class Settings:
    """What differs between installations.

    `keys` is the text of a keyset; without it the keyset lies in `instance`/keys. `address` is
    where people reach the installation from outside, such as https://help.example; without it
    the address of each request is believed. `proxies` says how many servers of ours stand in
    front and report the sender's address. `demo` asks for demonstration data at the first start,
    unless somebody says no. `security_contact` is
    where a weakness is reported. `bucket` is where evidence files lie; without it they lie in
    `instance`/evidence, as long as `disk_floor` megabytes of the disk stay free. `scanner` is the
    socket file, or host:port, of a clamd that looks at every file. `anchors` is the folder for
    signed heads of the history; without it they lie in `instance`/anchors. `provider` is where
    staff may sign in once for many houses. `exit_url` is where "Leave now" leads.
    """

    instance: Path
    database_url: str
    secret_key: str
    keys: str | None = None
    address: str | None = None
    proxies: int = 0
    demo: bool = False
    security_contact: str | None = None
    bucket: Bucket | None = None
    disk_floor: int = 500
    scanner: str | None = None
    anchors: Path | None = None
    provider: Provider | None = None
    exit_url: str = EXIT_URL

    @property
    def https(self) -> bool:
        """True when people reach the installation over HTTPS only."""
        return self.address is not None and self.address.startswith("https:")

    @property
    def host(self) -> str | None:
        """The name under which the installation is reached, where one is set."""
        return urlsplit(self.address).hostname if self.address else None

    @property
    def sqlite(self) -> bool:
        """True when the database is the embedded one."""
        return make_url(self.database_url).get_backend_name() == "sqlite"


def from_environment(environ: Mapping[str, str], instance: Path) -> Settings:
    """Return the settings that the environment and the instance folder say.

    Raises:
        UnusableSetting: naming the variable, never showing what could be a password.

    """
    return Settings(
        instance=instance,
        database_url=_database(environ.get("DATABASE_URL", ""), instance),
        secret_key=_secret(environ.get("SECRET_KEY", ""), instance),
        keys=environ.get("CASEWORK_KEYS") or None,
        address=_address(environ.get("CASEWORK_ADDRESS", "")),
        proxies=_count("CASEWORK_PROXIES", environ.get("CASEWORK_PROXIES", "")),
        security_contact=_contact(environ.get("CASEWORK_SECURITY_CONTACT", "")),
        demo=_switch("CASEWORK_DEMO", environ.get("CASEWORK_DEMO", "1")),
        bucket=_bucket(environ),
        disk_floor=_count("CASEWORK_DISK_FLOOR", environ.get("CASEWORK_DISK_FLOOR") or "500"),
        scanner=_scanner(environ.get("CASEWORK_CLAMD", "")),
        anchors=_folder("CASEWORK_ANCHORS", environ.get("CASEWORK_ANCHORS", "")),
        provider=_provider(environ),
        exit_url=_encrypted("CASEWORK_EXIT_URL", environ.get("CASEWORK_EXIT_URL") or EXIT_URL),
    )


def _database(text: str, instance: Path) -> str:
    if not text:
        return _shown(URL.create("sqlite", database=str(instance / "casework.sqlite3")))
    try:
        url = make_url(text)
    except ArgumentError:
        raise UnusableSetting("DATABASE_URL is not the address of a database.") from None
    if url.drivername in _POSTGRES:
        return _shown(url.set(drivername="postgresql+psycopg"))
    if url.drivername == "sqlite" and url.database and url.database != ":memory:":
        return _shown(url.set(database=str(instance / url.database)))
    raise UnusableSetting(
        "DATABASE_URL has to start with postgresql:// or name a file with sqlite:///."
    )


def _shown(url: URL) -> str:
    return url.render_as_string(hide_password=False)


def _secret(text: str, instance: Path) -> str:
    secret = text or _kept_secret(instance / "secret_key")
    if len(secret) < _SHORTEST_SECRET:
        raise UnusableSetting(f"SECRET_KEY has to have at least {_SHORTEST_SECRET} characters.")
    return secret


def _kept_secret(path: Path) -> str:
    """Return the secret in the file; make it first, readable by its owner only."""
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise UnusableSetting(f"Cannot keep a secret in {path}: {error.strerror}.") from error


def _make_secret(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
    try:
        # A link appears whole or not at all: of two first starts at once, one wins for both.
        Path(path).hardlink_to(name)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()


def _contact(text: str) -> str | None:
    if text and not text.startswith(("mailto:", "https://")):
        raise UnusableSetting("CASEWORK_SECURITY_CONTACT has to start with mailto: or https://.")
    return text if text.isprintable() and text else None


def _address(text: str) -> str | None:
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}:
        raise UnusableSetting("CASEWORK_ADDRESS has to look like https://help.example.")
    return f"{parts.scheme}://{parts.netloc}"


def _bucket(environ: Mapping[str, str]) -> Bucket | None:
    text = environ.get("CASEWORK_FILES", "")
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme != "s3" or not parts.hostname:
        raise UnusableSetting("CASEWORK_FILES has to look like s3://bucket/prefix.")
    key_id, secret = environ.get("AWS_ACCESS_KEY_ID"), environ.get("AWS_SECRET_ACCESS_KEY")
    if bool(key_id) != bool(secret):
        raise UnusableSetting("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY belong together.")
    return Bucket(
        name=parts.netloc,
        prefix=parts.path.strip("/"),
        region=environ.get("AWS_REGION") or "us-east-1",
        key_id=key_id or None,
        secret=secret or None,
        endpoint=_endpoint(environ.get("AWS_ENDPOINT_URL", "")),
    )


def _endpoint(text: str) -> str | None:
    return _encrypted("AWS_ENDPOINT_URL", text).rstrip("/") if text else None


def encrypted(url: str) -> bool:
    """Tell whether what is asked at an address goes encrypted, or not beyond this machine."""
    parts = urlsplit(url)
    here = parts.hostname in {"127.0.0.1", "::1", "localhost"}
    return bool(parts.hostname) and (parts.scheme == "https" or (here and parts.scheme == "http"))


def _encrypted(name: str, text: str) -> str:
    if not encrypted(text):
        raise UnusableSetting(
            f"{name} has to start with https://, or with http:// on this machine only."
        )
    return text


def _provider(environ: Mapping[str, str]) -> Provider | None:
    issuer = environ.get("CASEWORK_OIDC_ISSUER", "")
    if not issuer:
        return None
    _encrypted("CASEWORK_OIDC_ISSUER", issuer)
    given = {name: environ.get(f"CASEWORK_OIDC_{name}", "") for name in _OF_PROVIDER}
    missing = [f"CASEWORK_OIDC_{name}" for name, value in given.items() if not value]
    if not environ.get("CASEWORK_ADDRESS"):
        missing.append("CASEWORK_ADDRESS")
    if missing:
        raise UnusableSetting(f"CASEWORK_OIDC_ISSUER needs {missing[0]} too.")
    return Provider(
        issuer=issuer,
        client_id=given["CLIENT_ID"],
        client_secret=given["CLIENT_SECRET"],
        name=given["NAME"],
        factor=_switch("CASEWORK_OIDC_FACTOR", environ.get("CASEWORK_OIDC_FACTOR", "")),
    )


def _scanner(text: str) -> str | None:
    host, _, port = text.rpartition(":")
    if text and not text.startswith("/") and not (host and port.isdecimal()):
        raise UnusableSetting("CASEWORK_CLAMD has to be the path of a socket, or host:port.")
    return text or None


def _folder(name: str, text: str) -> Path | None:
    if text and not Path(text).is_absolute():
        raise UnusableSetting(f"{name} has to be the full path of a folder.")
    return Path(text) if text else None


def _count(name: str, text: str) -> int:
    if text and not text.isdecimal():
        raise UnusableSetting(f"{name} has to be a number.")
    return int(text or 0)


def _switch(name: str, text: str) -> bool:
    if text.lower() in _YES:
        return True
    if text.lower() in _NO:
        return False
    raise UnusableSetting(f"{name} has to be 1 or 0.")
