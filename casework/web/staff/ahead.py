"""What will happen, before it happens: the sentences beside each form, with their dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework import i18n
from casework.domain import escalation
from casework.domain.escalation import TOP_LEVEL, ClockKind
from casework.i18n import gettext
from casework.services import directory

if TYPE_CHECKING:
    from casework.web.staff.asking import Asking


def take_on(asking: Asking) -> list[str]:
    """Tell what starting work means."""
    desk = asking.case.desk_office_id
    return [
        gettext("You work on the case yourself. No office gets it."),
        gettext(
            "The worker is owed a first answer by %(first)s and a result by %(result)s.",
            first=asking.by(ClockKind.FIRST_ANSWER, desk),
            result=asking.by(ClockKind.RESOLVE, desk),
        ),
    ]


def check(asking: Asking) -> list[str]:
    """Tell what checking means."""
    del asking
    return [
        gettext(
            "The rules look at the case again, and send it where they say and the worker agrees."
        ),
        gettext(
            "An office that you mark as complained about loses the case at once, "
            "and so do those below it."
        ),
    ]


def recall(asking: Asking) -> list[str]:
    """Tell what taking back means."""
    lead = asking.facts.lead
    return [
        gettext(
            "%(office)s loses sight of the case at once.",
            office=asking.office(lead.office_id if lead else None),
        ),
        gettext("The case is back at your desk and waits to be checked."),
    ]


def accept(asking: Asking) -> list[str]:
    """Tell what accepting means."""
    return [
        gettext("The worker is told that your office took the case."),
        gettext(
            "Give the worker a first answer by %(first)s, and a result by %(result)s.",
            first=asking.by(ClockKind.FIRST_ANSWER, asking.own_office),
            result=asking.by(ClockKind.RESOLVE, asking.own_office),
        ),
    ]


def decline(asking: Asking) -> list[str]:
    """Tell what saying no means."""
    desk = asking.office(asking.case.desk_office_id)
    return [
        gettext("The case goes back to %(desk)s today. You no longer see it.", desk=desk),
        gettext("What you write is read by the desk, not by the worker."),
    ]


def answer(asking: Asking) -> list[str]:
    """Tell what answering means."""
    del asking
    return [
        gettext("The worker reads it on their page, with the tracking code."),
        gettext("It stops the clock for the first answer."),
    ]


def ask(asking: Asking) -> list[str]:
    """Tell what asking means."""
    desk = asking.case.desk_office_id
    return [
        gettext("The worker reads it on their page, with the tracking code."),
        gettext(
            "The clocks stop until the worker answers, but not after %(day)s.",
            day=asking.by(ClockKind.SILENCE, desk),
        ),
    ]


def wait(asking: Asking) -> list[str]:
    """Tell what waiting for someone else means."""
    del asking
    return [gettext("The case shows that it waits for someone else. The clocks run on.")]


def resume(asking: Asking) -> list[str]:
    """Tell what going on means."""
    del asking
    return [gettext("The case shows that work goes on. Clocks that stopped run again.")]


def propose(asking: Asking) -> list[str]:
    """Tell what offering a result means."""
    day = asking.by(ClockKind.SILENCE, asking.case.desk_office_id)
    return [
        gettext("The worker reads it, and says whether it is right."),
        gettext("Without an answer by %(day)s the case is closed as not confirmed.", day=day),
    ]


def confirm(asking: Asking) -> list[str]:
    """Tell what confirming for the worker means."""
    del asking
    return [gettext("The case is closed. It counts as confirmed by the worker.")]


def dispute(asking: Asking) -> list[str]:
    """Tell what disputing for the worker means."""
    return [gettext("The case is open again."), *escalate(asking)]


def close(asking: Asking) -> list[str]:
    """Tell what closing means."""
    del asking
    return [
        gettext("The case is closed without the worker's word. It can be opened again for 90 days.")
    ]


def escalate(asking: Asking) -> list[str]:
    """Tell where the next step of the ladder leads, and who is passed over."""
    facts = asking.facts
    if facts.level >= TOP_LEVEL:
        return [gettext("It is on the highest level. The network is told.")]
    silent = facts.lead.office_id if facts.lead else None
    ladder = directory.ladder(asking.session)
    step = escalation.climb(facts, silent, ladder, asking.offices)
    level = i18n.number(step.level)
    if step.office_id is None:
        return [
            gettext(
                "It climbs to level %(level)s. No higher office may have it: "
                "the coordinator has it.",
                level=level,
            )
        ]
    return [
        gettext(
            "It climbs to level %(level)s and goes to %(office)s.",
            level=level,
            office=asking.office(step.office_id),
        ),
        gettext(
            "That office has to say by %(day)s whether it takes the case.",
            day=asking.by(ClockKind.ACKNOWLEDGE, step.office_id),
        ),
    ]


def take_over(asking: Asking) -> list[str]:
    """Tell what taking over means."""
    return [
        gettext("The case is yours, at %(desk)s.", desk=asking.office(asking.own_office)),
        gettext("An office that has it now stops working on it, and can still read it."),
    ]


def reassign(asking: Asking) -> list[str]:
    """Tell what giving the case on means."""
    del asking
    return [gettext("The case is theirs from now on. The clocks run on.")]


def extend(asking: Asking) -> list[str]:
    """Tell what moving the clocks means."""
    del asking
    return [
        gettext("The clocks end later. The reason stays in the notes, the change in the history.")
    ]


def withdraw(asking: Asking) -> list[str]:
    """Tell what withdrawing means."""
    del asking
    return [
        gettext("The case ends. No office works on it any more."),
        gettext("The worker can open it again for 90 days."),
    ]


def reopen(asking: Asking) -> list[str]:
    """Tell what opening again means."""
    desk = asking.office(asking.case.desk_office_id)
    return [
        gettext(
            "The case is open again, at %(desk)s. The result of before is taken away.", desk=desk
        )
    ]


def consent(asking: Asking) -> list[str]:
    """Tell what a consent means."""
    del asking
    return [
        gettext("Help never depends on the answer. Write down exactly what the worker said."),
        gettext(
            "An office that loses its agreement loses the case at once. "
            "What it has read cannot be called back."
        ),
    ]


def own_office(asking: Asking) -> list[str]:
    """Tell who reads a note."""
    return [gettext("Only %(office)s reads it.", office=asking.office(asking.own_office))]


def nothing(asking: Asking) -> list[str]:
    """Tell nothing: the form says it all."""
    del asking
    return []
