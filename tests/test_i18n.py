from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from markupsafe import Markup

from casework import i18n
from casework.domain.languages import CODES

DAY = date(2026, 11, 25)
EVENING = datetime(2026, 11, 25, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "25 November 2026"),
        ("km", "ថ្ងៃទី 25 ខែវិច្ឆិកា ឆ្នាំ 2026"),
        ("my", "၂၀၂၆၊ နိုဝင်ဘာ ၂၅"),
        ("th", "25 พฤศจิกายน ค.ศ. 2026"),
    ],
)
def test_days_in_full(app: Flask, code: str, text: str) -> None:
    with app.app_context(), i18n.in_locale(code):
        assert i18n.long_date(DAY) == text


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Wed 25 Nov, 17:00"),
        ("km", "ពុធ 25 វិច្ឆិកា 17:00"),
        ("my", "နို ၂၅၊ ဗုဒ္ဓဟူး၊ ၁၇:၀၀"),
    ],
)
def test_the_time_of_a_clock_in_the_office_zone(app: Flask, code: str, text: str) -> None:
    with app.app_context(), i18n.in_locale(code):
        assert i18n.weekday_time(EVENING, "Asia/Bangkok") == text


def test_another_year_is_said(app: Flask) -> None:
    with app.app_context(), i18n.in_locale("en"):
        assert i18n.weekday_date(DAY, date(2027, 1, 2)) == "Wed, 25 Nov 2026"
        assert i18n.weekday_date(DAY, date(2026, 1, 2)) == "Wed 25 Nov"
        assert i18n.weekday_date(date(2026, 9, 2)) == "Wed 2 Sep"
    with app.app_context(), i18n.in_locale("my"):
        assert i18n.weekday_date(DAY, date(2027, 1, 2)) == "၂၀၂၆၊ နို ၂၅၊ ဗုဒ္ဓဟူး"


def test_an_instant_in_full(app: Flask) -> None:
    with app.app_context(), i18n.in_locale("en"):
        assert i18n.date_time(EVENING, UTC) == "25 November 2026, 10:00"


@pytest.mark.parametrize(
    ("code", "amount", "currency", "text"),
    [
        ("en", Decimal("18000.00"), "THB", "18,000 Thai baht"),
        ("en", Decimal("18000.5"), "THB", "18,000.50 Thai baht"),
        ("en", 1, "USD", "1 US dollar"),
        ("en", Decimal("9000.4"), "KHR", "9,000 Cambodian riels"),
        ("en", Decimal("10.5"), "EUR", "10.50 euros"),
        ("en", 18000, "", "18,000"),
        ("km", 18000, "THB", "18,000 បាតថៃ"),
        ("my", 18000, "THB", "18,000 ထိုင်း ဘတ်"),
        ("id", 18000, "THB", "18.000 Baht Thailand"),
    ],
)
def test_sums_keep_latin_digits(
    app: Flask, code: str, amount: Decimal | int, currency: str, text: str
) -> None:
    with app.app_context(), i18n.in_locale(code):
        assert i18n.money(amount, currency) == text


def test_numbers_in_prose_are_in_the_digits_of_the_language(app: Flask) -> None:
    with app.app_context(), i18n.in_locale("my"):
        assert i18n.number(1250) == "၁,၂၅၀"
    with app.app_context(), i18n.in_locale("km"):
        assert i18n.number(1250) == "1,250"


def test_names_of_countries_and_languages(app: Flask) -> None:
    with app.app_context(), i18n.in_locale("my"):
        assert i18n.country("TH") == "ထိုင်း"
        assert i18n.country("??") == "??"
    with app.app_context(), i18n.in_locale("en"):
        assert i18n.language("km") == "Khmer"
        assert i18n.language("??") == "??"


def test_a_language_without_a_catalogue_stops_the_start(tmp_path: Path) -> None:
    for code in CODES - {"en", "my"}:
        (tmp_path / code / "LC_MESSAGES").mkdir(parents=True)
    with pytest.raises(i18n.CatalogueMissing, match="my"):
        i18n.init_app(Flask("trial"), tmp_path, lambda: "en")


def test_another_readers_language_is_left_again(app: Flask) -> None:
    with app.test_request_context("/km/"):
        assert i18n.current() == "km"
        with i18n.in_locale("my"):
            assert i18n.current() == "my"
        assert i18n.current() == "km"
    assert i18n.current() == "en"


def test_a_text_of_the_data_is_never_markup(app: Flask) -> None:
    with app.test_request_context("/en/"):
        page = (
            "{{ _(title) }}|{{ _('To %(name)s', name=title) }}|{{ ngettext('%(num)s x', 'y', 1) }}"
        )
        shown = render_template_string(page + "|{{ _('') }}", title="<b data-hit>50%")
    assert shown == "&lt;b data-hit&gt;50%|To &lt;b data-hit&gt;50%|1 x|"


def test_what_is_safe_in_one_place_is_not_in_another(app: Flask) -> None:
    safe, typed = Markup("<b>never seen before</b>"), "<b>never seen before</b>"
    with app.test_request_context("/en/"):
        assert i18n.gettext(safe) == typed
        assert i18n.ngettext(safe, safe, 1) == typed
        page = app.jinja_env.from_string("{{ _(typed) }} {{ ngettext(typed, typed, 1) }}")
        assert "<b>" not in page.render(typed=typed)
