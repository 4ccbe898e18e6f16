"""A complaint that is being told: what was typed, and what the rules make of it so far."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from casework.domain import conflict, consent, routing
from casework.domain.facts import POST_ROLES, CaseFacts, Said
from casework.domain.routing import RuleTrack
from casework.services import directory

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from casework.domain.facts import OfficeFacts
    from casework.domain.taxonomy import Category, Money, Taxonomy
    from casework.web.fields import Form
    from casework.web.public.answers import Answers

EMBASSY = conflict.EMBASSY_CATEGORY
_FROM_FORMS: Final = ("facts", "fitting")


@dataclass
class Telling:
    """The answers of one complaint beside the rules and offices that they meet.

    `forms` holds the form of each page that has been filled in; `values` reads from them.
    """

    session: Session
    answers: Answers
    forms: dict[str, Form] = field(default_factory=dict)

    def value(self, page: str, name: str) -> Any:
        """Return the value of a field that was filled in rightly; None otherwise."""
        form = self.forms.get(page)
        if form is None or name not in form or form[name].errors:
            return None
        return form[name].data

    @cached_property
    def taxonomy(self) -> Taxonomy:
        """The categories that are offered."""
        return directory.taxonomy(self.session)

    @cached_property
    def offices(self) -> Mapping[str, OfficeFacts]:
        """All offices."""
        return directory.offices(self.session)

    @cached_property
    def countries(self) -> list[Any]:
        """The countries that forms offer, each with the columns of its row."""
        return list(directory.countries(self.session).values())

    def read(self, page: str, form: Form) -> None:
        """Take the form of a page; what was worked out without it is worked out anew."""
        self.forms[page] = form
        for name in _FROM_FORMS:
            self.__dict__.pop(name, None)

    @property
    def categories(self) -> list[Category]:
        """The categories chosen, in the order of choice."""
        known = set(self.taxonomy.codes)
        return [self.taxonomy.category(code) for code in self.answers.categories if code in known]

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of the categories chosen."""
        return tuple(category.code for category in self.categories)

    def kinds(self, code: str) -> list[str]:
        """Return the subcategories chosen within a category."""
        return list(self.value(f"details:{code}", "kinds") or [])

    def has_money(self, money: Money) -> bool:
        """Tell whether a chosen category asks for this kind of money."""
        return any(category.money is money for category in self.categories)

    @property
    def origin(self) -> str:
        """The country of origin; empty while it is not known."""
        return self.value("where", "origin") or ""

    @property
    def destination(self) -> str:
        """The country of work; empty while it is not known."""
        return self.value("where", "destination") or ""

    @property
    def about_official(self) -> Said:
        """Whether the complaint is about an official or an office."""
        if EMBASSY in self.codes:
            return Said.YES
        return Said(self.value("responsible", "official") or Said.UNSURE)

    @property
    def posts(self) -> list[OfficeFacts]:
        """The posts of the origin country where the person works."""
        between = (self.origin, self.destination)
        found = [
            office
            for office in self.offices.values()
            if (office.country, office.host) == between and office.role in POST_ROLES
        ]
        return sorted(found, key=lambda office: (office.role, office.rank, office.id))

    @property
    def anonymous(self) -> bool:
        """Whether no name was given."""
        return bool(self.value("you", "naming") != "named")

    @cached_property
    def facts(self) -> CaseFacts:
        """The case that this would be, as rules see it, its conflicts worked out."""
        chosen = {code: frozenset(self.kinds(code)) for code in self.codes}
        facts = CaseFacts(
            id=0,
            origin=self.origin,
            destination=self.destination,
            place=self.value("where", "place") or "",
            categories=self.codes,
            severity=self.taxonomy.severity(chosen),
            documented=Said(self.value("where", "papers") or Said.UNSURE),
            about_official=self.about_official,
            needs_triage=self.taxonomy.needs_triage(self.codes),
            complained_offices=frozenset(self.value("responsible", "posts") or ()),
        )
        return replace(facts, conflicted=conflict.conflicted_offices(facts, self.offices))

    @cached_property
    def fitting(self) -> list[OfficeFacts]:
        """The government offices that rules would choose with consent, in order."""
        found = routing.fitting_offices(self.facts, directory.rules(self.session), self.offices)
        return [office for office in found if not consent.may_receive(office, ())]

    @property
    def office(self) -> OfficeFacts | None:
        """The first fitting government office: the one that consent is asked for first."""
        return next(iter(self.fitting), None)

    @property
    def authority(self) -> OfficeFacts | None:
        """An authority of the country of work that fits, if it is another than `office`."""
        first = self.office
        if first is None:
            return None
        taken = consent.role_recipient(first)
        there = (self.destination, self.destination)
        return next(
            (
                office
                for office in self.fitting
                if (office.country, office.host) == there
                and consent.role_recipient(office) != taken
            ),
            None,
        )

    @cached_property
    def desk(self) -> str:
        """The id of the organisation that would keep the case."""
        rules = directory.rules(self.session)
        facts = self.facts
        return routing.route(
            facts, rules, self.offices, RuleTrack.DESK, directory.COORDINATOR
        ).office_id
