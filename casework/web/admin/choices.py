"""What forms of administration choose from: countries, offices, kinds of offices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import or_, select

from casework import i18n
from casework.db import db
from casework.domain.facts import OfficeRole
from casework.i18n import gettext
from casework.models import Office
from casework.services import directory
from casework.web.fields import choice
from casework.web.staff import words as staff_words

if TYPE_CHECKING:
    from casework.web.staff.words import Words

# In which language an office's own name is written: that of the country it belongs to.
_TONGUES: Final = {"KH": "km", "MM": "my", "TH": "th", "LA": "lo", "VN": "vi", "ID": "id"}


def tongue(office: Office) -> str | None:
    """Return the code of the language in which an office writes its own name, where known."""
    return _TONGUES.get(office.country)


def countries(*, empty: str | None = None) -> list[Any]:
    """Return all countries that have a working week, and those that offices belong to, by name."""
    session = db.session()
    offices = directory.offices(session).values()
    codes = {
        *directory.countries(session),
        *(o.country for o in offices),
        *(o.host for o in offices),
    }
    return _named(codes - {""}, empty)


def ends(codes: Iterable[str], *, empty: str | None = None) -> list[Any]:
    """Return these countries, by name."""
    return _named(codes, empty)


def _named(codes: Iterable[str], empty: str | None) -> list[Any]:
    named = sorted((i18n.country(code), code) for code in codes)
    found = [choice(code, name) for name, code in named]
    return found if empty is None else [choice("", empty), *found]


def offices(
    *,
    empty: str,
    roles: Iterable[str] | None = None,
    but: str = "",
    keep: Sequence[str | None] = (),
) -> list[Any]:
    """Return the offices that take cases, in groups by country; `roles` narrows them.

    The offices of `keep` stand among them also when they take no cases any more.
    """
    query = select(Office).where(or_(Office.active, Office.id.in_(keep))).order_by(Office.name)
    wanted = None if roles is None else set(roles)
    found: dict[str, list[Any]] = {}
    for office in db.session().scalars(query):
        if office.id == but or (wanted is not None and office.role not in wanted):
            continue
        group = i18n.country(office.host) if office.host else gettext("Several countries")
        found.setdefault(group, []).append(choice(office.id, office.name, group=group))
    return [choice("", empty, group=""), *(each for name in sorted(found) for each in found[name])]


def of(words: Words, *, empty: str | None = None) -> list[Any]:
    """Return codes with their words."""
    found = [choice(str(code), gettext(label)) for code, label in words.items()]
    return found if empty is None else [choice("", empty), *found]


def roles(*, empty: str | None = None) -> list[Any]:
    """Return the kinds of offices."""
    known = {role.value: staff_words.ROLE[role] for role in OfficeRole}
    return of(known, empty=empty)
