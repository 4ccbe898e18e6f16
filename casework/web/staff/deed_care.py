"""What is kept and what is deleted, as deeds on a case: holds, and the worker's own wish."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework import i18n
from casework.domain.retention import Ground
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services import holds, wishes
from casework.web.fields import RadioField, TextAreaField, ValidationError, chosen
from casework.web.staff import words
from casework.web.staff.deed_forms import LONGEST_MESSAGE, DeedForm

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case
    from casework.web.staff.asking import Asking

RELEASE = "release"


class HoldForm(DeedForm):
    """Why nothing may delete the case, or that the reason is over."""

    ground = RadioField(
        _l("Why may it not be deleted?"),
        chosen(_l("Choose one answer.")),
        description=_l("The worker is told these words when they want everything deleted."),
    )
    reason = TextAreaField(
        _l("What is behind it?"),
        description=_l("It stays sealed, for whoever decides when the case may be deleted."),
        longest=LONGEST_MESSAGE,
    )

    def validate_reason(self, field: TextAreaField) -> None:
        """Ask what is behind it, unless the hold ends."""
        if self.ground.data and self.ground.data != RELEASE and not (field.data or "").strip():
            raise ValidationError(gettext("Write in a few words why."))


def hold(asking: Asking) -> HoldForm:
    """Return the form; a hold that runs can be released."""
    form = HoldForm()
    form.ground.choices = words.choices(words.HOLD_GROUND)
    if holds.running(asking.session, asking.case) is not None:
        form.ground.choices = [(RELEASE, gettext("The reason is over: it may be deleted again"))]
        del form.reason
    return form


def hold_ahead(asking: Asking) -> list[str]:
    """Tell what a hold means, and why one runs."""
    running = holds.running(asking.session, asking.case)
    if running is None:
        return [
            gettext("Nothing deletes the case, not even the worker's own wish, until you end this.")
        ]
    return [
        gettext("It is kept: %(ground)s", ground=words.say(words.HOLD_GROUND, running.ground)),
        running.reason or "",
        gettext("When you end this, a wish or a rule whose time has come deletes the case."),
    ]


def do_hold(s: Session, case: Case, actor: Actor, now: datetime, form: HoldForm) -> None:
    """Keep the case, or let it go."""
    if form.ground.data == RELEASE:
        holds.release(s, case, actor, now)
    else:
        reason = form.reason.data or ""
        holds.put(s, case, actor, now, ground=Ground(form.ground.data), reason=reason)


def erase_ahead(asking: Asking) -> list[str]:
    """Tell what the worker's wish means."""
    day = i18n.weekday_date((asking.now + wishes.WAIT).date())
    lines = [
        gettext("The case ends. All offices lose sight of it at once."),
        gettext("What they have read cannot be called back. Tell the worker so."),
        gettext("Until %(day)s the worker can undo it. Then everything is deleted.", day=day),
    ]
    running = holds.running(asking.session, asking.case)
    if running is not None:
        ground = words.say(words.HOLD_GROUND, running.ground)
        lines.append(gettext("For now it has to be kept: %(ground)s", ground=ground))
    return lines


def do_erase(s: Session, case: Case, actor: Actor, now: datetime, form: DeedForm) -> None:
    """Write down that the worker wants everything deleted."""
    del form
    wishes.ask(s, case, actor, now)


def keep_ahead(asking: Asking) -> list[str]:
    """Tell what undoing the wish means."""
    if asking.case.delete_after is None:
        return [gettext("The worker has not asked for everything to be deleted.")]
    return [gettext("The case is not deleted. It stays withdrawn until it is opened again.")]


def do_keep(s: Session, case: Case, actor: Actor, now: datetime, form: DeedForm) -> None:
    """Undo the wish."""
    del form
    wishes.undo(s, case, actor, now)
