"""All settings of an installation, and how they are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from casework.config import checks, database, files, outgoing, sign_on
from casework.config import working as work
from casework.config.files import Bucket
from casework.config.outgoing import NOTHING, Outgoing
from casework.config.secret import secret_key
from casework.config.sign_on import Provider
from casework.config.working import Working

# The page that is open on every telephone anyway: it speaks the reader's language and is empty.
# The encyclopaedia that many sites lead to has been blocked in Myanmar (February 2021).
EXIT_URL: Final = "https://www.google.com/"


@dataclass(frozen=True)
class Settings:
    """What differs between installations.

    `replica_url` is a copy of the database that follows it and only reads, where there is one;
    `trusted_network` says that what goes between the machines of the installation may go plain.
    `keys` is the text of a keyset; without it the keyset lies in `instance`/keys. `address` is
    where people reach the installation from outside, such as https://help.example; without it
    the address of each request is believed while the demonstration is asked for, and else only
    this machine's own. `proxies` says how many servers of ours stand in
    front and report the sender's address. `demo` asks for demonstration data at the first start,
    unless somebody says no. `security_contact` is
    where a weakness is reported. `bucket` is where evidence files lie; without it they lie in
    `instance`/evidence, as long as `disk_floor` megabytes of the disk stay free. `scanner` is the
    socket file, or host:port, of a clamd that looks at every file. `anchors` is the folder for
    signed heads of the history; without it they lie in `instance`/anchors. `provider` is where
    staff may sign in once for many houses. `exit_url` is where "Leave now" leads. More than
    `filings_per_hour` complaints from one network, or `filings_per_hour_in_all` from all together,
    are taken slowly. `working` is what turns the work in the background, and what an operator
    watches. `outgoing` are the ways by which messages leave the house.
    """

    instance: Path
    database_url: str
    secret_key: str
    replica_url: str | None = None
    trusted_network: bool = False
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
    filings_per_hour: int = 3_000
    filings_per_hour_in_all: int = 12_000
    working: Working = field(default_factory=Working)
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
        return database.embedded(self.database_url)


def from_environment(environ: Mapping[str, str], instance: Path) -> Settings:
    """Return the settings that the environment and the instance folder say.

    Raises:
        UnusableSetting: naming the variable, never showing what could be a password.

    """
    trusted = checks.switch(checks.TRUSTED, environ.get(checks.TRUSTED, ""))
    main = database.url(environ.get("DATABASE_URL", ""), instance, trusted=trusted)
    return Settings(
        instance=instance,
        database_url=main,
        replica_url=database.replica(environ, main, instance, trusted=trusted),
        trusted_network=trusted,
        secret_key=secret_key(environ.get("SECRET_KEY", ""), instance),
        keys=environ.get("CASEWORK_KEYS") or None,
        address=checks.address(environ.get("CASEWORK_ADDRESS", "")),
        proxies=checks.count("CASEWORK_PROXIES", environ.get("CASEWORK_PROXIES", "")),
        security_contact=checks.contact(environ.get("CASEWORK_SECURITY_CONTACT", "")),
        demo=checks.switch("CASEWORK_DEMO", environ.get("CASEWORK_DEMO", "1")),
        bucket=files.bucket(environ),
        disk_floor=checks.count("CASEWORK_DISK_FLOOR", environ.get("CASEWORK_DISK_FLOOR") or "500"),
        scanner=checks.scanner(environ.get("CASEWORK_CLAMD", ""), trusted=trusted),
        anchors=checks.folder("CASEWORK_ANCHORS", environ.get("CASEWORK_ANCHORS", "")),
        provider=sign_on.provider(environ),
        exit_url=checks.checked_url(
            "CASEWORK_EXIT_URL", environ.get("CASEWORK_EXIT_URL") or EXIT_URL
        ),
        filings_per_hour=checks.at_least_one(environ, "CASEWORK_FILINGS_PER_HOUR", 3_000),
        filings_per_hour_in_all=checks.at_least_one(
            environ, "CASEWORK_FILINGS_PER_HOUR_IN_ALL", 12_000
        ),
        working=work.working(environ, sqlite=database.embedded(main)),
        outgoing=outgoing.outgoing(environ),
    )
