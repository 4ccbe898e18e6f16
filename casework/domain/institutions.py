"""All offices by their ids, with what rules ask of them again and again worked out once.

A sweep asks for the offices of a kind in a place, and for those below another one, some ten
thousand times: looking through all of them each time takes longer than everything else.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from casework.domain.facts import OfficeFacts, OfficeRole

# A kind of office, the state that it belongs to and the one that it stands in.
Place = tuple[OfficeRole, str, str]


class Institutions(dict[str, OfficeFacts]):
    """All offices by id. Whoever holds one never changes it: what is worked out stays."""

    def __init__(self, *offices: Any) -> None:
        """Take what a dict takes."""
        super().__init__(*offices)
        self.answering: dict[str, frozenset[str]] = {}

    @cached_property
    def of_role(self) -> Mapping[OfficeRole, Sequence[OfficeFacts]]:
        """The offices of each kind to which cases are sent, best first."""
        found: dict[OfficeRole, list[OfficeFacts]] = defaultdict(list)
        for office in _best_first(self.values()):
            found[office.role].append(office)
        return dict(found)

    @cached_property
    def standing(self) -> Mapping[Place, Sequence[OfficeFacts]]:
        """The offices of each kind and place to which cases are sent, best first."""
        found: dict[Place, list[OfficeFacts]] = defaultdict(list)
        for office in _best_first(self.values()):
            found[office.role, office.country, office.host].append(office)
        return dict(found)


def institutions(offices: Mapping[str, OfficeFacts]) -> Institutions:
    """Return the offices as a value that keeps what is asked of it."""
    return offices if isinstance(offices, Institutions) else Institutions(offices)


def _best_first(offices: Any) -> Sequence[OfficeFacts]:
    routable = (office for office in offices if office.routable)
    return sorted(routable, key=lambda office: (office.rank, office.id))
