"""What an office fills in that has a packet: the code, and its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.domain.marks import N_
from casework.domain.workflow import Action
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services.packet_links import Reply
from casework.services.referrals import DECLINE_CODES
from casework.web.fields import (
    Form,
    RadioField,
    TextAreaField,
    TextField,
    ValidationError,
    chosen,
    required,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_WORDS: Final = 5000
SAYS: Final = {
    Action.ACCEPT: N_("We take the case"),
    Action.ANSWER: N_("We write about the case"),
    Action.DECLINE: N_("We say no"),
}


class DoorForm(Form):
    """The code, as it stands on the paper."""

    code = TextField(
        _l("The letters and digits on the paper"),
        required(_l("Write the letters and digits that stand beside the square.")),
        description=_l("13 blocks of four. Capitals and spaces do not matter."),
    )


class AnswerForm(Form):
    """What the office says."""

    says = RadioField(_l("What does your office say?"), chosen(_l("Choose one answer.")))
    number = TextField(_l("Your office's own number, if it has one"), longest=60)
    code = RadioField(_l("If it says no: why?"), validate_choice=False)
    words = TextAreaField(
        _l("What should the worker and the organisation know?"),
        description=_l("If your office says no, only the organisation reads it."),
        longest=_LONGEST_WORDS,
    )

    def offer(self, answers: Iterable[Action]) -> None:
        """Let only that be chosen which the office can say now."""
        self.says.choices = [(each.value, gettext(SAYS[each])) for each in answers]
        self.code.choices = [(code, gettext(label)) for code, label in DECLINE_CODES.items()]

    def validate_code(self, field: RadioField) -> None:
        """Ask for a reason where the office says no."""
        if self.says.data == Action.DECLINE and field.data not in DECLINE_CODES:
            raise ValidationError(gettext("Choose a reason."))

    def validate_words(self, field: TextAreaField) -> None:
        """Ask for words unless the office takes the case, which says enough."""
        if self.says.data and self.says.data != Action.ACCEPT and not field.data:
            raise ValidationError(gettext("Write what the worker should know."))

    def reply(self) -> Reply:
        """Return what was filled in."""
        return Reply(
            Action(self.says.data),
            number=self.number.data or "",
            code=self.code.data or "",
            words=self.words.data or "",
        )
