"""All that can be done to a case from its page: one table of address, words, form and service.

Pages offer the deeds whose action the rules allow; what is posted is checked again, against
the same rules, by the service.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from casework.domain.marks import N_
from casework.domain.workflow import Action
from casework.web.staff import (
    ahead,
    deed_calls,
    deed_care,
    deed_conflict,
    deed_making,
    deed_special,
)
from casework.web.staff.asking import Asking
from casework.web.staff.deed_words import DEEDS


class Group(StrEnum):
    """Where a deed stands in the list of a case page."""

    WORKER = "worker"
    OFFICE = "office"
    BOOK = "book"
    STEER = "steer"


GROUPS: Final = {
    Group.WORKER: N_("The worker"),
    Group.OFFICE: N_("Offices"),
    Group.BOOK: N_("Write down"),
    Group.STEER: N_("Steer the case"),
}


@dataclass(frozen=True)
class Deed:
    """One deed: its part of the address, the actions it stands for, and its workings.

    `form` makes the form, `ahead` says what will happen, `do` takes the filled form to the
    service. `lasting` is false where an older version of the page does no harm.
    """

    slug: str
    actions: tuple[Action, ...]
    group: Group
    form: Callable[[Asking], Any]
    ahead: Callable[[Asking], list[str]]
    do: Callable[..., None]
    template: str = "staff/deed.html"
    lasting: bool = True

    @property
    def title(self) -> str:
        """The name of the deed, to be translated."""
        return DEEDS[self.slug].title

    @property
    def button(self) -> str:
        """The label of the button, to be translated."""
        return DEEDS[self.slug].button

    @property
    def done(self) -> str:
        """What is said when it is done, to be translated."""
        return DEEDS[self.slug].done


_make, _do = deed_making, deed_calls
TABLE: Final = (
    Deed("answer", (Action.ANSWER,), Group.WORKER, _make.message, ahead.answer, _do.answer),
    Deed("ask", (Action.ASK_COMPLAINANT,), Group.WORKER, _make.message, ahead.ask, _do.ask),
    Deed(
        "consent", (Action.CONSENT,), Group.WORKER, deed_special.consent, ahead.consent, _do.consent
    ),
    Deed("confirm", (Action.CONFIRM,), Group.WORKER, _make.remark, ahead.confirm, _do.confirm),
    Deed("dispute", (Action.DISPUTE,), Group.WORKER, _make.remark, ahead.dispute, _do.dispute),
    Deed(
        "withdraw", (Action.WITHDRAW,), Group.WORKER, _make.withdraw, ahead.withdraw, _do.withdraw
    ),
    Deed("accept", (Action.ACCEPT,), Group.OFFICE, _make.accept, ahead.accept, _do.accept),
    Deed("decline", (Action.DECLINE,), Group.OFFICE, _make.decline, ahead.decline, _do.decline),
    Deed(
        "refer",
        (Action.REFER, Action.REFER_ALSO),
        Group.OFFICE,
        deed_special.refer,
        ahead.nothing,
        _do.refer,
        template="staff/refer.html",
    ),
    Deed("recall", (Action.RECALL,), Group.OFFICE, _make.remark, ahead.recall, _do.recall),
    Deed("number", (Action.OFFICE_NUMBER,), Group.OFFICE, _make.number, ahead.nothing, _do.number),
    Deed("take-on", (Action.TAKE_ON,), Group.STEER, _make.plain, ahead.take_on, _do.take_on),
    Deed(
        "check",
        (Action.RECLASSIFY,),
        Group.STEER,
        deed_special.check,
        ahead.check,
        _do.check,
        template="staff/check.html",
    ),
    Deed(
        "lift-conflict",
        (Action.LIFT_CONFLICT,),
        Group.STEER,
        deed_conflict.make,
        deed_conflict.ahead,
        deed_conflict.lift,
    ),
    Deed("wait", (Action.WAIT_THIRD,), Group.STEER, _make.remark, ahead.wait, _do.wait),
    Deed("resume", (Action.RESUME,), Group.STEER, _make.plain, ahead.resume, _do.resume),
    Deed(
        "result", (Action.PROPOSE_OUTCOME,), Group.STEER, _make.outcome, ahead.propose, _do.propose
    ),
    Deed("escalate", (Action.ESCALATE,), Group.STEER, _make.reason, ahead.escalate, _do.escalate),
    Deed(
        "take-over", (Action.TAKE_OVER,), Group.STEER, _make.remark, ahead.take_over, _do.take_over
    ),
    Deed("reassign", (Action.REASSIGN,), Group.STEER, _make.reassign, ahead.reassign, _do.reassign),
    Deed("extend", (Action.EXTEND,), Group.STEER, _make.extend, ahead.extend, _do.extend),
    Deed("close", (Action.CLOSE,), Group.STEER, _make.close, ahead.close, _do.close),
    Deed("reopen", (Action.REOPEN,), Group.STEER, _make.remark, ahead.reopen, _do.reopen),
    Deed(
        "hold", (Action.HOLD,), Group.STEER, deed_care.hold, deed_care.hold_ahead, deed_care.do_hold
    ),
    Deed(
        "erase",
        (Action.ERASE,),
        Group.WORKER,
        _make.plain,
        deed_care.erase_ahead,
        deed_care.do_erase,
    ),
    Deed(
        "keep", (Action.KEEP,), Group.WORKER, _make.plain, deed_care.keep_ahead, deed_care.do_keep
    ),
    Deed("note", (Action.NOTE,), Group.BOOK, _make.note, ahead.own_office, _do.note, lasting=False),
    Deed("task", (Action.TASK,), Group.BOOK, _make.task, ahead.own_office, _do.task, lasting=False),
    Deed("claim", (Action.CLAIM,), Group.BOOK, _make.claim, ahead.nothing, _do.claim),
    Deed("remedy", (Action.REMEDY,), Group.BOOK, _make.remedy, ahead.nothing, _do.remedy),
    Deed(
        "embassy", (Action.EMBASSY_CONTACT,), Group.BOOK, _make.embassy, ahead.nothing, _do.embassy
    ),
)
BY_SLUG: Final = {deed.slug: deed for deed in TABLE}


def offered(actions: Iterable[Action]) -> dict[Group, list[Deed]]:
    """Return the deeds that these actions allow, by group, in the order of the table."""
    allowed = frozenset(actions)
    deeds = [deed for deed in TABLE if not allowed.isdisjoint(deed.actions)]
    grouped = {group: [deed for deed in deeds if deed.group is group] for group in Group}
    return {group: found for group, found in grouped.items() if found}


def by_action(actions: Iterable[Action]) -> dict[Action, Deed]:
    """Return the deed that takes each of these actions, for the buttons of the next steps."""
    allowed = frozenset(actions)
    return {action: deed for deed in TABLE for action in deed.actions if action in allowed}
