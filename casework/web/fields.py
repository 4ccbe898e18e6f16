"""Forms and the fields that people fill in: any script's digits, nothing invisible, kind errors.

A field keeps what was typed, also when it is wrong, so that a page can show it again. The hint
of a field is its `description`; the hint of one choice is `hint` in the choice's render_kw.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

from flask_babel import get_translations
from flask_wtf import FlaskForm
from wtforms import (
    Field,
    FieldList,
    FormField,
    HiddenField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
)
from wtforms import StringField as AnyStringField
from wtforms import TextAreaField as AnyTextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.form import BaseForm
from wtforms.validators import DataRequired, InputRequired, Length, Optional, ValidationError
from wtforms.widgets import TextInput

from casework import i18n
from casework.domain.dates_in import BadDate, parse_day
from casework.domain.digits import to_latin_in_number, without_separators
from casework.domain.marks import N_
from casework.domain.money import BadAmount, parse_amount
from casework.domain.search_text import clean
from casework.i18n import lazy as _l
from casework.web import clock

__all__ = [
    "AmountField",
    "ChecksField",
    "DayField",
    "Form",
    "HiddenField",
    "PasswordField",
    "RadioField",
    "SelectField",
    "TextAreaField",
    "TextField",
    "ValidationError",
    "WholeNumberField",
    "choice",
    "chosen",
    "form_errors",
    "optional",
    "required",
    "shorter_than",
]
LONGEST_LINE: Final = 300
LONGEST_TEXT: Final = 20_000
# What the form library itself may say; the extractor finds it here.
BUILT_IN: Final = (
    N_("Not a valid choice."),
    N_("Not a valid choice: could not coerce."),
    N_("Invalid Choice: could not coerce."),
    N_("This field is required."),
)


class _Catalogue:
    """The page's own catalogue, in the shape in which the form library asks for it."""

    def gettext(self, text: str) -> str:
        return i18n.gettext(text)

    def ngettext(self, singular: str, plural: str, number: int) -> str:
        translated: str = get_translations().ungettext(singular, plural, number)
        return translated


class Form(FlaskForm):
    """A form of ours: its messages are in the page's language, its token guards it."""

    class Meta(FlaskForm.Meta):
        """How the form library behaves for us."""

        def get_translations(self, form: object) -> _Catalogue:
            """Take messages from the page's catalogue."""
            del form
            return _Catalogue()


def required(words: str) -> list[Any]:
    """Return the validators of an answer that is needed; `words` say what to do."""
    return [DataRequired(message=words)]


def chosen(words: str) -> list[Any]:
    """Return the validators of a choice that is needed; `words` say what to do."""
    return [InputRequired(message=words)]


def optional() -> list[Any]:
    """Return the validators of an answer that may be left empty."""
    return [Optional()]


def shorter_than(most: int) -> Length:
    """Return the validator that refuses more than `most` characters."""
    return Length(max=most, message=_l("This is too long. Write %(max)d letters or fewer."))


def choice(value: str, label: str, hint: str = "", group: str | None = None) -> Any:
    """Return one choice of a radio, checks or select field: what the form library takes.

    A radio or a box shows the hint below its label; a select gathers choices under `group`.
    """
    return SelectChoice(value, label, {"hint": hint} if hint else {}, group)


def _cleaned(value: str | None) -> str:
    return clean(value or "").strip()


class TextField(AnyStringField):
    """One line, without what keyboards hide in it; at most 300 characters unless told."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] = (),
        *,
        longest: int = LONGEST_LINE,
        **settings: Any,
    ) -> None:
        """Clean what comes in before it is checked."""
        settings.setdefault("filters", [_cleaned])
        super().__init__(label, [*validators, shorter_than(longest)], **settings)


class TextAreaField(AnyTextAreaField):
    """Several lines, without what keyboards hide in them; at most 20,000 characters."""

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] = (),
        *,
        longest: int = LONGEST_TEXT,
        **settings: Any,
    ) -> None:
        """Clean what comes in before it is checked."""
        settings.setdefault("filters", [_cleaned])
        super().__init__(label, [*validators, shorter_than(longest)], **settings)


class _Parsed(Field):
    """A field whose text stands for a value; wrong text is kept and shown again."""

    widget = TextInput()
    words: str = ""

    def parse(self, typed: str) -> Any:
        """Return the value; raise ValueError."""
        raise NotImplementedError

    def written(self, value: Any) -> str:
        """Return a stored value as it stands in the field."""
        return str(value)

    def process_formdata(self, valuelist: list[Any]) -> None:
        """Read what was typed; an empty field has no value."""
        typed = str(valuelist[0]).strip() if valuelist else ""
        self.data = None
        if not typed:
            return
        try:
            self.data = self.parse(typed)
        except ValueError:
            raise ValidationError(str(self.words)) from None

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else self.written(self.data)


class DayField(_Parsed):
    """A day, as people write it: 28 11 2026, ၂၈-၁၁-၂၀၂၆. The value is a date."""

    data: date | None
    words = _l("Write the day, the month and the year, like 28-11-2026. A guess is fine.")

    def parse(self, typed: str) -> date:
        """Return the day."""
        try:
            return parse_day(typed, clock.now().date())
        except BadDate as error:
            raise ValueError from error

    def written(self, value: date) -> str:
        """Return the day the way our example writes it."""
        return f"{value.day}-{value.month}-{value.year}"


class AmountField(_Parsed):
    """A sum of money as people write it. The value is a Decimal."""

    data: Decimal | None
    words = _l("Write the amount with digits only, like 9000. A guess is fine.")

    def parse(self, typed: str) -> Decimal:
        """Return the sum."""
        try:
            return parse_amount(typed)
        except BadAmount as error:
            raise ValueError from error

    def written(self, value: Decimal) -> str:
        """Return the sum as its readers group it."""
        return i18n.money(value)


class WholeNumberField(_Parsed):
    """A count, in any script's digits, between two bounds. The value is an int."""

    data: int | None
    words = _l("Write a number with digits only.")

    def __init__(
        self,
        label: str | None = None,
        validators: Sequence[Any] = (),
        *,
        least: int = 0,
        most: int = 1_000_000,
        **settings: Any,
    ) -> None:
        """Take the bounds, both inclusive."""
        self.least, self.most = least, most
        super().__init__(label, list(validators), **settings)

    def parse(self, typed: str) -> int:
        """Return the number."""
        digits = without_separators(to_latin_in_number(typed))
        if not digits.isascii() or not digits.isdigit():
            raise ValueError
        value = int(digits[: len(str(self.most)) + 1])
        if not self.least <= value <= self.most:
            raise ValueError
        return value


class ChecksField(SelectMultipleField):
    """Any number of choices, each with its own box. The value is a list of codes."""


def form_errors(form: BaseForm) -> list[tuple[str, str]]:
    """Return what is wrong, in the order of the page: the id of each input, and the words."""
    found = [("main", str(words)) for words in getattr(form, "form_errors", ())]
    for field in form:
        found += _field_errors(field)
    return found


def _field_errors(field: Field) -> list[tuple[str, str]]:
    if isinstance(field, FormField):
        return form_errors(field.form)
    if isinstance(field, FieldList):
        return [error for entry in field.entries for error in _field_errors(entry)]
    # Of radio buttons and boxes the first one takes the focus.
    first = f"{field.id}-0" if isinstance(field, RadioField | ChecksField) else field.id
    return [(first, str(words)) for words in field.errors]
