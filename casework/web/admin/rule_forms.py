"""The form of a routing rule: when it fits, and whom it names, the first one first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from wtforms import FieldList

from casework import i18n
from casework.db import db
from casework.domain.facts import DESK_ROLES
from casework.domain.routing import RuleTrack
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.services import coverage, directory
from casework.services.settings.rules import RuleData
from casework.web.admin import choices, rule_words
from casework.web.fields import (
    ChecksField,
    Form,
    SelectField,
    TextField,
    choice,
    optional,
    required,
)
from casework.web.staff import words as staff_words

if TYPE_CHECKING:
    from casework.models import RoutingRule

# How many empty rows a form offers for further targets.
_MORE: Final = 2
_MOST_TARGETS: Final = 12


class RuleForm(Form):
    """When a rule fits, and where it sends a case. What is left open fits everything."""

    title = TextField(
        _l("What pages of cases say of it"),
        required(_l("Write one sentence that says what the rule does.")),
        description=_l("It stands on the page of each case that this rule decides."),
        longest=300,
    )
    origins = ChecksField(_l("From"))
    destinations = ChecksField(_l("Working in"))
    categories = ChecksField(_l("About"))
    severities = ChecksField(_l("Severity"))
    documented = SelectField(_l("Has the worker papers?"), optional())
    place = TextField(_l("Words in the name of the place"), longest=120)
    targets = FieldList(SelectField(_l("Goes to")), max_entries=_MOST_TARGETS)


def filled(rule: RoutingRule | None, track: RuleTrack) -> RuleForm:
    """Return the form of a rule, or of a new one of a track, with what there is to choose."""
    form = RuleForm(data=_data(rule)) if rule else RuleForm()
    session = db.session()
    origins, destinations = coverage.ends(session)
    form.origins.choices = choices.ends(origins)
    form.destinations.choices = choices.ends(destinations)
    categories = directory.taxonomy(session).categories
    form.categories.choices = [choice(each.code, gettext(each.label)) for each in categories]
    form.severities.choices = choices.of(staff_words.SEVERITY)
    form.documented.choices = choices.of(staff_words.SAID, empty=gettext("Does not matter"))
    _offer_targets(form, track)
    return form


def _data(rule: RoutingRule) -> dict[str, Any]:
    """Return a rule as the form's fields take it."""
    kept = ("origins", "destinations", "categories", "severities", "documented", "place")
    return {
        **{name: getattr(rule, name) for name in kept},
        "title": gettext(rule.title),
        "targets": [rule_words.written(row) for row in rule.targets],
    }


def _offer_targets(form: RuleForm, track: RuleTrack) -> None:
    """Give every row its choices, and add empty rows."""
    while len(form.targets) < _MOST_TARGETS and not form.is_submitted() and _lacks_rows(form):
        form.targets.append_entry("")
    desk = track is RuleTrack.DESK
    kinds = [
        choice(each.value, each.label, group=gettext("A kind of office"))
        for each in rule_words.kinds(desk=desk)
    ]
    roles = [role.value for role in DESK_ROLES] if desk else None
    kept = [entry.data for entry in form.targets]
    nobody, *named = choices.offices(empty=gettext("Nobody"), roles=roles, keep=kept)
    for number, entry in enumerate(form.targets, start=1):
        entry.label.text = gettext("Office %(number)s", number=i18n.number(number))
        entry.choices = [nobody, *kinds, *named]


def _lacks_rows(form: RuleForm) -> bool:
    empty = [entry for entry in form.targets if not entry.data]
    return len(empty) < _MORE


def said(form: RuleForm, rule: RoutingRule | None, track: RuleTrack) -> RuleData:
    """Return what the form says. A shipped sentence that nobody changed stays translatable."""
    values: Any = {name: form[name].data or () for name in _LISTS}
    title = form.title.data or ""
    if rule is not None and title == gettext(rule.title):
        title = rule.title
    return RuleData(
        track=track.value,
        title=title,
        documented=form.documented.data or "",
        place=form.place.data or "",
        targets=[rule_words.read(entry.data) for entry in form.targets if entry.data],
        **values,
    )


_LISTS: Final = ("origins", "destinations", "categories", "severities")
