"""The short forms of what can be done to a case: one page each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.web.fields import (
    AmountField,
    DayField,
    Form,
    HiddenField,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    ValidationError,
    WholeNumberField,
    choice,
    chosen,
    optional,
    required,
)

if TYPE_CHECKING:
    from casework.web.staff.words import Words

LONGEST_MESSAGE: Final = 5000
_MOST_WORKERS: Final = 100_000


class DeedForm(Form):
    """What every form on a case carries: the version it was made from, and when."""

    version = HiddenField()
    since = HiddenField()


class ReasonForm(DeedForm):
    """A reason that is kept as a note of the desk."""

    reason = TextAreaField(
        _l("Why?"),
        required(_l("Write in a few words why.")),
        description=_l("It is kept as a note that only your office reads."),
        longest=LONGEST_MESSAGE,
    )


class RemarkForm(DeedForm):
    """A remark that may be left empty."""

    reason = TextAreaField(
        _l("What should be remembered?"),
        description=_l("It is kept as a note that only your office reads."),
        longest=LONGEST_MESSAGE,
    )


class AcceptForm(DeedForm):
    """The number under which the office keeps the case."""

    office_number = TextField(_l("Your office's own number, if it has one"), longest=60)


class NumberForm(DeedForm):
    """The number, when it comes later."""

    office_number = TextField(
        _l("Your office's own number"), required(_l("Write the number.")), longest=60
    )


class DeclineForm(DeedForm):
    """Why an office says no."""

    code = RadioField(_l("Why does your office say no?"), chosen(_l("Choose a reason.")))
    reason = TextAreaField(
        _l("What should the desk know?"),
        required(_l("Write in a few words why, so that the desk can help on.")),
        longest=LONGEST_MESSAGE,
    )


class MessageForm(DeedForm):
    """Words to the worker."""

    body = TextAreaField(
        _l("What do you write to the worker?"),
        required(_l("Write what the worker should know.")),
        longest=LONGEST_MESSAGE,
    )


class OutcomeForm(DeedForm):
    """What came of the case."""

    code = RadioField(_l("What is the result?"), chosen(_l("Choose the result.")))
    remedy_status = RadioField(
        _l("What has the worker received?"), chosen(_l("Choose what the worker has received."))
    )
    words = TextAreaField(
        _l("What do you tell the worker?"),
        required(_l("Write what the worker should know.")),
        longest=LONGEST_MESSAGE,
    )


class CloseForm(OutcomeForm):
    """What came of the case, and why it ends without the worker's word."""

    close_reason = RadioField(_l("Why does it end?"), chosen(_l("Choose a reason.")))


class WithdrawForm(DeedForm):
    """Whether somebody pressed the worker."""

    under_pressure = RadioField(
        _l("Did somebody press the worker to withdraw?"),
        chosen(_l("Choose one answer.")),
        choices=[
            choice("yes", _l("Yes")),
            choice("no", _l("No")),
            choice("unsure", _l("Not known")),
        ],
    )
    reason = TextAreaField(
        _l("What should be remembered?"),
        description=_l("It is kept as a note that only your office reads."),
        longest=LONGEST_MESSAGE,
    )


class ReassignForm(DeedForm):
    """Who keeps the case from now on."""

    caseworker = SelectField(_l("Who keeps the case?"), chosen(_l("Choose a person.")))


class ExtendForm(ReasonForm):
    """Until when, and why."""

    until = DayField(
        _l("Until which day?"),
        required(_l("Write the day, the month and the year, like 28-11-2026.")),
        description=_l("All clocks that end before the close of this day end then."),
    )


class NoteForm(DeedForm):
    """A note, a call or a visit."""

    kind = SelectField(_l("Kind of entry"), optional())
    body = TextAreaField(
        _l("What happened?"), required(_l("Write what happened.")), longest=LONGEST_MESSAGE
    )


class TaskForm(DeedForm):
    """Something to do."""

    what = TextField(_l("What is to be done?"), required(_l("Write what is to be done.")))
    due_on = DayField(_l("By which day?"), description=_l("You can leave it empty."))


class ClaimForm(DeedForm):
    """An amount that is claimed."""

    kind = SelectField(_l("What kind of money?"), chosen(_l("Choose the kind.")))
    amount = AmountField(
        _l("Amount for all workers together"),
        required(_l("Write the amount with digits only, like 9000. A guess is fine.")),
    )
    currency = SelectField(_l("Currency"), chosen(_l("Choose the currency.")))
    workers = WholeNumberField(_l("For how many workers?"), least=1, most=_MOST_WORKERS)
    what = TextField(_l("What for, in the worker's words"))
    from_on = DayField(_l("From which day"))
    to_on = DayField(_l("Until which day"))
    receipt = SelectField(
        _l("Is there a receipt?"),
        optional(),
        choices=[choice("", _l("Not known")), choice("yes", _l("Yes")), choice("no", _l("No"))],
    )

    def validate_to_on(self, field: DayField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(gettext("This day is before the first one. Change one of them."))


class RemedyForm(DeedForm):
    """Something offered, ordered or received."""

    kind = SelectField(_l("What came of it?"), chosen(_l("Choose what came of it.")))
    state = RadioField(_l("How far is it?"), chosen(_l("Choose how far it is.")))
    amount = AmountField(_l("Amount, if it is money"))
    currency = SelectField(_l("Currency"), optional())
    workers = WholeNumberField(_l("For how many workers?"), least=1, most=_MOST_WORKERS)
    on = DayField(
        _l("On which day?"),
        required(_l("Write the day, the month and the year, like 28-11-2026.")),
    )
    claim = SelectField(_l("Which claim does it answer?"), optional())
    proof = TextField(_l("What proves it?"))
    money: frozenset[str] = frozenset()

    def validate_amount(self, field: AmountField) -> None:
        """Ask for the amount where the remedy is money, and only there."""
        wanted = self.kind.data in self.money
        if wanted and field.data is None and not field.errors:
            raise ValidationError(gettext("Write the amount with digits only, like 9000."))
        if field.data is not None and not wanted:
            raise ValidationError(
                gettext("What you chose above is not money. Take the amount away.")
            )


class EmbassyForm(DeedForm):
    """One attempt to get help from an embassy."""

    result = RadioField(_l("What came of it?"), chosen(_l("Choose what came of it.")))
    post = SelectField(_l("Which embassy or consulate?"), optional())
    on = DayField(_l("On which day?"), description=_l("A guess is fine."))
    how = SelectField(_l("How was it asked?"), optional())
    asked = TextAreaField(_l("What was asked for?"), longest=2000)
    answered = TextAreaField(_l("What was answered?"), longest=2000)


class ReferForm(DeedForm):
    """To which office, with which words."""

    office = RadioField(_l("To whom"), chosen(_l("Choose an office.")))
    note = TextAreaField(
        _l("Note to the office"),
        description=_l(
            "The office reads it with the case. Write no name that the worker withholds."
        ),
        longest=LONGEST_MESSAGE,
    )


def choices_of(words: Words, *, empty: str | None = None) -> list[tuple[str, str]]:
    """Return codes and words as choices, with an empty one first where `empty` names it."""
    found = [(code, gettext(label)) for code, label in words.items()]
    return [("", empty), *found] if empty is not None else found
