"""The forms that ask who the person is, and how to reach them without putting them in danger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.domain import search_text
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services import news
from casework.services.news import News
from casework.web import clock, news_wish
from casework.web.fields import (
    RadioField,
    SelectField,
    TextField,
    ValidationError,
    WholeNumberField,
    choice,
    chosen,
    optional,
)
from casework.web.news_wish import NewsWish
from casework.web.public.forms import PageForm

if TYPE_CHECKING:
    from casework.web.public.forms import Typed
    from casework.web.public.telling import Telling

_NEWS: Final = {News.SMS: N_("Yes, to my phone (SMS)"), News.EMAIL: N_("Yes, by e-mail")}
_SMALLEST_GROUP: Final = 2
_LARGEST_GROUP: Final = 100_000


class YouForm(PageForm):
    """For whom the complaint is, and a name or none."""

    filed_by = RadioField(
        _l("Who is this complaint for?"),
        chosen(_l("Choose who the complaint is for.")),
        choices=[
            choice("self", _l("For me")),
            choice("relative", _l("For someone in my family or a friend")),
            choice("group", _l("For me and others who work with me")),
        ],
    )
    headcount = WholeNumberField(
        _l("If it is for a group: how many people are you?"),
        least=_SMALLEST_GROUP,
        most=_LARGEST_GROUP,
    )
    women = WholeNumberField(
        _l("How many of them are women, if you know?"), least=0, most=_LARGEST_GROUP
    )
    naming = RadioField(
        _l("Do you want to tell us your name?"),
        chosen(_l("Choose whether you tell us your name.")),
        description=_l("You can stay anonymous. Help does not depend on your answer."),
        choices=[
            choice("anonymous", _l("I stay anonymous")),
            choice("named", _l("I tell my name")),
        ],
    )
    name = TextField(_l("Your name, if you tell it"), longest=200)
    worker_name = TextField(
        _l("If it is for someone else: their name, if you may tell it"), longest=200
    )

    def validate_headcount(self, field: WholeNumberField) -> None:
        """Ask for the number of people in a group."""
        if self.filed_by.data == "group" and field.data is None and not field.errors:
            raise ValidationError(gettext("Write how many people you are, with digits."))

    def validate_women(self, field: WholeNumberField) -> None:
        """Refuse more women than people."""
        if field.data is not None and field.data > (self.headcount.data or 0):
            raise ValidationError(gettext("There are more women here than people in the group."))

    def validate_name(self, field: TextField) -> None:
        """Ask for the name that was promised."""
        if self.naming.data == "named" and not field.data:
            raise ValidationError(gettext("Write your name, or choose “I stay anonymous”."))


def you(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for who complains."""
    del telling
    return YouForm(typed)


class ContactForm(PageForm, NewsWish):
    """How to reach the person without putting them in danger."""

    safe_now = RadioField(
        _l("Are you safe now?"),
        chosen(_l("Choose whether you are safe now.")),
        choices=[
            choice("yes", _l("I am safe")),
            choice("no", _l("I am not safe")),
            choice("unsure", _l("I don't know")),
        ],
    )
    way = RadioField(
        _l("How may we reach you?"),
        chosen(_l("Choose how we may reach you.")),
        choices=[
            choice("message", _l("Only write to me"), _l("Do not call me.")),
            choice("call", _l("You may call me")),
            choice("none", _l("Do not contact me"), _l("I look at my page with the code.")),
        ],
    )
    telephone = TextField(
        _l("Phone number"),
        description=_l("Only if you want it. Others may see the phone."),
        longest=40,
    )
    whose = SelectField(
        _l("Whose phone is this?"),
        optional(),
        choices=[
            choice("", _l("Choose")),
            choice("own", _l("My own")),
            choice("family", _l("Of my family")),
            choice("friend", _l("Of a friend")),
            choice("shared", _l("Several people use it")),
            choice("other", _l("Of someone else")),
        ],
    )
    time = TextField(
        _l("Safe time to call"), description=_l("For example: in the evening after 8."), longest=100
    )
    code_word = TextField(
        _l("Code word"),
        description=_l("If you choose a word, whoever calls you says it first."),
        longest=60,
    )
    news = RadioField(
        _l("May we send you a short message when there is news?"),
        optional(),
        description=_l("It says only that there is news, and comes by day. You can stop it."),
        default=News.NO.value,
    )
    news_email = TextField(_l("E-mail for news, if you want one"), longest=200)
    regions: tuple[str, ...] = ()
    no_contact = N_("You chose “Do not contact me”: choose “No” here, too.")

    def validate_telephone(self, field: TextField) -> None:
        """Ask for a number that can be dialled, where one is needed."""
        if not field.data and self.way.data == "call":
            raise ValidationError(gettext("Write the phone number that we may call."))
        if field.data and self.e164() is None:
            raise ValidationError(
                gettext(
                    "This is not a whole phone number. Write all digits of it, like 081 234 5678."
                )
            )

    def e164(self) -> str | None:
        """Return the number in international form, as dialled at work or else at home."""
        typed = self.telephone.data or ""
        found = (search_text.telephone(typed, region) for region in self.regions if region)
        return next((number for number in found if number), None)


def contact(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for safe contact."""
    form = ContactForm(typed)
    form.regions = (telling.destination, telling.origin)
    first = [choice(News.NO, gettext("No"))]
    news_wish.offer(form, news.ways(telling.session, clock.now()), first, _NEWS)
    return form
