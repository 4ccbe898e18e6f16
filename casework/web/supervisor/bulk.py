"""Doing one thing to several cases, each in a transaction of its own.

One that cannot be done holds up none of the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from casework.db import db, transaction
from casework.domain import permissions
from casework.domain.escalation import TOP_LEVEL
from casework.domain.marks import N_
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Case
from casework.services import casefile, workload
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.facts import case_facts
from casework.services.triage import NotDeskStaff
from casework.web import clock
from casework.web.fields import DayField, ValidationError
from casework.web.staff import deed_calls, deed_forms, words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

_PICKED: Final = re.compile(r"(?P<reference>[A-Z0-9-]{1,24})\.(?P<version>[0-9]{1,9})")


class LaterForm(deed_forms.ExtendForm):
    """A day that is still ahead, and why."""

    def validate_until(self, field: DayField) -> None:
        """Refuse a day that has passed: no clock could end on it."""
        if field.data and field.data < clock.now().date():
            raise ValidationError(gettext("This day has passed. Write a later one."))


@dataclass(frozen=True)
class Deed:
    """What can be done to several cases at once: its words, its form, and how it is done."""

    slug: str
    action: Action
    title: str
    button: str
    done: str
    form: type[deed_forms.DeedForm]
    do: Callable[..., None]


DEEDS: Final = {
    deed.slug: deed
    for deed in (
        Deed(
            "take-over",
            Action.TAKE_OVER,
            N_("Take over"),
            N_("Take these cases over"),
            N_("Taken over"),
            deed_forms.RemarkForm,
            deed_calls.take_over,
        ),
        Deed(
            "reassign",
            Action.REASSIGN,
            N_("Reassign"),
            N_("Give these cases to the person"),
            N_("Reassigned"),
            deed_forms.ReassignForm,
            deed_calls.reassign,
        ),
        Deed(
            "extend",
            Action.EXTEND,
            N_("Extend, with a reason"),
            N_("Extend these cases"),
            N_("Extended"),
            LaterForm,
            deed_calls.extend,
        ),
        Deed(
            "push",
            Action.ESCALATE,
            N_("Push a step up"),
            N_("Push these cases a step up"),
            N_("Pushed a step up"),
            deed_forms.ReasonForm,
            deed_calls.escalate,
        ),
    )
}
# What a supervisor should know before a deed is done to several cases.
AHEAD: Final = {
    "take-over": _l(
        "They come to your own desk, and you keep them. Offices that have them now "
        "no longer handle them, and can still read them."
    ),
    "reassign": _l("The person keeps them from now on, at the desk where the person works."),
    "extend": _l(
        "All clocks that end before the close of this day end then. Your reason stays "
        "with each case as a note that only your office reads."
    ),
    "push": _l(
        "Each goes to the next office of the ladder that may have it. Where there is "
        "none, it comes to the coordination desk."
    ),
}


@dataclass(frozen=True)
class Picked:
    """A case that was marked in a list, at the version that the list showed."""

    reference: str
    version: int | None

    @property
    def value(self) -> str:
        """How a form carries it."""
        return f"{self.reference}.{self.version}"


@dataclass(frozen=True)
class Done:
    """What became of a case: `why` is empty where it was done."""

    reference: str
    why: str = ""


def picked(values: Iterable[str]) -> list[Picked]:
    """Return the marked cases of a form, each once; anything else is left aside."""
    found = [each for value in values if (each := _PICKED.fullmatch(value))]
    first: dict[str, Picked] = {}
    for each in found:
        first.setdefault(each["reference"], Picked(each["reference"], int(each["version"])))
    return list(first.values())


def form_for(deed: Deed, actor: Actor) -> deed_forms.DeedForm:
    """Return the form of a deed, with the people to choose from."""
    form = deed.form()
    if isinstance(form, deed_forms.ReassignForm):
        form.caseworker.choices = keepers(actor)
    return form


def keepers(actor: Actor, *, but: int | None = None) -> list[tuple[str, str]]:
    """Return whom cases can be given to, as the choices of a form."""
    people = workload.keepers(db.session(), actor)
    named = [(str(each.id), f"{each.name}, {each.desk}") for each in people if each.id != but]
    return [("", gettext("Choose a person.")), *named]


def do(deed: Deed, actor: Actor, cases: Iterable[Picked], form: Any) -> list[Done]:
    """Do a deed to each case by itself; return what became of each, in words."""
    now = clock.now()
    return [Done(each.reference, _one(deed, actor, now, each, form)) for each in cases]


def _one(deed: Deed, actor: Actor, now: datetime, each: Picked, form: Any) -> str:
    try:
        with transaction() as session:
            case = _seen(session, actor, each.reference)
            if case is None:
                return gettext("This case is not with you any more.")
            casefile.check(session, case, actor, deed.action, now, version=each.version)
            if deed.action is Action.ESCALATE and case.level >= TOP_LEVEL:
                return gettext("It stands at the highest level already.")
            deed.do(session, case, actor, now, form)
    except StaleCase:
        return gettext("It has changed since you opened the list. Look at it again first.")
    except NotDeskStaff:
        return gettext("The person cannot keep this case: conflict of interest, or no such desk.")
    except NotAllowed as refused:
        return gettext(
            "Not possible while the case stands at “%(stage)s”.",
            stage=words.say(words.STATUS, refused.status),
        )
    return ""


def _seen(session: Session, actor: Actor, reference: str) -> Case | None:
    """Return the case, locked, where the actor may know of it."""
    case_id = session.scalar(select(Case.id).where(Case.reference == reference))
    case = casefile.lock(session, case_id) if case_id is not None else None
    known = case is not None and permissions.may_see(actor, case_facts(session, case))
    return case if known else None
