"""Cases that go together are found at once, as the services of each kind find them."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.services import companions
from casework.services.companions import Companions
from casework.services.groups import Fellow
from casework.services.merging import Pointer
from tests import factories
from tests.factories import World


@pytest.fixture
def world(session: Session) -> World:
    factories.small_directory(session)
    return World(session, factories.BEGINNING)


def test_a_desk_sees_which_cases_go_together_and_an_office_does_not(world: World) -> None:
    session = world.session
    first, fellow, duplicate = world.file(), world.file(), world.file()
    first.group_id = fellow.group_id = first.id
    duplicate.merged_into_id = first.id
    session.flush()
    desk, office = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "attache")
    wanted = {
        first.reference: (
            [Fellow(fellow.reference, fellow.status)],
            [Pointer(duplicate.reference, duplicate.status)],
            None,
        ),
        fellow.reference: ([Fellow(first.reference, first.status)], [], None),
        duplicate.reference: ([], [], Pointer(first.reference, first.status)),
    }
    for case in (first, fellow, duplicate):
        assert companions.of(session, case, desk) == Companions(*wanted[case.reference])
        assert companions.of(session, case, office) == Companions()
    found = companions.of(session, first, desk)
    assert [each.reference for each in found.fellows] == [fellow.reference]
    assert [each.reference for each in found.merged_here] == [duplicate.reference]
    into = companions.of(session, duplicate, desk).goes_on_in
    assert into is not None
    assert into.reference == first.reference
