"""What was typed so far: page by page, exactly as it was typed, right or wrong.

Values are read through the pages' forms each time. So nothing is lost by an error or by going
back, and what was right in one country is checked anew when another one is chosen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from werkzeug.datastructures import MultiDict

_OF_NOW: Final = frozenset({"files", "begun"})


@dataclass
class Answers:
    """The document that a draft keeps.

    `pages` holds what was typed under the name of each page; `tried` the pages from which the
    person went on; `asked` whom a page of consent asked about; `reviewed` says that all answers
    have been looked at once, so that a change leads back there. `files` counts the files that
    the draft has now, and `begun` says that there is one: neither is kept with the answers.
    """

    pages: dict[str, dict[str, list[str]]] = field(default_factory=dict)
    tried: list[str] = field(default_factory=list)
    asked: dict[str, str] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    campaign: str = ""
    reviewed: bool = False
    files: int = 0
    begun: bool = False

    @classmethod
    def load(cls, document: Mapping[str, Any]) -> Answers:
        """Return the answers from a draft's document."""
        return cls(**document)

    def dump(self) -> dict[str, Any]:
        """Return the document to keep."""
        return {name: value for name, value in vars(self).items() if name not in _OF_NOW}

    def typed(self, page: str) -> MultiDict[str, str] | None:
        """Return what was typed on a page, as a form reads it; None when nothing was sent yet."""
        kept = self.pages.get(page)
        return None if kept is None else MultiDict(kept)

    def keep(self, page: str, typed: MultiDict[str, str], names: Iterable[str]) -> None:
        """Keep what was typed into the fields that the page has."""
        known = tuple(names)
        self.pages[page] = {
            name: typed.getlist(name)
            for name in typed
            if name in known or name.startswith(tuple(f"{each}-" for each in known))
        }

    def choose(self, place: int, category: str) -> None:
        """Put a category at its place; one that stands elsewhere changes places with it."""
        if place >= len(self.categories):
            if category not in self.categories:
                self.categories.append(category)
            return
        if category in self.categories:
            other = self.categories.index(category)
            self.categories[other] = self.categories[place]
        self.categories[place] = category

    def drop(self, category: str) -> None:
        """Take a category out; the last one stays."""
        if category in self.categories and len(self.categories) > 1:
            self.categories.remove(category)
