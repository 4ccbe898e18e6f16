"""The forms of the pages on which a complaint is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from casework import i18n
from casework.domain.facts import Said
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.web.fields import (
    ChecksField,
    DayField,
    Form,
    RadioField,
    SelectField,
    TextAreaField,
    TextField,
    ValidationError,
    choice,
    chosen,
    optional,
    required,
)
from casework.web.public import offices

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

    from casework.domain.taxonomy import Choice
    from casework.models import CountrySetting
    from casework.web.public.telling import Telling

    Typed = MultiDict[str, str] | None

# Where readers of a language come from most: chosen beforehand, to be changed by a tap.
_HOME_OF: Final = {"km": "KH", "my": "MM"}


class PageForm(Form):
    """The form of one page. It is also read again from the draft, so the page holds the token."""

    class Meta(Form.Meta):
        """Leave the token to the page and to the guard of all posts."""

        csrf = False


def words(choices: tuple[Choice, ...]) -> list[Any]:
    """Return choices of the taxonomy in the page's language."""
    return [choice(each.code, gettext(each.label)) for each in choices]


class CategoryForm(PageForm):
    """What it is about: one tap."""

    category = RadioField(_l("What happened?"), chosen(_l("Choose what happened.")))


def category(telling: Telling, typed: Typed) -> PageForm:
    """Return the form of the first page."""
    form = CategoryForm(typed)
    form.category.choices = words(telling.taxonomy.categories)
    return form


class StoryForm(PageForm):
    """The story in the person's own words."""

    story = TextAreaField(
        _l("Tell us what happened, in your own words"),
        description=_l("Write in your own language. Tell us only as much as you want."),
    )


class NeededStoryForm(PageForm):
    """The story, where nothing else says what it is about."""

    story = TextAreaField(
        _l("Tell us what happened, in your own words"),
        required(_l("Write in a few words what happened. Someone then helps you further.")),
        description=_l("Write in your own language. Tell us only as much as you want."),
    )


def story(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for the story; it is needed when the person is not sure what it is about."""
    unsure = all(category.triage for category in telling.categories)
    return NeededStoryForm(typed) if unsure else StoryForm(typed)


class MoreForm(PageForm):
    """Whether there is another problem: the page's buttons answer."""


def more(telling: Telling, typed: Typed) -> PageForm:
    """Return the form of the page on which a second problem can be added."""
    del telling
    return MoreForm(typed)


def files(telling: Telling, typed: Typed) -> PageForm:
    """Return the form of the page of files: it asks nothing, and what is sent is not kept here."""
    del telling
    return PageForm(typed)


class WhereForm(PageForm):
    """Where and when."""

    origin = SelectField(
        _l("Which country do you come from?"), chosen(_l("Choose the country you come from."))
    )
    destination = SelectField(
        _l("In which country is the work, or was it?"), chosen(_l("Choose the country of work."))
    )
    place = TextField(
        _l("Place of work, if you know it"),
        description=_l("The town or the province is enough."),
        longest=200,
    )
    sector = SelectField(_l("What kind of work is it?"), optional())
    since = DayField(
        _l("When did the problem begin?"),
        description=_l("Enter a date like 28 11 2026. A guess is fine."),
    )
    papers = RadioField(
        _l("Do you have papers to live and work there?"),
        optional(),
        description=_l(
            "You do not have to answer. It helps us to advise you. We never tell it to an office."
        ),
        choices=[
            choice("yes", _l("I have papers")),
            choice("no", _l("I do not have papers")),
            choice("unsure", _l("I don't know")),
        ],
    )


def where(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for countries, place and time."""
    form = WhereForm(typed, origin=_HOME_OF.get(i18n.current(), ""))
    form.origin.choices = _countries([each for each in telling.countries if each.origin])
    form.destination.choices = _countries([each for each in telling.countries if each.destination])
    form.sector.choices = [choice("", gettext("Choose")), *words(telling.taxonomy.sectors)]
    return form


def _countries(rows: list[CountrySetting]) -> list[Any]:
    named = (choice(row.code, i18n.country(row.code)) for row in rows)
    return [choice("", gettext("Choose")), *named]


class ResponsibleForm(PageForm):
    """Who did it: each may stay empty."""

    agency = TextField(
        _l("Recruitment agency"), description=_l("The name, if you know it."), longest=200
    )
    agency_licence = TextField(
        _l("Licence number of the agency"),
        description=_l("It is often on the receipt or on the office wall."),
        longest=60,
    )
    broker = TextField(
        _l("Broker"), description=_l("The name, or what people call them."), longest=200
    )
    employer = TextField(
        _l("Employer"),
        description=_l("The factory, the boat, the family or the boss."),
        longest=200,
    )
    official = RadioField(
        _l("Is it also about an official or a government office?"),
        chosen(_l("Choose one answer. If you do not know, choose “I am not sure”.")),
        choices=[
            choice("no", _l("No, it is not about an official or an office")),
            choice("yes", _l("Yes, it is about an official or an office")),
            choice("unsure", _l("I am not sure")),
        ],
    )
    posts = ChecksField(
        _l("If yes: is it one of these?"),
        description=_l("An office that you complain about cannot see your complaint."),
    )

    def validate_posts(self, field: ChecksField) -> None:
        """Refuse a “no” beside the name of an office."""
        if field.data and "official" in self and self.official.data == Said.NO:
            raise ValidationError(
                gettext("You chose an office here. Take the mark away, or answer “yes” above.")
            )


def responsible(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for those responsible; a complaint about an embassy needs no “is it”."""
    form = ResponsibleForm(typed)
    form.posts.choices = offices.as_choices(telling.posts)
    if "embassy" in telling.codes:
        del form.official
        form.posts.label.text = gettext("Which embassy or consulate is it?")
    if not telling.posts:
        del form.posts
    return form


class EmbassyForm(PageForm):
    """Whether the embassy was asked, and what came of it."""

    result = RadioField(
        _l("Did you ask your embassy or consulate for help?"),
        chosen(_l("Choose one answer, also when you did not ask them.")),
    )
    post = SelectField(_l("Which one did you ask?"), optional())
    on = DayField(
        _l("When was that?"), description=_l("Enter a date like 28 11 2026. A guess is fine.")
    )
    how = SelectField(
        _l("How did you ask?"),
        optional(),
        choices=[
            choice("", _l("Choose")),
            choice("visit", _l("I went there")),
            choice("telephone", _l("I called them")),
            choice("letter", _l("I wrote to them")),
            choice("online", _l("On Facebook or another page")),
            choice("other", _l("In another way")),
        ],
    )
    asked = TextAreaField(_l("What did you ask them for?"), longest=2000)
    answered = TextAreaField(_l("What did they answer?"), longest=2000)


def embassy(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for contact with the embassy."""
    form = EmbassyForm(typed)
    form.result.choices = [
        choice("not_contacted", gettext("I did not ask them")),
        *(
            each
            for each in words(telling.taxonomy.embassy_results)
            if each.value != "not_contacted"
        ),
    ]
    posts = offices.as_choices(telling.posts)
    form.post.choices = [choice("", gettext("Choose")), *posts]
    if not posts:
        del form.post
    return form


class WantsForm(PageForm):
    """What the person wants."""

    wants = ChecksField(
        _l("What do you want?"), description=_l("You can choose more than one, or none.")
    )


def wants(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for what the person wants."""
    form = WantsForm(typed)
    form.wants.choices = [
        choice(each.code, gettext(each.short)) for each in telling.taxonomy.remedies
    ]
    return form


def said(value: Any) -> Said:
    """Return an answer that may have been left open."""
    return Said(value) if value else Said.UNSURE
