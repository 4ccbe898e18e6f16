"""Cases in any state that rows can say, for tests that compare lists with the rule of sight."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from casework.domain.facts import (
    Actor,
    RecipientKind,
    ReferralState,
    Role,
    Said,
    Scope,
)
from casework.domain.workflow import ENDED, Status
from casework.models import Case
from casework.services import casefile, directory
from casework.services.told import telephone_index
from tests import factories
from tests.factories import World

OFFICES = ("attache", "embassy", "ministry", "authority", "agencies", "cso", "other-cso")
DESKS = ("cso", "other-cso", "coordinator")
NUMBER = "+66811112222"


def everybody(world: World) -> list[Actor]:
    """Return a member of staff of each role in each office, and those without an office."""
    places = [*directory.offices(world.session), None]
    return [world.actor(role, place) for role in Role for place in places]


@st.composite
def sent_to(draw: st.DrawFn) -> list[tuple[str, ReferralState]]:
    offices = draw(st.lists(st.sampled_from(OFFICES), max_size=3))
    return [(office, draw(st.sampled_from(ReferralState))) for office in offices]


@st.composite
def said(draw: st.DrawFn) -> list[tuple[str, Scope, bool, bool]]:
    """Return decisions in the order in which they were made: whom about, what, yes, taken back."""
    return draw(
        st.lists(
            st.tuples(
                st.sampled_from(["KH", "TH", "attache", "TH:labour_authority"]),
                st.sampled_from([Scope.REFERRAL, Scope.REFERRAL, Scope.IDENTITY]),
                st.booleans(),
                st.sampled_from([False, False, True]),
            ),
            max_size=5,
        )
    )


def random_case(world: World, data: st.DataObject, actors: list[Actor]) -> Case:
    """Add a case in any state that rows can say, and settle what follows."""
    session = world.session
    status = data.draw(st.sampled_from(Status))
    row = factories.case(
        session,
        status=status.value,
        closed_at=world.now if status in ENDED else None,
        desk_office_id=data.draw(st.sampled_from(DESKS)),
        about_official=data.draw(st.sampled_from([Said.NO, Said.NO, Said.UNSURE])).value,
        triaged_at=data.draw(st.sampled_from([None, world.now])),
        needs_triage=data.draw(st.sampled_from([False, False, True])),
        level=data.draw(st.integers(0, 3)),
        group_id=data.draw(st.sampled_from([None, 7])),
    )
    factories.case_category(session, row, code=data.draw(st.sampled_from(["wages", "embassy"])))
    factories.person(session, row, telephone_index=telephone_index(NUMBER))
    for lead, (office, state) in enumerate(data.draw(sent_to())):
        factories.referral(session, row, office, state=state.value, lead=not lead)
    _accuse(world, data, row, actors)
    for number, (recipient, scope, given, taken) in enumerate(data.draw(said())):
        at = world.now - timedelta(hours=10 - number)
        factories.consent(
            session,
            row,
            _kind(recipient),
            recipient,
            scope=scope.value,
            given=given,
            at=at,
            withdrawn_at=at + timedelta(minutes=1) if taken and given else None,
        )
    for actor in data.draw(st.lists(st.sampled_from(actors), max_size=2)):
        hours = data.draw(st.sampled_from([-1, 1]))
        until = world.now + timedelta(hours=hours)
        factories.emergency_access(session, row, actor.staff_id or 0, until=until)
    casefile.settle(session, row, world.now)
    return row


def _accuse(world: World, data: st.DataObject, row: Case, actors: list[Actor]) -> None:
    """Name offices and people, and let conflicts be held that nothing names any more."""
    session = world.session
    for office in data.draw(st.sets(st.sampled_from(OFFICES), max_size=1)):
        factories.case_party(session, row, role="post", office_id=office)
    for actor in data.draw(st.lists(st.sampled_from(actors), max_size=1)):
        factories.case_party(session, row, role="person", staff_id=actor.staff_id)
    for office in data.draw(st.sets(st.sampled_from([*OFFICES, "coordinator"]), max_size=1)):
        factories.case_conflict(session, row, office_id=office, held_since=world.now)
    for actor in data.draw(st.lists(st.sampled_from(actors), max_size=1)):
        factories.case_conflict(session, row, staff_id=actor.staff_id, held_since=world.now)


def _kind(recipient: str) -> RecipientKind:
    if ":" in recipient:
        return RecipientKind.ROLE
    return RecipientKind.STATE if recipient.isupper() else RecipientKind.OFFICE
