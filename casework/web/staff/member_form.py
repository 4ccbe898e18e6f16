"""The page on which another worker of a group is added: only what is theirs alone."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from wtforms import FieldList, FormField

from casework import i18n
from casework.domain import money as sums
from casework.domain.complaint import MoneyRow
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services import directory, search
from casework.services.groups import MemberData
from casework.web.fields import (
    Form,
    HiddenField,
    SelectField,
    TextAreaField,
    TextField,
    ValidationError,
    chosen,
    optional,
)
from casework.web.staff import intake_data, words
from casework.web.staff.intake_form import LANGUAGES, MoneyForm
from casework.web.staff.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from casework.models import Case

_ROWS: Final = 3
_KEY_BYTES: Final = 16
_CHANNELS: Final = ("office", "telephone", "visit", "message")


class MemberForm(Form):
    """Who the worker is, how to reach them, their words, their claims, their consent."""

    key = HiddenField()
    name = TextField(_l("Name, or leave empty"), longest=200)
    telephone = TextField(_l("Phone number"), longest=40)
    way = SelectField(_l("Safe contact"), optional())
    time = TextField(_l("Safe time to call"), longest=100)
    code_word = TextField(_l("Code word"), longest=60)
    language = SelectField(_l("Language"), chosen(_l("Choose the language.")))
    channel = SelectField(_l("How it came in"), optional())
    safe_now = SelectField(_l("Safe now?"), chosen(_l("Choose whether the worker is safe now.")))
    story = TextAreaField(
        _l("In their words"),
        description=_l("The words of the others stay with them. Write here what this worker says."),
    )
    story_english = TextAreaField(_l("In English"))
    money = FieldList(FormField(MoneyForm), min_entries=_ROWS, max_entries=_ROWS)
    how = SelectField(_l("How given"), optional())
    ends: tuple[str, ...] = ()
    at_work = ""

    def validate_telephone(self, field: TextField) -> None:
        """Refuse a number that cannot be dialled: nobody would notice until it is too late."""
        if field.data and not self.numbers:
            raise ValidationError(
                gettext(
                    "This is not a whole phone number. Write all digits of it, like 081 234 5678."
                )
            )

    @property
    def numbers(self) -> list[str]:
        """The number in international form, as dialled at work, at home, or anywhere of ours."""
        return search.in_regions(self.telephone.data or "", list(self.ends))


def make(session: Session, case: Case) -> MemberForm:
    """Return the form with its choices, in the language and for the countries of the case."""
    form = MemberForm(channel="office", how="spoken", language=case.language)
    form.key.data = form.key.data or secrets.token_urlsafe(_KEY_BYTES)
    form.ends = (case.destination, case.origin)
    choose = ("", gettext("Choose"))
    form.language.choices = [choose, *((code, i18n.language(code)) for code in LANGUAGES)]
    form.channel.choices = [(code, words.say(words.CHANNEL, code)) for code in _CHANNELS]
    form.safe_now.choices = [choose, *words.choices(words.SAID)]
    form.way.choices = [("", gettext("Not asked")), *words.choices(words.WAY)]
    form.how.choices = words.choices(words.CONSENT_HOW)
    _choices_of_money(session, form, case)
    return form


def _choices_of_money(session: Session, form: MemberForm, case: Case) -> None:
    taxonomy = directory.taxonomy(session)
    labels = Labels(taxonomy)
    kinds = [(each.code, labels.remedy(each.code)) for each in taxonomy.remedies if each.money]
    at_work = directory.countries(session).get(case.destination)
    form.at_work = at_work.currency if at_work else ""
    currencies = [("", gettext("As at work")), *((code, code) for code in sums.CURRENCIES)]
    for entry in form.money:
        entry.form.kind.choices = kinds
        entry.form.currency.choices = currencies


def member(form: MemberForm, answers: Mapping[str, str]) -> MemberData:
    """Return the member as the form stands; `answers` holds what was said about each office."""
    contact = {name: form[name].data or "" for name in ("way", "time", "code_word")}
    return MemberData(
        language=form.language.data or "en",
        safe_now=intake_data.said(form.safe_now.data),
        name=form.name.data or "",
        telephone=form.telephone.data or "",
        telephone_e164=next(iter(form.numbers), None),
        contact={name: value for name, value in contact.items() if value},
        story=form.story.data or "",
        story_english=form.story_english.data or "",
        money=[
            MoneyRow(
                kind=entry.form.kind.data,
                amount=entry.form.each.data,
                currency=entry.form.currency.data or form.at_work,
                what=entry.form.what.data or "",
            )
            for entry in form.money
            if entry.form.each.data is not None
        ],
        decisions=list(intake_data.decisions(answers)),
        consent_how=form.how.data or "spoken",
        channel=form.channel.data or "office",
    )
