"""The words of what can be done to a case: name, button, and what is said when done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from casework.domain.marks import N_


class Said(NamedTuple):
    """The name of a deed, the label of its button, and the line shown when it is done."""

    title: str
    button: str
    done: str


DEEDS: Final[Mapping[str, Said]] = {
    "answer": Said(N_("Answer the worker"), N_("Send the answer"), N_("Your answer was sent.")),
    "ask": Said(N_("Ask the worker"), N_("Send the question"), N_("Your question was sent.")),
    "consent": Said(N_("What the worker agrees to"), N_("Save"), N_("It was written down.")),
    "confirm": Said(
        N_("The worker says: the result is right"),
        N_("Close the case as confirmed"),
        N_("The case is closed."),
    ),
    "dispute": Said(
        N_("The worker says: the result is not right"),
        N_("Open it again, one step up"),
        N_("The case is open again."),
    ),
    "withdraw": Said(
        N_("The worker withdraws"), N_("Withdraw the case"), N_("The case was withdrawn.")
    ),
    "accept": Said(N_("Take the case"), N_("Take the case"), N_("Your office has taken the case.")),
    "decline": Said(N_("Say no"), N_("Send it back"), N_("The case is back at the desk.")),
    "refer": Said(N_("Refer to an office"), N_("Send the case"), N_("The case was sent.")),
    "recall": Said(
        N_("Take the case back"), N_("Take it back"), N_("The case is back at the desk.")
    ),
    "number": Said(N_("Your office's own number"), N_("Save"), N_("The number was saved.")),
    "take-on": Said(N_("Work on it yourself"), N_("Start work"), N_("You work on this case.")),
    "check": Said(N_("Check what it is about"), N_("Save"), N_("The case was checked.")),
    "wait": Said(N_("Wait for someone else"), N_("Wait"), N_("The case waits for someone else.")),
    "resume": Said(N_("Go on with the case"), N_("Go on"), N_("The case goes on.")),
    "result": Said(N_("Offer a result"), N_("Send it to the worker"), N_("The result was sent.")),
    "escalate": Said(
        N_("Push it a step up"), N_("Push it a step up"), N_("The case climbed one step.")
    ),
    "take-over": Said(N_("Take the case over"), N_("Take it over"), N_("The case is yours.")),
    "reassign": Said(
        N_("Give the case to someone else"), N_("Give it on"), N_("The case was given on.")
    ),
    "extend": Said(N_("Give more time"), N_("Move the clocks"), N_("The clocks were moved.")),
    "close": Said(N_("Close the case"), N_("Close the case"), N_("The case is closed.")),
    "reopen": Said(N_("Open the case again"), N_("Open it again"), N_("The case is open again.")),
    "lift-conflict": Said(
        N_("Lift a conflict of interest"), N_("Lift it"), N_("The conflict is lifted.")
    ),
    "hold": Said(N_("Keep it from being deleted"), N_("Save"), N_("It was written down.")),
    "erase": Said(
        N_("The worker wants everything deleted"),
        N_("Write the wish down"),
        N_("The wish was written down."),
    ),
    "keep": Said(
        N_("The worker wants it kept after all"), N_("Keep the case"), N_("The case is kept.")
    ),
    "note": Said(N_("Note, call or visit"), N_("Add"), N_("It was written down.")),
    "task": Said(N_("Task"), N_("Add"), N_("It was written down.")),
    "claim": Said(N_("Claim"), N_("Add"), N_("It was written down.")),
    "remedy": Said(N_("Payment or other remedy"), N_("Add"), N_("It was written down.")),
    "embassy": Said(N_("Contact with the embassy"), N_("Add"), N_("It was written down.")),
}
