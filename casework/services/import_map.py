"""From the words of published cases to our own codes, by the shipped map."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from casework.domain.complaint import MoneyRow, PartyNamed
from casework.services import reference
from casework.services.ledger import NewRemedy

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from casework.domain.taxonomy import Taxonomy
    from casework.services.published import Amount

_REMARK_BEHIND: Final = re.compile(r"\s*\([^()]*\)$")
_EMPLOYER: Final = "employer "
_DAYS: Final = "days"
_WORKER: Final = "worker"


@dataclass(frozen=True)
class ImportMap:
    """The shipped map, its tables keyed by the published word."""

    categories: Mapping[str, tuple[str, str]]
    severities: Mapping[str, str]
    sectors: Mapping[str, str]
    amounts: Mapping[str, Mapping[str, str]]
    remedies: Mapping[str, Mapping[str, str]]
    embassy: Sequence[Mapping[str, Any]]
    no_name: frozenset[str]
    broker: Sequence[str]
    unknown: Mapping[str, str]


@dataclass(frozen=True)
class Understood:
    """What the map made of a list of words: codes with subcategories, and what it lacks."""

    categories: dict[str, list[str]]
    unknown: tuple[str, ...]


@cache
def shipped() -> ImportMap:
    """Return the shipped map."""
    document = reference.read("import_map")
    return ImportMap(
        categories={
            row["published"]: (row["category"], row["subcategory"]) for row in document["category"]
        },
        severities=document["severity"],
        sectors={row["published"]: row["sector"] for row in document["sector"]},
        amounts={row["published"]: row for row in document["amount"]},
        remedies={row["published"]: row for row in document["remedy"]},
        embassy=document["embassy"],
        no_name=frozenset(document["recruiter"]["no_name"]),
        broker=document["recruiter"]["broker"],
        unknown=document["unknown"],
    )


def categories(words: Sequence[str], taxonomy: Taxonomy) -> Understood:
    """Return the categories that words stand for.

    A word that the map does not know, or whose category is in the taxonomy no more, becomes
    the category that a person has to look at; so does an empty list.
    """
    known = shipped()
    found: dict[str, list[str]] = {}
    unknown = [word for word in words if known.categories.get(word, ("",))[0] not in taxonomy.codes]
    for word in words:
        if word in unknown:
            continue
        code, sub = known.categories[word]
        subs = found.setdefault(code, [])
        if sub in {each.code for each in taxonomy.category(code).subcategories} - set(subs):
            subs.append(sub)
    if unknown or not found:
        found[known.unknown["category"]] = []
    return Understood(found, tuple(unknown))


def sector(word: str) -> str | None:
    """Return the code of a sector; None when the word is not in the map."""
    return shipped().sectors.get(word)


def severity(word: str) -> str | None:
    """Return a severity; None when the word is not in the map."""
    return shipped().severities.get(word)


def claim(amount: Amount, workers: int) -> MoneyRow | None:
    """Return a sum as the claim it is; None when it is no claim, or has no sum or currency."""
    row = shipped().amounts.get(amount.what)
    if row is None or amount.amount is None or not amount.currency:
        return None
    times = workers if row["per"] == _WORKER else 1
    return MoneyRow(
        kind=row["claim"],
        amount=amount.amount * times,
        currency=amount.currency,
        what=amount.what,
        workers=workers,
    )


def embassy_result(note: str) -> str | None:
    """Return what came of asking the embassy; None when the words do not say."""
    folded = note.casefold()
    return next(
        (row["result"] for row in shipped().embassy if any(w in folded for w in row["words"])),
        None,
    )


def parties(published: str) -> list[PartyNamed]:
    """Return the agencies, brokers and employers that are named; descriptions are no names."""
    found = []
    for piece in filter(None, map(str.strip, published.split(";"))):
        employer = piece.startswith(_EMPLOYER)
        name = piece.removeprefix(_EMPLOYER) if employer else _REMARK_BEHIND.sub("", piece)
        if name[:1].islower() or name in shipped().no_name:
            continue
        broker = any(word in name.casefold() for word in shipped().broker)
        role = "employer" if employer else "broker" if broker else "agency"
        found.append(PartyNamed(role, name))
    return found


def remedy(published: Amount, workers: int, on_date: str) -> NewRemedy | None:
    """Return a published remedy as a line of the ledger; None when the ledger has no such thing."""
    row = shipped().remedies.get(published.what)
    if row is None or not row["remedy"]:
        return None
    money = published.amount is not None and bool(published.currency) and bool(row["per"])
    amount = published.amount if money else None
    if amount is not None and row["per"] == _WORKER:
        amount *= Decimal(workers)
    days = f"{published.amount:.0f} days" if row["per"] == _DAYS and published.amount else ""
    return NewRemedy(
        kind=row["remedy"],
        state=row["state"],
        on_date=on_date,
        amount=amount,
        currency=published.currency if money else "",
        workers=workers,
        proof=days,
    )
