"""All settings of an installation, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from casework.config import checks, files, outgoing, sign_on
from casework.config.checks import UnusableSetting
from casework.config.files import Bucket
from casework.config.outgoing import NOTHING, Outgoing
from casework.config.secret import secret_key
from casework.config.sign_on import Provider

_POSTGRES: Final = frozenset({"postgres", "postgresql", "postgresql+psycopg"})
# The page that is open on every telephone anyway: it speaks the reader's language and is empty.
# The encyclopaedia that many sites lead to has been blocked in Myanmar (February 2021).
EXIT_URL: Final = "https://www.google.com/"


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
    staff may sign in once for many houses. `exit_url` is where "Leave now" leads. `outgoing` are
    the ways by which messages leave the house.
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
    outgoing: Outgoing = NOTHING

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
        secret_key=secret_key(environ.get("SECRET_KEY", ""), instance),
        keys=environ.get("CASEWORK_KEYS") or None,
        address=checks.address(environ.get("CASEWORK_ADDRESS", "")),
        proxies=checks.count("CASEWORK_PROXIES", environ.get("CASEWORK_PROXIES", "")),
        security_contact=checks.contact(environ.get("CASEWORK_SECURITY_CONTACT", "")),
        demo=checks.switch("CASEWORK_DEMO", environ.get("CASEWORK_DEMO", "1")),
        bucket=files.bucket(environ),
        disk_floor=checks.count("CASEWORK_DISK_FLOOR", environ.get("CASEWORK_DISK_FLOOR") or "500"),
        scanner=checks.scanner(environ.get("CASEWORK_CLAMD", "")),
        anchors=checks.folder("CASEWORK_ANCHORS", environ.get("CASEWORK_ANCHORS", "")),
        provider=sign_on.provider(environ),
        exit_url=checks.checked_url(
            "CASEWORK_EXIT_URL", environ.get("CASEWORK_EXIT_URL") or EXIT_URL
        ),
        outgoing=outgoing.outgoing(environ),
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
