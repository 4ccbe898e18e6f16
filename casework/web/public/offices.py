"""Offices in plain words of the page's language; their own names stand beside."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from casework import i18n
from casework.domain.facts import OfficeRole
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.web.fields import choice

if TYPE_CHECKING:
    from collections.abc import Sequence

    from casework.domain.facts import OfficeFacts
    from casework.models import Office

NAMES: Final[dict[OfficeRole, str]] = {
    OfficeRole.LABOUR_MINISTRY: N_("The ministry of labour of %(country)s"),
    OfficeRole.PROVINCIAL_OFFICE: N_("The provincial labour office in %(country)s"),
    OfficeRole.RESOURCE_CENTRE: N_("The migrant workers' help centre in %(country)s"),
    OfficeRole.MINISTRY_LEADERSHIP: N_("The head of the ministry of labour of %(country)s"),
    OfficeRole.FOREIGN_MINISTRY: N_("The ministry of foreign affairs of %(country)s"),
    OfficeRole.EMBASSY: N_("The embassy of %(country)s in %(host)s"),
    OfficeRole.CONSULATE: N_("The consulate of %(country)s in %(host)s"),
    OfficeRole.LABOUR_ATTACHE: N_("The labour attaché of %(country)s in %(host)s"),
    OfficeRole.ANTI_TRAFFICKING: N_("The office against human trafficking in %(country)s"),
    OfficeRole.OMBUDSMAN: N_("The human rights commission or ombudsman of %(country)s"),
    OfficeRole.LABOUR_AUTHORITY: N_("The labour office of %(country)s"),
    OfficeRole.EMPLOYMENT_AUTHORITY: N_("The employment office of %(country)s"),
    OfficeRole.SOCIAL_SECURITY: N_("The social security office of %(country)s"),
    OfficeRole.POLICE: N_("The police of %(country)s"),
    OfficeRole.TRIBUNAL: N_("The labour court of %(country)s"),
    OfficeRole.HOTLINE: N_("The help line of %(country)s"),
    OfficeRole.AGENCY_ASSOCIATION: N_("The association of recruitment agencies in %(country)s"),
    OfficeRole.CSO: N_("An organisation that helps migrant workers"),
    OfficeRole.NETWORK: N_("An organisation that helps migrant workers"),
    OfficeRole.COORDINATOR: N_("The people of this complaint box"),
}
_AT_HOME: Final = N_("It is a government office of your country. It can act at home.")
_ABROAD: Final = N_(
    "It is an office of your country where you work. It can speak with your employer and with "
    "the offices there."
)
_OF_DESTINATION: Final = N_(
    "It is a government office of the country where you work. It can make the employer follow "
    "the law there."
)
# Whose script a local name of an office is written in.
_SCRIPT_OF: Final = {"km": "KH", "my": "MM"}


def kind_name(office: OfficeFacts) -> str:
    """Return an office by its kind and country: The labour attaché of Cambodia in Thailand."""
    return gettext(
        NAMES[office.role], country=i18n.country(office.country), host=i18n.country(office.host)
    )


def as_choices(found: Sequence[OfficeFacts]) -> list[Any]:
    """Return offices to choose from; several of one kind are told apart by their town."""
    several = {kind for kind, times in Counter(each.role for each in found).items() if times > 1}
    return [
        choice(
            each.id, f"{kind_name(each)}: {each.place}" if each.role in several else kind_name(each)
        )
        for each in found
    ]


def what_it_is(office: OfficeFacts, origin: str) -> str:
    """Return one or two sentences on what an office can do."""
    if office.country != origin:
        return gettext(_OF_DESTINATION)
    return gettext(_AT_HOME if office.host == origin else _ABROAD)


def own_name(office: Office) -> tuple[str, str]:
    """Return an office's own name and its language: the local one for those who read it."""
    language = i18n.current()
    if office.name_local and _SCRIPT_OF.get(language) == office.country:
        return office.name_local, language
    return office.name, "en"
