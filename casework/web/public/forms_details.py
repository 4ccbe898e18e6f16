"""The form that asks what a category asks, made from the taxonomy."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from casework import i18n
from casework.domain.taxonomy import Category, Question, QuestionKind
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.web.fields import (
    AmountField,
    ChecksField,
    DayField,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    WholeNumberField,
    choice,
    optional,
)
from casework.web.public import money
from casework.web.public.forms import PageForm, words

if TYPE_CHECKING:
    from wtforms import Field

    from casework.web.public.forms import Typed
    from casework.web.public.telling import Telling

_LONGEST_ANSWER = 4000
_UNSURE = choice("unsure", _l("I don't know"))
_YES_NO = (choice("yes", _l("Yes")), choice("no", _l("No")), _UNSURE)
# Many languages have no yes for all purposes: they repeat the verb.
_HAVE = (choice("yes", _l("Yes (I have)")), choice("no", _l("No (I do not have)")), _UNSURE)


@dataclass(frozen=True)
class Asked:
    """A question with its field, and the field of its currency where it asks for money."""

    question: Question
    field: Field
    currency: Field | None = None

    @property
    def code(self) -> str:
        """The code of the currency: that of the country of work when none was sent."""
        field: Any = self.currency
        return str(field.data or field.choices[0].value)

    @property
    def value(self) -> str:
        """The answer as it is stored; empty when there is none.

        Days are ISO dates, choices are codes, a sum is "9000 THB".
        """
        data = self.field.data
        if data is None or data == "" or self.field.errors:
            return ""
        if isinstance(data, date):
            return data.isoformat()
        if isinstance(data, Decimal):
            return f"{data} {self.code}".strip()
        return str(data)

    @property
    def words(self) -> str:
        """The answer as it is read back to the person."""
        data = self.field.data
        if not self.value:
            return ""
        if isinstance(data, date):
            return i18n.long_date(data)
        if isinstance(data, Decimal):
            return i18n.money(data, self.code)
        if isinstance(self.field, RadioField | SelectField):
            offered: Any = self.field.choices
            return next(str(each.label) for each in offered if each.value == data)
        return str(data)


class DetailsForm(PageForm):
    """Which kinds of trouble, and the category's questions, none of which has to be answered."""

    questions: tuple[Question, ...] = ()
    kinds = ChecksField(
        _l("What is it about?"), description=_l("You can choose more than one, or none.")
    )

    @property
    def asked(self) -> list[Asked]:
        """The questions with their fields, in order."""
        return [
            Asked(question, self[_name(question)], self._fields.get(f"{_name(question)}_currency"))
            for question in self.questions
        ]


def _name(question: Question) -> str:
    return f"q_{question.code}"


def details(telling: Telling, typed: Typed, category: Category) -> PageForm:
    """Return the form of one category."""
    form = _of_category(category, i18n.current())(typed)
    form.kinds.choices = words(category.subcategories)
    if not category.subcategories:
        del form.kinds
    for asked in form.asked:
        currency: Any = asked.currency
        if currency is not None:
            currency.choices = money.currencies(telling)
    return form


@lru_cache(maxsize=256)
def _of_category(category: Category, _language: str) -> type[DetailsForm]:
    """Return the class of forms of one category, its words in the current language."""
    fields: dict[str, Any] = {"questions": category.questions}
    for question in category.questions:
        fields[_name(question)] = _field(question)
        if question.kind is QuestionKind.MONEY:
            fields[f"{_name(question)}_currency"] = SelectField(_l("Currency"), optional())
    return type("CategoryDetailsForm", (DetailsForm,), fields)


def _field(question: Question) -> Any:
    """Return the field of a question."""
    label = gettext(question.label)
    hint = gettext(question.hint) if question.hint else ""
    if question.kind is QuestionKind.DATE:
        hint = f"{hint} {gettext('Enter a date like 28 11 2026. A guess is fine.')}".strip()
    return _MAKES[question.kind](question, label, hint)


def _line(_question: Question, label: str, hint: str) -> Any:
    return TextField(label, description=hint)


def _text(_question: Question, label: str, hint: str) -> Any:
    return TextAreaField(label, description=hint, longest=_LONGEST_ANSWER)


def _day(_question: Question, label: str, hint: str) -> Any:
    return DayField(label, description=hint)


def _yes_no(question: Question, label: str, hint: str) -> Any:
    choices = _HAVE if question.kind is QuestionKind.HAVE else _YES_NO
    return RadioField(label, optional(), description=hint, choices=list(choices))


def _number(_question: Question, label: str, hint: str) -> Any:
    return WholeNumberField(label, description=hint)


def _amount(_question: Question, label: str, hint: str) -> Any:
    return AmountField(label, description=hint)


def _choice(question: Question, label: str, hint: str) -> Any:
    choices = [choice("", gettext("Choose")), *words(question.options)]
    return SelectField(label, optional(), description=hint, choices=choices)


_MAKES: Final[dict[QuestionKind, Callable[[Question, str, str], Any]]] = {
    QuestionKind.TEXT: _line,
    QuestionKind.LONG_TEXT: _text,
    QuestionKind.DATE: _day,
    QuestionKind.YES_NO: _yes_no,
    QuestionKind.HAVE: _yes_no,
    QuestionKind.NUMBER: _number,
    QuestionKind.MONEY: _amount,
    QuestionKind.CHOICE: _choice,
}
