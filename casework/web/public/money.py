"""Rows of money: what is owed, and what was paid. Rows are added and taken away by buttons."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from werkzeug.datastructures import MultiDict
from wtforms import FieldList, FormField

from casework import i18n
from casework.domain import money as sums
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.web.fields import (
    AmountField,
    DayField,
    Form,
    SelectField,
    TextField,
    ValidationError,
    choice,
    optional,
)
from casework.web.public.forms import PageForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from casework.models import CountrySetting
    from casework.web.public.forms import Typed
    from casework.web.public.telling import Telling

MOST_ROWS: Final = 24
_ADD: Final = "add"
_REMOVE: Final = "remove-"


class Row(PageForm):
    """One row; it counts when an amount stands in it."""

    from_on = DayField(_l("On which day"), description=_l("Like 1-8-2026"))
    amount = AmountField(_l("Amount"))
    currency = SelectField(_l("Currency"), optional())
    what = TextField(_l("To whom, and what for?"), longest=200)

    @property
    def filled(self) -> bool:
        """Whether anything but the currency was written."""
        return any(field.data for field in self if field.short_name != "currency")

    @property
    def code(self) -> str:
        """The code of the currency: that of the country of work when none was sent."""
        offered: Any = self.currency.choices
        return str(self.currency.data or offered[0].value)

    def validate_amount(self, field: AmountField) -> None:
        """Ask for the amount of a row in which something else stands."""
        if self.filled and field.data is None and not field.errors:
            raise ValidationError(
                gettext("Write the amount with digits only, like 9000. A guess is fine.")
            )


class OwedRow(Row):
    """A time for which money is owed."""

    from_on = DayField(_l("From which day"), description=_l("Like 1-8-2026"))
    to_on = DayField(_l("Until which day"), description=_l("Like 31-8-2026"))
    amount = AmountField(_l("Amount owed"))
    what = TextField(_l("What for, if it is not only pay"), longest=200)

    def validate_to_on(self, field: DayField) -> None:
        """Refuse an end before the beginning."""
        if field.data and self.from_on.data and field.data < self.from_on.data:
            raise ValidationError(gettext("This day is before the first one. Change one of them."))


class PaidRow(Row):
    """A payment that was made."""

    amount = AmountField(_l("Amount paid"))
    receipt = SelectField(
        _l("Do you have a receipt?"),
        optional(),
        choices=[
            choice("", _l("Choose")),
            choice("yes", _l("Yes (I have)")),
            choice("no", _l("No (I do not have)")),
        ],
    )


class RowsForm(PageForm):
    """Rows; what is wrong in one of several is said with its number."""

    def validate(self, extra_validators: Any = None) -> bool:
        """Check all rows, and name the row before each error."""
        right = super().validate(extra_validators)
        rows: Any = self["rows"]
        for number, entry in enumerate(rows, start=1):
            for field in entry.form if len(rows) > 1 else ():
                field.errors = [f"{row_name(self, number)} – {words}" for words in field.errors]
        return right


class OwedForm(RowsForm):
    """All times for which money is owed."""

    rows = FieldList(FormField(OwedRow), min_entries=1, max_entries=MOST_ROWS)


class PaidForm(RowsForm):
    """All payments."""

    rows = FieldList(FormField(PaidRow), min_entries=1, max_entries=MOST_ROWS)


def row_name(form: Form, number: int) -> str:
    """Return how the row of this number is called on the page."""
    if isinstance(form, OwedForm):
        return gettext("Time %(number)s", number=i18n.number(number))
    return gettext("Payment %(number)s", number=i18n.number(number))


def owed(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for money that is owed."""
    return _with_currencies(OwedForm(typed), telling)


def paid(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for money that was paid."""
    return _with_currencies(PaidForm(typed), telling)


def _with_currencies(form: OwedForm | PaidForm, telling: Telling) -> PageForm:
    choices = currencies(telling)
    for entry in form.rows:
        entry.form.currency.choices = choices
    return form


def currencies(telling: Telling) -> list[Any]:
    """Return the currencies to choose from, those of work and home first.

    While neither country is known none stands first: nothing is then taken for granted.
    """
    at = {row.code: row for row in telling.countries}
    near = [at[code] for code in (telling.destination, telling.origin) if code in at]
    codes = dict.fromkeys((*(code for row in near for code in _of(row)), *sums.CURRENCIES))
    named = [choice(code, i18n.currency_name(code)) for code in codes]
    return named if near else [choice("", gettext("Choose")), *named]


def _of(row: CountrySetting) -> tuple[str, ...]:
    return (row.currency, *row.also_used)


def filled_rows(form: Any) -> list[Row]:
    """Return the rows that say an amount."""
    return [entry.form for entry in form.rows if entry.form.amount.data is not None]


def totals(rows: Iterable[Row]) -> Mapping[str, Decimal]:
    """Return the sum of each currency."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[row.code] += row.amount.data or Decimal()
    return found


def change_rows(typed: MultiDict[str, str], wish: str) -> MultiDict[str, str] | None:
    """Return what was typed with a row more or less; None when no such thing was asked."""
    places = sorted({int(part) for part in map(_place, typed) if part.isdecimal()})
    if wish == _ADD:
        if len(places) >= MOST_ROWS:
            return typed
        return MultiDict(
            [*typed.items(multi=True), (f"rows-{max(places, default=-1) + 1}-amount", "")]
        )
    if wish.startswith(_REMOVE):
        gone = wish.removeprefix(_REMOVE)
        return MultiDict([(k, v) for k, v in typed.items(multi=True) if _place(k) != gone])
    return None


def _place(name: str) -> str:
    parts = name.split("-")
    return parts[1] if len(parts) == len(("rows", "0", "amount")) and parts[0] == "rows" else ""
