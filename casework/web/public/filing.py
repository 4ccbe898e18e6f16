"""What was told on the pages, as the value that intake takes."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from casework.domain.complaint import Contact, IntakeData, MoneyRow, PartyNamed
from casework.services import news
from casework.services.news import News
from casework.web.public import consent, money
from casework.web.public.forms import said
from casework.web.public.forms_details import DetailsForm
from casework.web.public.forms_person import ContactForm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from casework.web.public.steps import Way
    from casework.web.public.telling import Telling

CHANNEL = "web"
# What a sum is claimed as: what was paid is wanted back; what is owed depends on the trouble.
_CLAIMED_AS = {"injury": "compensation", "social_security": "benefit_paid"}
_WAGES = "wages"
_REFUND = "refund"


def data(way: Way, language: str) -> IntakeData:
    """Return the whole complaint; every page of the way has to be done."""
    telling = way.telling
    value = telling.value
    named = not telling.anonymous
    group = value("you", "filed_by") == "group"
    form = telling.forms["contact"]
    return IntakeData(
        language=language,
        channel=CHANNEL,
        origin=telling.origin,
        destination=telling.destination,
        categories={code: telling.kinds(code) for code in telling.codes},
        filed_by=value("you", "filed_by"),
        headcount=(value("you", "headcount") or 1) if group else 1,
        women=value("you", "women") if group else None,
        place=value("where", "place") or "",
        sector=value("where", "sector") or "",
        began_on=_day(value("where", "since")),
        story=value("story", "story") or "",
        answers=dict(_answers(telling)),
        parties=list(_parties(telling)),
        about_official=telling.about_official,
        complained_offices=value("responsible", "posts") or (),
        money=[*_rows(telling, "owed"), *_rows(telling, "paid")],
        embassy=[_embassy(telling)],
        wants=value("wants", "wants") or (),
        documented=said(value("where", "papers")),
        safe_now=said(value("contact", "safe_now")),
        name=value("you", "name") or "" if named else "",
        worker_name=value("you", "worker_name") or "",
        telephone=value("contact", "telephone") or "",
        telephone_e164=form.e164() if isinstance(form, ContactForm) else None,
        contact=_contact(telling),
        decisions=consent.decisions(telling),
        campaign=telling.answers.campaign,
    )


def _day(value: Any) -> str:
    return value.isoformat() if value else ""


def _answers(telling: Telling) -> Iterator[tuple[tuple[str, str], str]]:
    for code in telling.codes:
        form = telling.forms.get(f"details:{code}")
        if isinstance(form, DetailsForm):
            for asked in form.asked:
                if asked.value:
                    yield (code, asked.question.code), asked.value


def _parties(telling: Telling) -> Iterator[PartyNamed]:
    for role in ("agency", "broker", "employer"):
        name = telling.value("responsible", role)
        if name:
            licence = telling.value("responsible", "agency_licence") if role == "agency" else ""
            yield PartyNamed(role, name, licence or "")


def _rows(telling: Telling, page: str) -> Iterator[MoneyRow]:
    form = telling.forms.get(page)
    kinds = (_CLAIMED_AS.get(code, _WAGES) for code in telling.codes)
    owed_as = next((kind for kind in kinds if kind != _WAGES), _WAGES)
    for row in money.filled_rows(form) if form else ():
        yield MoneyRow(
            kind=_REFUND if page == "paid" else owed_as,
            amount=row.amount.data or Decimal(),
            currency=row.code,
            what=row.what.data or "",
            from_on=_day(row.from_on.data),
            to_on=_day(row.to_on.data) if isinstance(row, money.OwedRow) else "",
            receipt=row.receipt.data or "" if isinstance(row, money.PaidRow) else "",
        )


def _embassy(telling: Telling) -> Contact:
    value = telling.value
    return Contact(
        result=value("embassy", "result"),
        office_id=value("embassy", "post") or None,
        on_date=_day(value("embassy", "on")),
        how=value("embassy", "how") or "",
        asked=value("embassy", "asked") or "",
        answered=value("embassy", "answered") or "",
    )


def _news(telling: Telling) -> News:
    return News(telling.value("contact", news.WAY) or News.NO)


def _contact(telling: Telling) -> dict[str, str]:
    """Return how to reach the person safely, without what was left open."""
    found = {name: telling.value("contact", name) for name in ("way", "whose", "time", "code_word")}
    if _news(telling) is not News.NO:
        found |= {name: telling.value("contact", name) for name in (news.WAY, news.ADDRESS)}
    found["talk_first"] = "yes" if consent.wants_to_talk(telling) else ""
    return {name: value for name, value in found.items() if value}
