"""How many failed attempts are borne, so that guessing is slow and nobody else is locked out.

Whoever has not failed from where they are is never turned away, however hard others try: at
worst their attempt goes through the slow door, one after the other. What costs us room and work
has budgets too: complaints begun and filed, files, questions to devices and providers. Beyond them
everything takes longer, and nothing is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING, Final

from casework import crypto
from casework.services import attempts
from casework.services.attempts import NOTHING, Budget

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

# Wrong passwords: of one account from one network, from one network, of one account.
PASSWORD: Final = Budget("password", free=5, every=timedelta(minutes=1))
PASSWORDS_FROM: Final = Budget("passwords-from", free=30, every=timedelta(seconds=20))
PASSWORDS_FOR: Final = Budget("passwords-for", free=50, every=timedelta(seconds=30))
# Wrong codes of a second factor: whoever sends them knows the password already.
FACTOR: Final = Budget("factor", free=5, every=timedelta(minutes=5))
# Tracking codes that open nothing: from one network, and from all of them together.
CODES_FROM: Final = Budget("codes-from", free=120, every=timedelta(seconds=10))
CODES: Final = Budget("codes", free=600, every=timedelta(seconds=1))
_EVERYBODY: Final = "everybody"
# One customer of a provider has a whole network of this length in IPv6.
_CUSTOMER: Final = 64


class Deed(StrEnum):
    """What anybody may do, at a cost to the house."""

    DRAFT = "draft"
    FILING = "filing"
    FILE = "file"
    QUESTION = "question"


@dataclass(frozen=True)
class Allowed:
    """How many complaints may be filed in an hour: from one network, and from all together."""

    of_network: int
    of_all: int


# Many drafts are never sent, a complaint has some files, and people begin to sign in twice.
_TIMES: Final = {Deed.DRAFT: 2, Deed.FILING: 1, Deed.FILE: 4, Deed.QUESTION: 2}
_HOUR: Final = timedelta(hours=1)


@dataclass(frozen=True)
class Pace:
    """How an attempt may be made: after `wait`, or now; `slowly` through the slow door."""

    wait: timedelta = NOTHING
    slowly: bool = False


@dataclass(frozen=True)
class Trier:
    """Who tries a password: the address they typed, from a network as `network` names it."""

    email: str
    network: str

    @property
    def pair(self) -> str:
        """The account as it is tried from this network."""
        return f"{self.network}|{self.email}"


def network(now: datetime, address: str | None) -> str:
    """Return a name for the network of an address which says nothing, and is new every day.

    The address itself is kept nowhere: the key of the name changes with the day in UTC.
    """
    try:
        found = ip_address(address or "")
    except ValueError:
        part = "unknown"
    else:
        # An IPv4 address in the clothes of IPv6 is the same machine.
        plain = found.ipv4_mapped or found if isinstance(found, IPv6Address) else found
        length = _CUSTOMER if isinstance(plain, IPv6Address) else plain.max_prefixlen
        part = str(ip_network((plain, length), strict=False))
    return crypto.blind_index(f"network|{now.date().isoformat()}", part).hex()


def password(session: Session, now: datetime, trier: Trier) -> Pace:
    """Return how a password may be tried."""
    own = attempts.wait(session, now, PASSWORD, trier.pair)
    if own:
        return Pace(wait=own)
    crowd = max(
        attempts.wait(session, now, PASSWORDS_FROM, trier.network),
        attempts.wait(session, now, PASSWORDS_FOR, trier.email),
    )
    if crowd and attempts.failed_before(session, now, PASSWORD, trier.pair):
        return Pace(wait=crowd)
    return Pace(slowly=bool(crowd))


def password_failed(session: Session, now: datetime, trier: Trier) -> None:
    """Count a wrong password."""
    attempts.fail(session, now, PASSWORD, trier.pair)
    attempts.fail(session, now, PASSWORDS_FROM, trier.network)
    attempts.fail(session, now, PASSWORDS_FOR, trier.email)


def password_was_wrong(session: Session, now: datetime, trier: Trier) -> bool:
    """Tell whether wrong passwords of this account at this network are held against it."""
    return attempts.failed_before(session, now, PASSWORD, trier.pair)


def password_right(session: Session, trier: Trier) -> None:
    """Hold nothing against this account at this network any more."""
    attempts.forgive(session, PASSWORD, trier.pair)


def tracking_code(session: Session, now: datetime, network_name: str) -> Pace:
    """Return how a tracking code may be tried: at once, or slowly; it is never refused."""
    if attempts.wait(session, now, CODES_FROM, network_name):
        return Pace(slowly=True)
    tried = attempts.failed_before(session, now, CODES_FROM, network_name)
    return Pace(slowly=tried and bool(attempts.wait(session, now, CODES, _EVERYBODY)))


def tracking_code_failed(session: Session, now: datetime, network_name: str) -> None:
    """Count a tracking code that opens nothing."""
    attempts.fail(session, now, CODES_FROM, network_name)
    attempts.fail(session, now, CODES, _EVERYBODY)


def factor(session: Session, now: datetime, staff_id: int) -> timedelta:
    """Return how long an account has to wait before its second factor may be tried again."""
    return attempts.wait(session, now, FACTOR, str(staff_id))


def factor_failed(session: Session, now: datetime, staff_id: int) -> bool:
    """Count a wrong code; tell whether it was the one that used the budget up."""
    before = factor(session, now, staff_id)
    attempts.fail(session, now, FACTOR, str(staff_id))
    return not before and bool(factor(session, now, staff_id))


def factor_right(session: Session, staff_id: int) -> None:
    """Hold nothing against the account any more."""
    attempts.forgive(session, FACTOR, str(staff_id))


def count(session: Session, now: datetime, deed: Deed, network_name: str, allowed: Allowed) -> Pace:
    """Count a deed from a network; return whether it has to be done slowly."""
    network_budget = _hourly(f"{deed}-from", allowed.of_network * _TIMES[deed])
    budget_of_all = _hourly(deed, allowed.of_all * _TIMES[deed])
    used = [(network_budget, network_name), (budget_of_all, _EVERYBODY)]
    slowly = any(attempts.wait(session, now, budget, subject) for budget, subject in used)
    for budget, subject in used:
        attempts.fail(session, now, budget, subject)
    return Pace(slowly=slowly)


def _hourly(name: str, number: int) -> Budget:
    return Budget(name, free=number, every=_HOUR / number)
