"""Who may not handle, see, be told of, count or find a case, and why.

An office complained about and the offices below it are out (domain card, "Conflict of
interest"). A complaint about an embassy that names no post counts every post of the
origin country in the destination country until neutral triage has said which it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from casework.domain.facts import POST_ROLES, Said
from casework.domain.institutions import institutions

if TYPE_CHECKING:
    from casework.domain.facts import Actor, CaseFacts, HeldConflict, OfficeFacts

EMBASSY_CATEGORY = "embassy"
Offices = Mapping[str, "OfficeFacts"]


def below(office_id: str, offices: Offices) -> frozenset[str]:
    """Return the ids of all government offices that answer to `office_id`, itself included.

    "Below" follows both links: being part of an office, and answering to it. Offices that
    belong to no state stop the walk: a CSO that turns to a ministry is not below it.
    """
    known = institutions(offices)
    found = known.answering.get(office_id)
    if found is None:
        found = known.answering[office_id] = _below(office_id, offices)
    return found


def _below(office_id: str, offices: Offices) -> frozenset[str]:
    found = {office_id}
    frontier = {office_id}
    while frontier:
        frontier = {
            office.id
            for office in offices.values()
            if office.government
            and office.id not in found
            and (office.parent in frontier or office.escalates_to in frontier)
        }
        found |= frontier
    return frozenset(found)


def unnamed_posts(case: CaseFacts, offices: Offices) -> frozenset[str]:
    """Return the posts under suspicion while a complaint about an embassy names none."""
    if case.triaged or case.complained_offices or EMBASSY_CATEGORY not in case.categories:
        return frozenset()
    return frozenset(
        office.id
        for office in offices.values()
        if office.role in POST_ROLES
        and office.country == case.origin
        and office.host == case.destination
    )


def conflicted_offices(case: CaseFacts, offices: Offices) -> frozenset[str]:
    """Return the ids of every office with a conflict of interest in this case."""
    accused: Iterable[str] = case.complained_offices | unnamed_posts(case, offices)
    return frozenset[str]().union(*(below(office_id, offices) for office_id in accused))


def presumed_offices(case: CaseFacts, offices: Offices) -> frozenset[str]:
    """Return the offices that are in conflict only because a complaint names no post.

    Neutral triage ends this presumption; what was named is another matter.
    """
    named = frozenset[str]().union(*(below(each, offices) for each in case.complained_offices))
    return conflicted_offices(case, offices) - named


def liftable(actor: Actor, case: CaseFacts) -> tuple[HeldConflict, ...]:
    """Return the held conflicts that the actor may lift: those whose change another one made.

    Widening access after a conflict needs a second person (domain card, "Conflict of interest").
    """
    return tuple(held for held in case.held if held.changed_by != actor.staff_id)


def awaits_triage(case: CaseFacts) -> bool:
    """Tell whether neutral triage must come before any government office.

    So it is when the complaint is, or may be, about an official or an office: the name may
    stand only in the story (security card, abuse 2).
    """
    return not case.triaged and (case.about_official is not Said.NO or case.needs_triage)


def actor_in_conflict(actor: Actor, case: CaseFacts) -> bool:
    """Tell whether the actor's office, or the actor in person, is complained about."""
    return actor.office_id in case.conflicted or actor.staff_id in case.complained_staff
