"""The words of administration: for roles, places, units, and for what cannot be as it was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.domain.escalation import Unit
from casework.domain.facts import OfficeRole, Role
from casework.domain.marks import N_
from casework.domain.routing import RuleTrack, Where
from casework.i18n import gettext
from casework.services.settings.holidays import Kind
from casework.web.staff.words import Words, say

if TYPE_CHECKING:
    from flask_wtf import FlaskForm

    from casework.services.settings.refused import Refused

__all__ = ["say"]

SECTIONS: Final = (
    ("admin.accounts", N_("Accounts")),
    ("admin.offices", N_("Offices")),
    ("admin.rules", N_("Routing rules")),
    ("admin.coverage", N_("Coverage")),
    ("admin.ladder", N_("Ladder")),
    ("admin.terms", N_("Time limits")),
    ("admin.countries", N_("Working time")),
    ("admin.retention", N_("Keeping and deleting")),
    ("admin.letters", N_("Messages")),
    ("admin.changes", N_("Changes")),
)
ROLE: Final[Words] = {
    Role.CASEWORKER: N_("caseworker"),
    Role.OFFICER: N_("focal point officer"),
    Role.SUPERVISOR: N_("supervisor"),
    Role.COORDINATOR: N_("coordinator"),
    Role.ADMINISTRATOR: N_("administrator"),
    Role.ANALYST: N_("analyst"),
}
ROLE_HINT: Final[Words] = {
    Role.CASEWORKER: N_("Takes cases in and works on those of their desk."),
    Role.OFFICER: N_("Works for an office that cases are sent to."),
    Role.SUPERVISOR: N_("Decides on what climbs, and closes cases."),
    Role.COORDINATOR: N_("Checks cases first, and keeps those that nobody else may have."),
    Role.ADMINISTRATOR: N_("Keeps accounts, offices and rules. Sees no case."),
    Role.ANALYST: N_("Reads figures only."),
}
STATE: Final[Words] = {
    "active": N_("active"),
    "ended": N_("ended"),
    "invited": N_("invited, no password yet"),
    "expired": N_("the invitation is too old"),
}
# One word for a cell of the coverage map.
SHORT: Final[Words] = {
    OfficeRole.LABOUR_MINISTRY: N_("ministry"),
    OfficeRole.PROVINCIAL_OFFICE: N_("province"),
    OfficeRole.RESOURCE_CENTRE: N_("help centre"),
    OfficeRole.MINISTRY_LEADERSHIP: N_("minister"),
    OfficeRole.FOREIGN_MINISTRY: N_("foreign affairs"),
    OfficeRole.EMBASSY: N_("embassy"),
    OfficeRole.CONSULATE: N_("consulate"),
    OfficeRole.LABOUR_ATTACHE: N_("attaché"),
    OfficeRole.ANTI_TRAFFICKING: N_("trafficking"),
    OfficeRole.OMBUDSMAN: N_("ombudsman"),
    OfficeRole.LABOUR_AUTHORITY: N_("labour office"),
    OfficeRole.EMPLOYMENT_AUTHORITY: N_("employment"),
    OfficeRole.SOCIAL_SECURITY: N_("social security"),
    OfficeRole.POLICE: N_("police"),
    OfficeRole.TRIBUNAL: N_("court"),
    OfficeRole.HOTLINE: N_("hotline"),
    OfficeRole.AGENCY_ASSOCIATION: N_("agencies"),
    OfficeRole.CSO: N_("NGO"),
    OfficeRole.NETWORK: N_("network"),
    OfficeRole.COORDINATOR: N_("coordinator"),
}
WHERE: Final[Words] = {
    Where.ORIGIN: N_("In the country of origin"),
    Where.POST: N_("Of the country of origin, in the country of work"),
    Where.DESTINATION: N_("Of the country of work"),
    Where.NETWORK: N_("In the network"),
}
TRACK: Final[Words] = {
    RuleTrack.OFFICE: N_("Which office acts on a case"),
    RuleTrack.DESK: N_("Which organisation keeps a case"),
}
UNIT: Final[Words] = {
    Unit.WORKING_DAYS: N_("working days"),
    Unit.DAYS: N_("days"),
    Unit.HOURS: N_("hours, day and night"),
}
DAYS: Final[Words] = {
    Kind.PUBLISHED: N_("published"),
    Kind.OWN: N_("added here"),
    Kind.WORKS: N_("offices work all the same"),
}
# Looked up as "field.why", then as "why".
REFUSED: Final[Words] = {
    "empty": N_("This cannot be left empty."),
    "unknown": N_("Choose one from the list."),
    "coordinator": N_("The coordinator takes what nobody else may have. This has to stay."),
    "country.needed": N_("Choose the state that the office belongs to."),
    "source_url.no_address": N_("Write a web address that begins with https://."),
    "circle": N_("That office answers to this one. Choose another one."),
    "targets.empty": N_("Name at least one office, by its kind and place or by itself."),
    "targets.half": N_("Choose a kind of office together with its place."),
    "targets.no_desk": N_("Only organisations that keep cases can stand here."),
    "last": N_("The last rule takes what no other rule takes. It stays as it is."),
    "first": N_("It is the first rule already."),
    "fixed": N_("This cannot be changed."),
    "roles.empty": N_("Choose at least one kind of office."),
    "roles.desk": N_("Only offices that act on cases can stand here."),
    "where.empty": N_("Choose at least one place."),
    "kind.there": N_("There is a time limit for this already. Change that one."),
    "kind.general": N_("No clock can do without this time limit."),
    "amount.range": N_("This is too short or too long."),
    "months.range": N_("This is too short or too long."),
    "rule_there": N_("There is a rule for this already. Change that one."),
    "percents.range": N_("Write numbers from 1 to 100."),
    "percents.many": N_("Write five numbers or fewer."),
    "day.there": N_("Offices are closed on this day already."),
    "timezone.unknown": N_("Choose a time zone from the list."),
    "weekend.all": N_("Leave at least one day on which offices work."),
    "no_time": N_("Write a time like 09:00."),
    "closes.early": N_("Offices close later than they open."),
}


def refusal(refused: Refused) -> str:
    """Return why a setting cannot be as it was given, in words."""
    key = f"{refused.field}.{refused.why}"
    return gettext(REFUSED.get(key) or REFUSED[refused.why])


def mark(form: FlaskForm, refused: Refused) -> None:
    """Say at its field what cannot be; of the whole form where no such field stands in it."""
    if refused.field in form:
        form[refused.field].errors = [refusal(refused)]
    else:
        form.form_errors.append(refusal(refused))
