"""Numbers to call, by the country where the person is."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from casework.services import reference


@dataclass(frozen=True)
class Hotline:
    """A number to call; `label` is an English msgid that says who answers."""

    country: str
    number: str
    label: str
    urgent: bool


@lru_cache(maxsize=1)
def every() -> tuple[Hotline, ...]:
    """Return all shipped numbers, in their order."""
    return tuple(
        Hotline(row["country"], row["number"], row["label"], row["urgent"])
        for row in reference.read("hotlines")["hotline"]
    )


def in_country(country: str) -> list[Hotline]:
    """Return the numbers of one country, those for danger first."""
    return sorted((each for each in every() if each.country == country), key=_calm)


def for_danger(country: str, destinations: tuple[str, ...]) -> dict[str, list[Hotline]]:
    """Return the numbers for danger by country: of one, or of all when it is not known yet."""
    wanted = (country,) if country else destinations
    found = {code: [each for each in in_country(code) if each.urgent] for code in wanted}
    return {code: lines for code, lines in found.items() if lines}


def _calm(hotline: Hotline) -> bool:
    return not hotline.urgent
