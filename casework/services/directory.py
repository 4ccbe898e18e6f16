"""The rules and institutions of this installation, as the values that domain rules take.

Rows are read once per process and edition; whoever edits them calls `forget`.
"""

from __future__ import annotations

import secrets
from datetime import date, time
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeVar
from zoneinfo import ZoneInfo

import holidays as published
from sqlalchemy import select

from casework.domain import taxonomy as taxonomies
from casework.domain.calendars import Calendar
from casework.domain.escalation import ClockKind, LadderStep, Term, Unit
from casework.domain.facts import CaseFacts, OfficeFacts, OfficeRole, Said, Severity
from casework.domain.institutions import Institutions
from casework.domain.routing import Assignment, Rule, RuleTrack, Target, Where, route
from casework.models import (
    CountrySetting,
    Holiday,
    LadderStepRow,
    Office,
    RoutingRule,
    Setting,
    TaxonomyVersion,
    TermRow,
)
from casework.services import installation

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy.orm import Session

COORDINATOR = "coordinator"
REMINDERS = "reminders"
DEFAULT_COUNTRY = "TH"
_EDITION_BYTES = 8
_KEPT = "directory"
_SHELVES: dict[str, dict[str, Any]] = {}
_YEARS_AHEAD = 3
_RULES: Final = select(RoutingRule).where(RoutingRule.active).order_by(RoutingRule.position)
_LADDER: Final = select(LadderStepRow).order_by(LadderStepRow.level)
T = TypeVar("T")


def _kept(session: Session, key: str, load: Callable[[], T]) -> T:
    shelf: dict[str, Any] | None = session.info.get(_KEPT)
    if shelf is None:
        shelf = session.info[_KEPT] = _shelf(session)
    if key not in shelf:
        shelf[key] = load()
    value: T = shelf[key]
    return value


def _shelf(session: Session) -> dict[str, Any]:
    """Return where what is read is kept: for all sessions of this process, as long as it holds.

    Without an edition nobody says when it ceases to hold: then it is kept for this session only.
    """
    edition = installation.edition(session)
    if edition is None:
        return {}
    if edition not in _SHELVES:
        # The sessions that are still at work with the one before go on with it to their end.
        _SHELVES.clear()
    return _SHELVES.setdefault(edition, {})


def forget(session: Session) -> None:
    """Drop what was read, after an administrator has changed it: here, and in every process.

    With the change a new edition is written, by which the others notice. Until its end this
    session keeps what it reads to itself: it may still change more, or be undone.
    """
    session.info[_KEPT] = {}
    installation.forget(session)
    session.merge(Setting(name=installation.EDITION, value=secrets.token_hex(_EDITION_BYTES)))


def read_again(session: Session) -> None:
    """Drop what was read by this session, where rows and edition were put back as they were."""
    session.info[_KEPT] = {}
    installation.forget(session)


def office_facts(office: Office) -> OfficeFacts:
    """Return an office as rules see it."""
    return OfficeFacts(
        id=office.id,
        role=OfficeRole(office.role),
        country=office.country,
        host=office.host,
        place=office.place,
        parent=office.parent_id,
        escalates_to=office.escalates_to_id,
        rank=office.rank,
        routable=office.routable,
        active=office.active,
    )


def offices(session: Session) -> dict[str, OfficeFacts]:
    """Return all offices by id."""
    return _kept(
        session,
        "offices",
        lambda: Institutions(
            {office.id: office_facts(office) for office in session.scalars(select(Office))}
        ),
    )


def office_names(session: Session) -> dict[str, Any]:
    """Return id, name and host of all offices by id."""
    columns = select(Office.id, Office.name, Office.host)
    return _kept(session, "office names", lambda: {row.id: row for row in session.execute(columns)})


def rule_titles(session: Session) -> dict[str, str]:
    """Return what all routing rules say by their code, also those that do not work now."""
    columns = select(RoutingRule.code, RoutingRule.title)
    return _kept(
        session, "rule titles", lambda: {row.code: row.title for row in session.execute(columns)}
    )


def target(row: dict[str, Any]) -> Target:
    """Return a routing or ladder target from its stored form."""
    return Target(
        role=OfficeRole(row["role"]) if row.get("role") else None,
        where=Where(row["where"]) if row.get("where") else None,
        office=row.get("office"),
    )


def rule(row: RoutingRule) -> Rule:
    """Return a routing rule from its row."""
    return Rule(
        code=row.code,
        track=RuleTrack(row.track),
        targets=tuple(target(each) for each in row.targets),
        categories=frozenset(row.categories),
        origins=frozenset(row.origins),
        destinations=frozenset(row.destinations),
        severities=frozenset(Severity(each) for each in row.severities),
        documented=Said(row.documented) if row.documented else None,
        place=row.place,
    )


def rules(session: Session) -> list[Rule]:
    """Return the active routing rules of both tracks, in order."""
    return _kept(session, "rules", lambda: [rule(row) for row in session.scalars(_RULES)])


def decide(session: Session, case: CaseFacts, track: RuleTrack) -> Assignment:
    """Ask this installation's rules who should have a case on one track."""
    return route(case, rules(session), offices(session), track, COORDINATOR)


def ladder(session: Session) -> list[LadderStep]:
    """Return the steps of the ladder, lowest first."""
    return _kept(
        session,
        "ladder",
        lambda: [
            LadderStep(row.level, tuple(target(each) for each in row.targets))
            for row in session.scalars(_LADDER)
        ],
    )


def terms(session: Session) -> list[Term]:
    """Return how long things may take."""
    return _kept(
        session,
        "terms",
        lambda: [
            Term(
                ClockKind(row.kind),
                row.amount,
                Unit(row.unit),
                Severity(row.severity) if row.severity else None,
                row.country,
                row.source,
            )
            for row in session.scalars(select(TermRow))
        ],
    )


def reminder_percents(session: Session) -> list[int]:
    """Return at which parts of a term an office is reminded, in percent."""
    return _kept(session, REMINDERS, lambda: _percents(session.get(Setting, REMINDERS)))


def _percents(row: Setting | None) -> list[int]:
    return list(row.value) if row else [50, 75, 100]


@lru_cache(maxsize=256)
def _published(country: str, year: int) -> frozenset[date]:
    if country not in published.list_supported_countries():
        return frozenset()
    return frozenset(published.country_holidays(country, years=year).keys())


def calendar(session: Session, country: str, around: int) -> Calendar:
    """Return the working calendar of a country for the years around `around`.

    Published holidays come from the holidays library; an administrator's rows add days or
    take them out. A country without a row works as the coordination desk's country does.
    """
    return _kept(session, f"calendar {country} {around}", lambda: _load(session, country, around))


def _load(session: Session, country: str, around: int) -> Calendar:
    known = countries(session)
    row = known.get(country) or known.get(DEFAULT_COUNTRY)
    if row is None:
        msg = "the reference data is not loaded"
        raise LookupError(msg)
    years = range(around - 1, around + _YEARS_AHEAD)
    free = set().union(*(_published(country, year) for year in years))
    for edited in _kept(session, "holidays", lambda: _edited(session)):
        if edited.country == country:
            day = date.fromisoformat(edited.day)
            free = free - {day} if edited.works else free | {day}
    return Calendar(
        timezone=ZoneInfo(row.timezone),
        weekend=frozenset(row.weekend),
        holidays=frozenset(free),
        opens=time.fromisoformat(row.opens),
        closes=time.fromisoformat(row.closes),
    )


def countries(session: Session) -> dict[str, Any]:
    """Return every country by its code: working week, currency, ends of corridors.

    Plain columns, read at once: a list of cases speaks of many countries.
    """
    columns = CountrySetting.__table__.columns
    rows = select(*columns).order_by(columns.code)
    return _kept(session, "countries", lambda: {row.code: row for row in session.execute(rows)})


def zone(session: Session, country: str) -> ZoneInfo:
    """Return the time zone of a country, or that of the coordination desk's country."""
    known = countries(session)
    row = known.get(country) or known.get(DEFAULT_COUNTRY)
    return ZoneInfo(row.timezone if row else "UTC")


def _edited(session: Session) -> list[Any]:
    return list(session.execute(select(Holiday.country, Holiday.day, Holiday.works)))


def taxonomy(session: Session, version: int | None = None) -> taxonomies.Taxonomy:
    """Return a version of the taxonomy, the newest without a number."""
    return _kept(session, f"taxonomy {version}", lambda: _taxonomy(session, version))


def _taxonomy(session: Session, version: int | None) -> taxonomies.Taxonomy:
    query = select(TaxonomyVersion).order_by(TaxonomyVersion.number.desc()).limit(1)
    if version is not None:
        query = query.where(TaxonomyVersion.number == version)
    return taxonomies.parse(session.scalars(query).one().document)
