"""The one page on which a whole case is logged from the keyboard."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

from wtforms import FieldList, FormField

from casework import i18n
from casework.domain import money as sums
from casework.domain.facts import POST_ROLES
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services import directory, names, news, search
from casework.services.news import News
from casework.web import clock, news_wish
from casework.web.fields import (
    AmountField,
    ChecksField,
    DayField,
    Form,
    HiddenField,
    SelectField,
    TextAreaField,
    TextField,
    ValidationError,
    WholeNumberField,
    chosen,
    optional,
)
from casework.web.news_wish import NewsWish
from casework.web.staff import words
from casework.web.staff.about import AboutForm
from casework.web.staff.labels import Labels

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy.orm import Session

    from casework.domain.facts import OfficeFacts

LANGUAGES: Final = ("km", "my", "lo", "th", "vi", "id", "fil", "ms", "en")
ROWS: Final = 3
_MOST_ROWS: Final = 24
_MOST_WORKERS: Final = 100_000
_KEY_BYTES: Final = 16
_CHANNELS: Final = ("office", "telephone", "visit", "message")
NOT_ASKED: Final = ""
_NEWS: Final = {News.SMS: N_("Yes, by SMS"), News.EMAIL: N_("Yes, by e-mail")}
SAID: Final = {
    "plain": _l("Yes, without names"),
    "named": _l("Yes, with names"),
    "no": _l("No"),
}


class MoneyForm(Form):
    """A row of money: how much for each worker, and for how many."""

    class Meta(Form.Meta):
        """The page holds the token, not each of its rows."""

        csrf = False

    kind = SelectField(_l("Kind"), optional())
    what = TextField(_l("For what"))
    each = AmountField(_l("Each"))
    workers = WholeNumberField(_l("Workers"), least=1, most=_MOST_WORKERS)
    currency = SelectField(_l("Currency"), optional())

    def validate_each(self, field: AmountField) -> None:
        """Ask for the amount of a row in which something else stands."""
        told = self.what.data or self.workers.data
        if told and field.data is None and not field.errors:
            raise ValidationError(gettext("Write the amount with digits only, like 9000."))


class IntakeForm(NewsWish, AboutForm):
    """All that a first talk can bring; only what is marked is needed."""

    key = HiddenField()
    filed_by = SelectField(_l("Who speaks to you"), chosen(_l("Choose who speaks to you.")))
    name = TextField(_l("Name, or leave empty"), longest=200)
    worker_name = TextField(_l("Worker's name, if it is someone else"), longest=200)
    telephone = TextField(_l("Phone number"), longest=40)
    passport = TextField(_l("Passport number"), longest=40)
    way = SelectField(_l("Safe contact"), optional())
    time = TextField(_l("Safe time to call"), longest=100)
    code_word = TextField(_l("Code word"), longest=60)
    news = SelectField(_l("Message to the worker when there is news?"), optional())
    news_email = TextField(_l("E-mail for the message"), longest=200)
    language = SelectField(_l("Language"), chosen(_l("Choose the language.")))
    channel = SelectField(_l("How it came in"), optional())
    headcount = WholeNumberField(_l("Workers in the case"), least=1, most=_MOST_WORKERS)
    women = WholeNumberField(_l("Of these women"), most=_MOST_WORKERS)
    origin = SelectField(_l("From"), chosen(_l("Choose the country the worker comes from.")))
    destination = SelectField(_l("Working in"), chosen(_l("Choose the country of work.")))
    place = TextField(_l("Place"), longest=200)
    sector = SelectField(_l("Work"), optional())
    began = DayField(_l("Began"))
    safe_now = SelectField(_l("Safe now?"), chosen(_l("Choose whether the worker is safe now.")))
    papers = SelectField(_l("Papers to live and work there?"), optional())
    categories = ChecksField(_l("What"))
    kinds = ChecksField(_l("More exactly"))
    story = TextAreaField(_l("In their words"))
    story_english = TextAreaField(_l("In English"))
    agency = TextField(_l("Agency"), longest=200)
    licence = TextField(_l("Licence no."), longest=60)
    broker = TextField(_l("Broker"), longest=200)
    employer = TextField(_l("Employer"), longest=200)
    official = SelectField(
        _l("About an official or an office?"),
        chosen(_l("Choose whether it is about an official or an office.")),
    )
    posts = ChecksField(_l("Embassy or consulate complained about"))
    embassy = SelectField(_l("Embassy asked?"), optional())
    money = FieldList(FormField(MoneyForm), min_entries=ROWS, max_entries=_MOST_ROWS)
    wants = ChecksField(_l("What the worker wants"))
    how = SelectField(_l("How given"), optional())
    at_work = ""
    no_contact = N_("The worker wants no contact: choose “No” here, too.")

    def validate_women(self, field: WholeNumberField) -> None:
        """Refuse more women than workers."""
        if field.data is not None and field.data > (self.headcount.data or 1):
            raise ValidationError(gettext("There are more women here than workers."))

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
        regions = [self.destination.data, self.origin.data]
        return search.in_regions(self.telephone.data or "", [each for each in regions if each])


def make(session: Session) -> IntakeForm:
    """Return the form with its choices; a new one with a key that makes one case of it."""
    form = IntakeForm(headcount=1, channel="office", how="spoken")
    form.key.data = form.key.data or secrets.token_urlsafe(_KEY_BYTES)
    _choices_of_codes(form)
    _choices_of_news(session, form)
    _choices_of_taxonomy(session, form)
    _choices_of_countries(session, form)
    _add_rows(session, form)
    return form


def _choices_of_codes(form: IntakeForm) -> None:
    choose = ("", gettext("Choose"))
    form.filed_by.choices = [choose, *words.choices(words.FILED_BY)]
    form.language.choices = [choose, *((code, i18n.language(code)) for code in LANGUAGES)]
    form.channel.choices = [(code, words.say(words.CHANNEL, code)) for code in _CHANNELS]
    form.safe_now.choices = [choose, *words.choices(words.SAID)]
    form.papers.choices = [("", gettext("Not asked")), *words.choices(words.SAID)]
    form.official.choices = [choose, *words.choices(words.SAID)]
    form.way.choices = [("", gettext("Not asked")), *words.choices(words.WAY)]
    form.how.choices = words.choices(words.CONSENT_HOW)


def _choices_of_news(session: Session, form: IntakeForm) -> None:
    first = [("", gettext("Not asked")), (News.NO.value, gettext("No"))]
    news_wish.offer(form, news.ways(session, clock.now()), first, _NEWS)


def _choices_of_taxonomy(session: Session, form: IntakeForm) -> None:
    taxonomy = directory.taxonomy(session)
    labels = Labels(taxonomy)
    form.sector.choices = [
        ("", gettext("Not known")),
        *((each.code, labels.sector(each.code)) for each in taxonomy.sectors),
    ]
    form.offer(taxonomy)
    form.wants.choices = [(each.code, gettext(each.short)) for each in taxonomy.remedies]
    form.embassy.choices = [
        ("", gettext("Not known")),
        *((each.code, labels.embassy_result(each.code)) for each in taxonomy.embassy_results),
    ]


def _choices_of_countries(session: Session, form: IntakeForm) -> None:
    rows = directory.countries(session).values()
    form.origin.choices = _countries(row.code for row in rows if row.origin)
    form.destination.choices = _countries(row.code for row in rows if row.destination)
    posts = posts_of(session, form)
    known = names.of(session, [office.id for office in posts])
    form.posts.choices = [(office.id, known.office(office.id)) for office in posts]


def posts_of(session: Session, form: IntakeForm) -> list[OfficeFacts]:
    """Return the posts of the country of origin in the country of work, while both are known."""
    corridor = (form.origin.data, form.destination.data)
    return [
        office
        for office in directory.offices(session).values()
        if office.role in POST_ROLES and (office.country, office.host) == corridor
    ]


def _countries(codes: Iterable[str]) -> list[tuple[str, str]]:
    named = sorted(((code, i18n.country(code)) for code in codes), key=lambda each: each[1])
    return [("", gettext("Choose")), *named]


def _add_rows(session: Session, form: IntakeForm) -> None:
    """Keep one empty row of money below those that are filled in."""
    if form.money.entries[-1].form.each.data is not None and len(form.money) < _MOST_ROWS:
        form.money.append_entry()
    taxonomy = directory.taxonomy(session)
    labels = Labels(taxonomy)
    kinds = [(each.code, labels.remedy(each.code)) for each in taxonomy.remedies if each.money]
    at_work = directory.countries(session).get(form.destination.data or "")
    form.at_work = at_work.currency if at_work else ""
    currencies = [("", gettext("As at work")), *((code, code) for code in sums.CURRENCIES)]
    for entry in form.money:
        entry.form.kind.choices = kinds
        entry.form.currency.choices = currencies
