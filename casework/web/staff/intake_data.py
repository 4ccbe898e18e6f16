"""From the page of a new case to the value that intake takes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from casework.domain.complaint import Contact, IntakeData, MoneyRow, PartyNamed
from casework.domain.consent import Decision
from casework.domain.facts import RecipientKind, Said
from casework.services import news
from casework.services.consents import decisions_for
from casework.services.news import News

if TYPE_CHECKING:
    from casework.web.staff.intake_form import IntakeForm

CONSENT: Final = "consent-"
_YES: Final = {"plain": False, "named": True}
_NO: Final = "no"
_ROLES: Final = ("agency", "broker", "employer")


def of(form: IntakeForm, answers: Mapping[str, str]) -> IntakeData:
    """Return the complaint as it stands; what is wrong or missing is left out.

    `answers` holds what the worker said about each office, by its id.
    """
    return IntakeData(
        language=form.language.data or "en",
        channel=form.channel.data or "office",
        origin=form.origin.data or "",
        destination=form.destination.data or "",
        categories=form.chosen(),
        filed_by=form.filed_by.data or "self",
        headcount=form.headcount.data or 1,
        women=form.women.data,
        place=form.place.data or "",
        sector=form.sector.data or "",
        began_on=form.began.data.isoformat() if form.began.data else "",
        story=form.story.data or "",
        story_english=form.story_english.data or "",
        parties=list(_parties(form)),
        about_official=Said.YES if form.posts.data else said(form.official.data),
        complained_offices=form.posts.data or (),
        money=list(_money(form)),
        embassy=[Contact(form.embassy.data)] if form.embassy.data else [],
        wants=form.wants.data or (),
        documented=said(form.papers.data),
        safe_now=said(form.safe_now.data),
        name=form.name.data or "",
        worker_name=form.worker_name.data or "",
        telephone=form.telephone.data or "",
        telephone_e164=next(iter(form.numbers), None),
        passport=form.passport.data or "",
        contact=_contact(form),
        decisions=list(decisions(answers)),
        consent_how=form.how.data or "spoken",
    )


def _parties(form: IntakeForm) -> Iterable[PartyNamed]:
    for role in _ROLES:
        name = form[role].data
        if name:
            licence = form.licence.data if role == "agency" else ""
            yield PartyNamed(role, name, licence or "")


def _money(form: IntakeForm) -> Iterable[MoneyRow]:
    for entry in form.money:
        row = entry.form
        if row.each.data is not None:
            workers = row.workers.data or 1
            yield MoneyRow(
                kind=row.kind.data,
                amount=row.each.data * workers,
                currency=row.currency.data or form.at_work,
                what=row.what.data or "",
                workers=workers,
            )


def totals(form: IntakeForm) -> dict[str, Decimal]:
    """Return the sum of each currency."""
    found: dict[str, Decimal] = {}
    for row in _money(form):
        found[row.currency] = found.get(row.currency, Decimal(0)) + row.amount
    return found


def _contact(form: IntakeForm) -> dict[str, str]:
    found = {name: form[name].data or "" for name in ("way", "time", "code_word")}
    if "news" in form and form.news.data in {News.SMS, News.EMAIL}:
        asked = (name for name in (news.WAY, news.ADDRESS) if name in form)
        found |= {name: form[name].data or "" for name in asked}
    return {name: value for name, value in found.items() if value}


def decisions(answers: Mapping[str, str]) -> Iterable[Decision]:
    """Return the decisions that the answers about offices, by their ids, stand for."""
    for office_id, said in answers.items():
        if said in _YES:
            yield from decisions_for(
                RecipientKind.OFFICE, office_id, send=True, identity=_YES[said]
            )
        elif said == _NO:
            yield from decisions_for(RecipientKind.OFFICE, office_id, send=False, identity=False)


def answers(posted: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """Return what was said about each office, of what was posted; unknown offices are left out."""
    offices = set(known)
    return {
        name.removeprefix(CONSENT): said
        for name, said in posted.items()
        if name.startswith(CONSENT) and name.removeprefix(CONSENT) in offices
    }


def said(value: str | None) -> Said:
    """Return an answer; what a form still shows as wrong counts as none."""
    return Said(value) if value in set(Said) else Said.UNSURE
