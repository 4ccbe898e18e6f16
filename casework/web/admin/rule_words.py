"""A routing rule in plain words: when it fits, and where it sends a case."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from casework import i18n
from casework.db import db
from casework.domain.facts import OfficeRole
from casework.domain.marks import N_
from casework.domain.routing import Where
from casework.i18n import gettext
from casework.services import directory, names
from casework.web.fields import choice
from casework.web.staff import words as staff_words
from casework.web.staff.labels import Labels, said

if TYPE_CHECKING:
    from casework.models import RoutingRule
    from casework.services.names import Names

TARGETS: Final = {
    Where.ORIGIN: N_("%(office)s of the country of origin"),
    Where.POST: N_("%(office)s of the country of origin, in the country of work"),
    Where.DESTINATION: N_("%(office)s of the country of work"),
    Where.NETWORK: N_("%(office)s of the network"),
}
# Where a kind of office can stand: a post abroad, a desk of the network, or at home.
_POSTS: Final = (OfficeRole.EMBASSY, OfficeRole.CONSULATE, OfficeRole.LABOUR_ATTACHE)
_DESKS: Final = (OfficeRole.CSO, OfficeRole.NETWORK, OfficeRole.COORDINATOR)


def when(rule: RoutingRule) -> list[str]:
    """Return when a rule fits: conditions that all have to hold."""
    labels = Labels(directory.taxonomy(db.session()))
    found = []
    if rule.origins:
        found.append(gettext("From %(countries)s", countries=_countries(rule.origins)))
    if rule.destinations:
        found.append(gettext("Working in %(countries)s", countries=_countries(rule.destinations)))
    if rule.categories:
        codes = [code for code in labels.taxonomy.codes if code in rule.categories]
        found.append(gettext("About: %(categories)s", categories=labels.categories(codes)))
    if rule.severities:
        grave = ", ".join(staff_words.say(staff_words.SEVERITY, each) for each in rule.severities)
        found.append(gettext("Severity: %(severity)s", severity=grave))
    if rule.documented:
        found.append(gettext("Has papers: %(said)s", said=said(rule.documented)))
    if rule.place:
        found.append(gettext("Place with “%(place)s” in it", place=rule.place))
    return found or [gettext("Every case")]


def _countries(codes: Iterable[str]) -> str:
    return ", ".join(sorted(i18n.country(code) for code in codes))


def goes_to(rule: RoutingRule, known: Names) -> list[str]:
    """Return whom a rule names: the first of these offices that can have a case gets it."""
    return [target(row, known) for row in rule.targets]


def target(row: dict[str, str], known: Names) -> str:
    """Return one target of a rule."""
    if row.get("office"):
        return known.office(row["office"])
    kind = staff_words.say(staff_words.ROLE, row["role"])
    return gettext(TARGETS[Where(row["where"])], office=kind)


def offices_of(rules: Iterable[RoutingRule]) -> Names:
    """Return the names of the offices that these rules name."""
    return names.of(db.session(), [row.get("office") for rule in rules for row in rule.targets])


def kinds(*, desk: bool) -> list[Any]:
    """Return the kinds of offices at their places, as choices: "labour_attache@post"."""
    found = []
    for role in OfficeRole:
        for where in _places(role):
            if desk is (where is Where.NETWORK) or role is OfficeRole.COORDINATOR:
                row = {"role": role.value, "where": where.value}
                found.append(choice(f"{role.value}@{where.value}", target(row, names.Names())))
    return found


def _places(role: OfficeRole) -> tuple[Where, ...]:
    if role in _DESKS:
        return (Where.NETWORK,)
    if role in _POSTS:
        return (Where.POST,)
    return (Where.ORIGIN, Where.DESTINATION)


def written(row: dict[str, str]) -> str:
    """Return a stored target as the form writes it."""
    return row["office"] if row.get("office") else f"{row['role']}@{row['where']}"


def read(text: str) -> dict[str, str]:
    """Return what the form wrote as a target to be stored."""
    role, at, where = text.partition("@")
    return {"role": role, "where": where} if at else {"office": text}
