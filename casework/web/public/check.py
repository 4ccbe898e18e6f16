"""All answers in the person's own words, with the page on which each can be changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from wtforms import RadioField, SelectField, SelectMultipleField

from casework import i18n
from casework.domain.marks import N_
from casework.i18n import gettext, ngettext
from casework.web.fields import AmountField, DayField
from casework.web.public import consent, money
from casework.web.public.forms_details import DetailsForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from wtforms import Field

    from casework.web.fields import Form
    from casework.web.public.steps import Step, Way


# Shorter than the question, where the question is long.
_SHORT: Final = {
    "story": N_("Your story"),
    "place": N_("place"),
    "name": N_("name"),
}
_TOTALS: Final = {"owed": N_("Money owed"), "paid": N_("Money paid")}


@dataclass(frozen=True)
class Row:
    """One answer: what it is, what was said, and the page to change it on."""

    label: str
    said: str
    step: str


@dataclass(frozen=True)
class Section:
    """A part of the way with its answers, and sums of money where there are any."""

    title: str
    rows: list[Row]
    totals: list[tuple[str, str]]


def sections(way: Way) -> list[Section]:
    """Return what was answered, part by part."""
    found = []
    for part in dict.fromkeys(step.part for step in way.steps):
        steps = [step for step in way.steps if step.part == part]
        rows = [row for step in steps for row in _rows(way, step)]
        found.append(Section(gettext(part), rows, _totals(way, steps)))
    return [section for section in found if section.rows]


def _rows(way: Way, step: Step) -> Iterator[Row]:
    form = way.form(step)
    if step.name == "category":
        category = way.telling.categories[0]
        yield Row(gettext("Problem"), gettext(category.label), step.name)
    elif step.name == "more":
        others = [gettext(category.label) for category in way.telling.categories[1:]]
        yield Row(gettext("Other problems"), i18n.listed(others) or gettext("None"), step.name)
    elif step.template == "money":
        yield from _money(step, form)
    elif isinstance(form, DetailsForm):
        yield from _details(way, step, form)
    elif step.name == "files":
        yield Row(gettext("Photos and papers"), _files(way.telling.answers.files), step.name)
    elif step.asks:
        yield _consent(way, step, form)
    else:
        yield from _fields(way, step, form)


def _details(way: Way, step: Step, form: DetailsForm) -> Iterator[Row]:
    if "kinds" in form and step.place is not None:
        category = gettext(way.telling.categories[step.place].label)
        yield Row(category, words(form.kinds) or gettext("Not answered"), step.name)
    for asked in form.asked:
        if asked.words:
            yield Row(str(asked.field.label.text), asked.words, step.name)


def _money(step: Step, form: Any) -> Iterator[Row]:
    rows = money.filled_rows(form)
    for number, row in enumerate(rows, start=1):
        sum_words = i18n.money(row.amount.data or 0, row.code)
        days = " – ".join(
            i18n.long_date(field.data)
            for field in row
            if isinstance(field, DayField) and field.data
        )
        said = i18n.listed(part for part in (sum_words, days, row.what.data) if part)
        yield Row(money.row_name(form, number), said, step.name)
    if not rows:
        yield Row(gettext(_TOTALS[step.name]), gettext("Not answered"), step.name)


def _files(number: int) -> str:
    if not number:
        return gettext("None")
    return ngettext("%(count)s file", "%(count)s files", number, count=i18n.number(number))


def _totals(way: Way, steps: list[Step]) -> list[tuple[str, str]]:
    return [
        (gettext(_TOTALS[step.name]), i18n.money(amount, currency))
        for step in steps
        if step.template == "money"
        for currency, amount in money.totals(money.filled_rows(way.form(step))).items()
    ]


def _consent(way: Way, step: Step, form: Form) -> Row:
    labels = {
        "identity": gettext("My name and telephone"),
        "higher": gettext("The offices above them"),
        "count": gettext("Counted in figures"),
    }
    label = labels.get(step.name) or consent.whom_words(way.telling, step.name)
    said = [words(form["answer"])]
    if "files" in form and consent.answer(way.telling, step.name) == consent.SEND:
        said.append(words(form["files"]) or gettext("They do not see the files I added"))
    return Row(label, "\n".join(said), step.name)


def _fields(way: Way, step: Step, form: Form) -> Iterator[Row]:
    hidden = {"name"} if step.name == "you" and way.telling.anonymous else set()
    for field in form:
        said = words(field)
        if said and field.name not in hidden:
            label = _SHORT.get(field.name)
            yield Row(gettext(label) if label else str(field.label.text), said, step.name)


def words(field: Field) -> str:
    """Return what was answered in a field, as it is read back."""
    if field.data is None or field.data in ("", []):
        return ""
    if isinstance(field, SelectMultipleField):
        labels = _labels(field)
        return i18n.listed(labels[value] for value in field.data if value in labels)
    if isinstance(field, RadioField | SelectField):
        return _labels(field).get(field.data, "")
    if isinstance(field, DayField):
        return i18n.long_date(field.data)
    if isinstance(field, AmountField):
        return i18n.money(field.data)
    return str(field.data)


def _labels(field: Any) -> dict[str, str]:
    return {each.value: str(each.label) for each in field.choices}
