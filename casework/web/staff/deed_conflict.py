"""Lifting a conflict that is held: the form, what will happen, and the way to the service."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain import conflict
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services import names, notebook, second_person
from casework.web.fields import ChecksField, TextAreaField, ValidationError, required
from casework.web.staff.deed_forms import LONGEST_MESSAGE, DeedForm

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case
    from casework.services.conflicts import Party
    from casework.web.staff.asking import Asking

_OFFICE, _PERSON = "office", "person"


class LiftForm(DeedForm):
    """Whose conflict is lifted, and why."""

    parties = ChecksField(_l("Who has no conflict of interest in this case any more?"))
    reason = TextAreaField(
        _l("Why?"),
        required(_l("Write in a few words why.")),
        description=_l("It is kept as a note that only your office reads."),
        longest=LONGEST_MESSAGE,
    )

    def validate_parties(self, field: ChecksField) -> None:
        """Ask for at least one."""
        if not field.data:
            raise ValidationError(gettext("Mark at least one office or person."))

    def chosen(self) -> list[Party]:
        """Return the ids of the offices and people that were marked."""
        pairs = [value.split(" ", 1) for value in self.parties.data or ()]
        return [(name, None) if kind == _OFFICE else (None, int(name)) for kind, name in pairs]


def make(asking: Asking) -> LiftForm:
    """Return the form with the conflicts that this person may lift."""
    form = LiftForm()
    held = conflict.liftable(asking.actor, asking.facts)
    known = names.of(asking.session, [], [each.staff_id for each in held])
    form.parties.choices = [
        (f"{_OFFICE} {each.office_id}", asking.office(each.office_id))
        if each.office_id
        else (f"{_PERSON} {each.staff_id}", known.person(each.staff_id))
        for each in held
    ]
    return form


def ahead(asking: Asking) -> list[str]:
    """Tell what lifting means."""
    del asking
    return [
        gettext(
            "A change of the case took away the reason of this conflict. It is held until "
            "somebody who did not make the change looks at it."
        ),
        gettext("An office that you mark may be sent the case again, if the worker agrees."),
    ]


def lift(s: Session, case: Case, actor: Actor, now: datetime, form: LiftForm) -> None:
    """Lift the conflicts that were marked, and keep the reason."""
    notebook.note(s, case, actor, now, kind="note", body=form.reason.data or "")
    second_person.lift(s, case, actor, now, parties=form.chosen())
