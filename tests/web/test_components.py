from __future__ import annotations

from decimal import Decimal

import pytest
from flask import Flask, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms import BooleanField, FieldList, FormField
from wtforms import Form as PlainForm

from casework.web.fields import (
    AmountField,
    ChecksField,
    DayField,
    Form,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    WholeNumberField,
    choice,
    chosen,
    form_errors,
    optional,
    required,
)

TEMPLATE = """
{% import "components/fields.html" as fields with context %}
{{ fields.error_summary(form) }}
{{ fields.text(form.name) }}{{ fields.textarea(form.story) }}{{ fields.date(form.day) }}
{{ fields.amount(form.sum) }}{{ fields.number(form.people) }}{{ fields.select(form.where) }}
{{ fields.radios(form.safe, legend="h1") }}{{ fields.checks(form.wants, legend="sr") }}
{{ fields.boxes(form.kinds) }}{{ fields.check(form.agree) }}
"""


class RowForm(PlainForm):
    what = TextField("What", required("Say what."))


class TrialForm(Form):
    name = TextField("Name", required("Write a name."), description="As in the passport")
    story = TextAreaField("Story", longest=10)
    day = DayField("Day", optional())
    sum = AmountField("Sum", optional())
    people = WholeNumberField("People", optional(), least=1, most=500)
    where = SelectField(
        "Where", choices=[choice("th", "Thailand", group="Asia"), choice("my", "Malaysia")]
    )
    safe = RadioField(
        "Are you safe?", chosen("Choose one."), choices=[choice("yes", "Safe", "For now")]
    )
    wants = ChecksField("Wants", choices=[choice("money", "Money"), choice("home", "Go home")])
    kinds = ChecksField("Kinds", choices=[choice("a", "A")])
    agree = BooleanField("I agree")
    rows = FieldList(FormField(RowForm), min_entries=1)


GOOD = {
    "name": "Malee\u200b S.",
    "story": "short",
    "day": "၂၈-၁၁-၂၀၂၆",
    "sum": "៩,០០០",
    "people": "၅၀",
    "where": "th",
    "safe": "yes",
    "wants": "money",
    "rows-0-what": "wages",
}


def filled(app: Flask, **changes: str) -> TrialForm:
    with app.test_request_context("/en/"):
        form = TrialForm(MultiDict({**GOOD, **changes}), meta={"csrf": False})
        form.validate()
        return form


def rendered(app: Flask, **changes: str) -> str:
    with app.test_request_context("/en/"):
        form = TrialForm(MultiDict({**GOOD, **changes}), meta={"csrf": False})
        form.validate()
        return render_template_string(TEMPLATE, form=form)


def test_digits_of_any_script_become_values(app: Flask) -> None:
    form = filled(app)
    assert form.errors == {}
    assert form.name.data == "Malee S."
    assert form.day.data is not None
    assert form.day.data.isoformat() == "2026-11-28"
    assert form.sum.data == Decimal(9000)
    assert form.people.data == 50


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("day", "yesterday"),
        ("day", "31-2-2026"),
        ("sum", "nine thousand"),
        ("people", "0"),
        ("people", "501"),
        ("people", "9" * 5000),
        ("people", "-5x"),
        ("story", "longer than ten"),
        ("safe", "perhaps"),
        ("where", "xx"),
        ("wants", "xx"),
    ],
)
def test_what_is_wrong_is_said_and_kept(app: Flask, field: str, typed: str) -> None:
    form = filled(app, **{field: typed})
    assert set(form.errors) == {field}
    page = rendered(app, **{field: typed})
    assert 'class="errors"' in page
    if field in {"day", "sum", "people", "story"}:
        assert typed in page


def test_an_error_stands_at_the_field_and_in_the_summary(app: Flask) -> None:
    page = rendered(app, name=" ", safe="")
    assert '<a href="#name">Write a name.</a>' in page
    assert '<a href="#safe-0">Choose one.</a>' in page
    assert "There are 2 things to correct" in page
    assert 'aria-describedby="name-hint name-error"' in page
    assert page.index("As in the passport") < page.index("Write a name.", page.index("name-hint"))
    assert 'aria-invalid="true"' in page


def test_errors_of_rows_are_found_too(app: Flask) -> None:
    assert form_errors(filled(app, **{"rows-0-what": ""})) == [("rows-0-what", "Say what.")]


def test_a_page_without_errors_has_no_summary(app: Flask) -> None:
    page = rendered(app)
    assert "errors" not in page
    assert '<optgroup label="Asia">' in page
    assert "<small>For now</small>" in page
    assert page.count(" checked") == 2


def test_stored_values_are_shown_as_they_are_typed(app: Flask) -> None:
    with app.test_request_context("/en/"):
        form = TrialForm(None, sum=Decimal("9000.50"), people=7, meta={"csrf": False})
        assert form.sum._value() == "9,000.50"
        assert form.people._value() == "7"
        assert form.day._value() == ""


PARTS = """
{% import "components/parts.html" as parts with context %}
{{ parts.back("/x") }}{{ parts.progress(2, 9) }}{{ parts.telephone("1300") }}
{% call parts.note(bad=True) %}<p>Danger</p>{% endcall %}
<dl class="facts">{{ parts.row("Problem", "Wages", "/change") }}</dl>
{{ parts.ticks(["Name"]) }}{{ parts.ticks(["Papers"], seen=False) }}
{{ parts.steps([{"title": "Got", "state": "done"},
                {"title": "Now", "text": "x", "state": "now"}]) }}
{{ parts.code(["4071", "9263"], "c") }}{{ parts.reference("KH-26-000001-0", "/r") }}
{{ parts.corridor("KH", "TH") }}{{ parts.corridor("KH", "TH", long=True) }}
{{ parts.clock("late", "3 days late") }}{{ parts.clock("running", "5 days left") }}
{{ parts.level(0) }}{{ parts.level(2) }}{{ parts.tag("urgent", hot=True) }}
{{ parts.tabs([("All", "/a", 3), ("Late", "/b", None)], "/a", "Views") }}
{{ parts.pager(older="/2") }}{% call parts.scroll("Cases") %}<table></table>{% endcall %}
"""


def test_the_parts_of_a_page(app: Flask) -> None:
    with app.test_request_context("/en/"):
        page = render_template_string(PARTS)
    for expected in (
        "Step 2 of 9",
        'href="tel:1300"',
        '<span class="sr"> – Problem</span>',
        '<li aria-current="step"><strong>Now</strong><br>x</li>',
        "<span>4071</span> <span>9263</span></p>",
        'class="clock late"',
        'class="clock">5 days left',
        'class="level l2">Level 2',
        'class="tag hot">urgent',
        'href="/a" aria-current="page"',
        'rel="next"',
        'aria-label="Cases"',
    ):
        assert expected in page
    assert page.count('class="level') == 1
