"""The way of a case: its statuses, what may happen in each, and what follows.

The table is the whole truth: pages show the actions it allows and requests are checked
against the same rows. An escalation level is not a status (domain card, "Workflow").
"""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a case stands."""

    RECEIVED = "received"
    TRIAGE = "triage"
    REFERRED = "referred"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    WAITING_COMPLAINANT = "waiting_complainant"
    WAITING_THIRD = "waiting_third"
    OUTCOME_PROPOSED = "outcome_proposed"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What may be done to a case."""

    TRIAGE = "triage"
    TAKE_ON = "take_on"
    REFER = "refer"
    REFER_ALSO = "refer_also"
    ACCEPT = "accept"
    DECLINE = "decline"
    RECALL = "recall"
    ANSWER = "answer"
    ASK_COMPLAINANT = "ask_complainant"
    WAIT_THIRD = "wait_third"
    RESUME = "resume"
    PROPOSE_OUTCOME = "propose_outcome"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    CLOSE_UNCONFIRMED = "close_unconfirmed"
    CLOSE = "close"
    ESCALATE = "escalate"
    ESCALATE_TO_DESK = "escalate_to_desk"
    ASK_ESCALATION = "ask_escalation"
    TAKE_OVER = "take_over"
    REASSIGN = "reassign"
    EXTEND = "extend"
    WITHDRAW = "withdraw"
    REOPEN = "reopen"
    REPLY = "reply"
    NOTE = "note"
    TASK = "task"
    CLAIM = "claim"
    REMEDY = "remedy"
    EMBASSY_CONTACT = "embassy_contact"
    CONSENT = "consent"
    RECLASSIFY = "reclassify"
    OFFICE_NUMBER = "office_number"
    CHANGE_CODE = "change_code"
    EVIDENCE = "evidence"
    REMOVE_EVIDENCE = "remove_evidence"
    OPEN_ORIGINAL = "open_original"
    HOLD = "hold"
    ERASE = "erase"
    KEEP = "keep"
    LIFT_CONFLICT = "lift_conflict"
    ADD_MEMBER = "add_member"
    MERGE = "merge"
    PACKET = "packet"


OPEN = frozenset(set(Status) - {Status.CLOSED, Status.WITHDRAWN})
ENDED = frozenset({Status.CLOSED, Status.WITHDRAWN})
_AT_WORK = frozenset(
    {Status.ACCEPTED, Status.IN_PROGRESS, Status.WAITING_COMPLAINANT, Status.WAITING_THIRD}
)
_BEFORE_AN_OFFICE = frozenset({Status.RECEIVED, Status.TRIAGE, Status.IN_PROGRESS})
_SENT = frozenset({Status.REFERRED, *_AT_WORK})
_STEERED = OPEN - {Status.OUTCOME_PROPOSED}


Table = dict[tuple["Status", "Action"], "Status"]


def _rows(froms: frozenset[Status], action: Action, to: Status) -> Table:
    return {(status, action): to for status in froms}


def _stays(froms: frozenset[Status], *actions: Action) -> Table:
    return {(status, action): status for status in froms for action in actions}


TRANSITIONS: Table = {
    **_rows(frozenset({Status.RECEIVED}), Action.TRIAGE, Status.TRIAGE),
    **_rows(frozenset({Status.RECEIVED, Status.TRIAGE}), Action.TAKE_ON, Status.IN_PROGRESS),
    **_rows(_BEFORE_AN_OFFICE | _AT_WORK, Action.REFER, Status.REFERRED),
    **_stays(_SENT, Action.REFER_ALSO),
    **_rows(frozenset({Status.REFERRED}), Action.ACCEPT, Status.ACCEPTED),
    **_rows(_SENT, Action.DECLINE, Status.TRIAGE),
    **_rows(_SENT, Action.RECALL, Status.TRIAGE),
    **_rows(_AT_WORK, Action.ANSWER, Status.IN_PROGRESS),
    **_stays(frozenset({Status.RECEIVED, Status.TRIAGE, Status.REFERRED}), Action.ANSWER),
    **_stays(frozenset({Status.OUTCOME_PROPOSED}), Action.ANSWER),
    **_rows(
        frozenset({Status.ACCEPTED, Status.IN_PROGRESS, Status.WAITING_THIRD}),
        Action.ASK_COMPLAINANT,
        Status.WAITING_COMPLAINANT,
    ),
    **_rows(
        frozenset({Status.ACCEPTED, Status.IN_PROGRESS, Status.WAITING_COMPLAINANT}),
        Action.WAIT_THIRD,
        Status.WAITING_THIRD,
    ),
    **_rows(
        frozenset({Status.ACCEPTED, Status.WAITING_COMPLAINANT, Status.WAITING_THIRD}),
        Action.RESUME,
        Status.IN_PROGRESS,
    ),
    **_rows(_AT_WORK, Action.PROPOSE_OUTCOME, Status.OUTCOME_PROPOSED),
    **_rows(frozenset({Status.OUTCOME_PROPOSED}), Action.CONFIRM, Status.CLOSED),
    **_rows(frozenset({Status.OUTCOME_PROPOSED}), Action.DISPUTE, Status.IN_PROGRESS),
    **_rows(frozenset({Status.OUTCOME_PROPOSED}), Action.CLOSE_UNCONFIRMED, Status.CLOSED),
    **_rows(OPEN, Action.CLOSE, Status.CLOSED),
    **_rows(_STEERED, Action.ESCALATE, Status.REFERRED),
    **_rows(_STEERED, Action.ESCALATE_TO_DESK, Status.TRIAGE),
    **_stays(_STEERED, Action.ASK_ESCALATION),
    **_rows(_STEERED, Action.TAKE_OVER, Status.IN_PROGRESS),
    **_stays(OPEN, Action.REASSIGN, Action.EXTEND),
    **_rows(OPEN, Action.WITHDRAW, Status.WITHDRAWN),
    **_rows(ENDED, Action.REOPEN, Status.IN_PROGRESS),
    **_stays(OPEN - {Status.WAITING_COMPLAINANT}, Action.REPLY),
    **_rows(frozenset({Status.WAITING_COMPLAINANT}), Action.REPLY, Status.IN_PROGRESS),
    **_stays(OPEN, Action.RECLASSIFY, Action.OFFICE_NUMBER),
    **_stays(OPEN, Action.TASK, Action.CLAIM, Action.EMBASSY_CONTACT, Action.EVIDENCE),
    **_stays(frozenset(Status), Action.REMOVE_EVIDENCE, Action.OPEN_ORIGINAL),
    **_stays(frozenset(Status), Action.NOTE, Action.REMEDY, Action.CHANGE_CODE, Action.HOLD),
    **_stays(frozenset(Status), Action.CONSENT, Action.LIFT_CONFLICT),
    **_stays(ENDED, Action.ERASE, Action.KEEP),
    **_rows(OPEN, Action.ERASE, Status.WITHDRAWN),
    **_stays(OPEN, Action.ADD_MEMBER, Action.PACKET),
    **_rows(OPEN, Action.MERGE, Status.CLOSED),
    # Words to and from a case that goes on in another one: see permissions.allowed.
    **_stays(frozenset({Status.CLOSED}), Action.REPLY, Action.ANSWER),
}


class IllegalTransition(ValueError):
    """The status of the case does not allow the action."""

    def __init__(self, status: Status, action: Action) -> None:
        """Keep both codes so that a page can say in words what does not fit."""
        super().__init__(f"{action} is not possible while the case is {status}")
        self.status = status
        self.action = action


def after(status: Status, action: Action) -> Status:
    """Return the status that follows `action` in `status`; raise IllegalTransition."""
    try:
        return TRANSITIONS[status, action]
    except KeyError:
        raise IllegalTransition(status, action) from None


def possible(status: Status) -> frozenset[Action]:
    """Return every action that the status allows, whoever asks."""
    return frozenset(action for (at, action) in TRANSITIONS if at == status)
