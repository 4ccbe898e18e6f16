"""The full product of statuses and actions, against the table written by hand."""

from __future__ import annotations

from itertools import product

import pytest

from casework.domain import workflow
from casework.domain.workflow import ENDED, OPEN, TRANSITIONS, Action, IllegalTransition, Status
from tests.domain.workflow_table import EVERY_ACTION, EXPECTED, SHORT


def test_the_written_table_names_every_status_and_every_action_once() -> None:
    assert set(SHORT.values()) == set(Status)
    assert sorted(EVERY_ACTION) == sorted(Action)


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_every_pair_follows_the_written_table(status: Status, action: Action) -> None:
    if (status, action) in EXPECTED:
        assert workflow.after(status, action) is EXPECTED[status, action]
        return
    with pytest.raises(IllegalTransition) as refused:
        workflow.after(status, action)
    assert (refused.value.status, refused.value.action) == (status, action)


def test_the_table_holds_nothing_else() -> None:
    assert TRANSITIONS == EXPECTED


@pytest.mark.parametrize("status", Status)
def test_what_a_status_allows_is_the_column_of_the_table(status: Status) -> None:
    assert workflow.possible(status) == {action for at, action in EXPECTED if at is status}


def test_a_status_is_open_or_ended() -> None:
    assert set(Status) == OPEN | ENDED
    assert not OPEN & ENDED


def test_every_status_can_be_reached_from_the_first() -> None:
    assert _reachable(Status.RECEIVED) == set(Status)


@pytest.mark.parametrize("status", sorted(OPEN))
def test_every_open_case_can_end_and_the_worker_can_stop_it(status: Status) -> None:
    assert workflow.after(status, Action.WITHDRAW) is Status.WITHDRAWN
    assert Status.CLOSED in _reachable(status)


@pytest.mark.parametrize("status", sorted(ENDED))
def test_an_ended_case_is_taken_up_again_in_one_way_only(status: Status) -> None:
    ways = {action for (at, action), to in TRANSITIONS.items() if at is status and to in OPEN}
    assert ways == {Action.REOPEN}


def _reachable(start: Status) -> set[Status]:
    found, frontier = {start}, {start}
    while frontier:
        frontier = {to for (at, _), to in TRANSITIONS.items() if at in frontier} - found
        found |= frontier
    return found
