"""Clocks to the second across weekends and holidays, and the ladder step by step."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.domain import escalation, routing
from casework.domain.calendars import Calendar
from casework.domain.conflict import awaits_triage, conflicted_offices
from casework.domain.escalation import (
    TOP_LEVEL,
    Climb,
    ClockKind,
    Due,
    LadderStep,
    Schedule,
    Term,
    Unit,
)
from casework.domain.facts import (
    DESK_ROLES,
    CaseFacts,
    ConsentFact,
    OfficeFacts,
    OfficeRole,
    RecipientKind,
    ReferralFacts,
    ReferralState,
    Said,
    Scope,
    Severity,
)
from casework.domain.routing import PassedOver, Target, Where, Why
from tests.domain import shipped
from tests.domain.strategies import BEGINNING, cases, directories

PERCENTS: Final = (50, 75, 100)
SECOND: Final = timedelta(seconds=1)
TWO_DAYS: Final = Term(ClockKind.ACKNOWLEDGE, 2, Unit.WORKING_DAYS)
FIFTEEN: Final = Term(ClockKind.FIRST_ANSWER, 15, Unit.DAYS)
A_DAY: Final = Term(ClockKind.ACKNOWLEDGE, 24, Unit.HOURS)


@dataclass(frozen=True)
class Span:
    """A clock of a country, with its beginning and its reminders worked out by hand."""

    country: str
    term: Term
    begins: str
    reminders: tuple[str, str, str]


# Both countries stand seven hours before UTC; offices open from nine to five.
SPANS: Final = {
    "Khmer weekend and Water Festival": Span(
        "KH",
        TWO_DAYS,
        "2026-11-20T10:00",
        ("2026-11-26T13:30", "2026-11-27T11:15", "2026-11-27T17:00"),
    ),
    "Pchum Ben over a weekend": Span(
        "KH",
        TWO_DAYS,
        "2026-10-09T09:00",
        ("2026-10-13T13:00", "2026-10-14T11:00", "2026-10-14T17:00"),
    ),
    "Songkran after a weekend": Span(
        "TH",
        TWO_DAYS,
        "2026-04-10T16:00",
        ("2026-04-16T16:30", "2026-04-17T12:45", "2026-04-17T17:00"),
    ),
    "Thai New Year's Eve into the next year": Span(
        "TH",
        TWO_DAYS,
        "2026-12-30T12:00",
        ("2027-01-04T14:30", "2027-01-05T11:45", "2027-01-05T17:00"),
    ),
    "a plain week": Span(
        "TH",
        TWO_DAYS,
        "2026-11-02T09:00",
        ("2026-11-03T13:00", "2026-11-04T11:00", "2026-11-04T17:00"),
    ),
    "begun at night before a holiday": Span(
        "KH",
        TWO_DAYS,
        "2026-11-20T23:00",
        ("2026-11-26T17:00", "2026-11-27T13:00", "2026-11-27T17:00"),
    ),
    "days that end in the Water Festival": Span(
        "KH",
        FIFTEEN,
        "2026-11-09T10:00",
        ("2026-11-18T01:30", "2026-11-22T09:15", "2026-11-26T17:00"),
    ),
    "days that end in Songkran": Span(
        "TH",
        FIFTEEN,
        "2026-03-31T10:00",
        ("2026-04-08T13:30", "2026-04-12T15:15", "2026-04-16T17:00"),
    ),
    "days that end on a Saturday": Span(
        "TH",
        FIFTEEN,
        "2026-11-06T17:00",
        ("2026-11-15T05:00", "2026-11-19T11:00", "2026-11-23T17:00"),
    ),
    "hours run through a weekend": Span(
        "KH",
        A_DAY,
        "2026-11-20T16:00",
        ("2026-11-21T04:00", "2026-11-21T10:00", "2026-11-21T16:00"),
    ),
    "hours run through a holiday": Span(
        "TH",
        A_DAY,
        "2026-12-30T20:00",
        ("2026-12-31T08:00", "2026-12-31T14:00", "2026-12-31T20:00"),
    ),
}


def local(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}+07:00")


def begun(span: Span) -> Schedule:
    calendar = shipped.calendar(span.country, int(span.begins[:4]))
    return escalation.start(span.term, calendar, local(span.begins), PERCENTS)


@pytest.mark.parametrize("name", SPANS)
def test_a_clock_reminds_and_ends_when_counted_by_hand(name: str) -> None:
    span = SPANS[name]
    schedule = begun(span)
    assert schedule.thresholds == tuple(local(text) for text in span.reminders)
    assert schedule.due_at == local(span.reminders[-1])
    assert (schedule.reminded, schedule.remaining) == (0, None)


@pytest.mark.parametrize("step", range(3))
@pytest.mark.parametrize("name", SPANS)
def test_at_each_threshold_to_the_second(name: str, step: int) -> None:
    threshold = local(SPANS[name].reminders[step])
    schedule = replace(begun(SPANS[name]), reminded=step)
    asks = Due.LAPSE if step == len(PERCENTS) - 1 else Due.REMIND
    assert escalation.next_check(schedule) == threshold
    assert escalation.due(schedule, threshold - SECOND) is Due.NOTHING
    assert escalation.reminded(schedule, threshold - SECOND) == schedule
    for instant in (threshold, threshold + SECOND):
        assert escalation.due(schedule, instant) is asks
        told = escalation.reminded(schedule, instant)
        assert told.reminded == step + 1
        if asks is Due.REMIND:
            assert escalation.due(told, instant) is Due.NOTHING


def test_a_sweep_that_comes_late_takes_all_passed_thresholds_at_once() -> None:
    schedule = begun(SPANS["a plain week"])
    late = schedule.thresholds[1] + SECOND
    assert escalation.due(schedule, late) is Due.REMIND
    assert escalation.reminded(schedule, late).reminded == 2
    assert escalation.due(schedule, schedule.due_at + timedelta(days=9)) is Due.LAPSE


def test_nothing_is_left_to_check_after_the_last_threshold() -> None:
    schedule = begun(SPANS["a plain week"])
    assert escalation.next_check(escalation.reminded(schedule, schedule.due_at)) is None


def test_without_reminders_a_clock_still_ends() -> None:
    span = SPANS["a plain week"]
    calendar = shipped.calendar(span.country, 2026)
    schedule = escalation.start(span.term, calendar, local(span.begins), ())
    assert schedule.thresholds == (local(span.reminders[-1]),)


# --- waiting on the complainant ------------------------------------------------------------------

MOMENTS = st.integers(0, 90 * 24 * 3600).map(
    lambda seconds: datetime(2026, 10, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
TERMS = st.sampled_from([TWO_DAYS, FIFTEEN, A_DAY])
CALENDARS = st.sampled_from([shipped.calendar("KH", 2026), shipped.calendar("TH", 2026)])
LATER = st.integers(0, 20 * 24 * 3600).map(lambda seconds: timedelta(seconds=seconds))


def left(schedule: Schedule, calendar: Calendar, now: datetime, then: datetime) -> int:
    """Return the seconds of the clock's own kind between two instants."""
    if schedule.unit is Unit.WORKING_DAYS:
        return calendar.working_seconds(now, then)
    return int((then - now).total_seconds())


@given(TERMS, CALENDARS, MOMENTS, LATER, LATER)
def test_a_pause_keeps_the_time_that_is_left_to_the_second(
    term: Term, calendar: Calendar, start: datetime, after: timedelta, wait: timedelta
) -> None:
    stopped, resumed = start + after, start + after + wait
    running = escalation.reminded(escalation.start(term, calendar, start, PERCENTS), stopped)
    paused = escalation.pause(running, calendar, stopped)
    again = escalation.resume(paused, calendar, resumed)
    remaining = left(running, calendar, stopped, max(stopped, running.due_at))
    assert paused.remaining == remaining
    assert left(again, calendar, resumed, again.due_at) == remaining
    assert again.remaining is None
    assert again.thresholds[: running.reminded] == running.thresholds[: running.reminded]
    for before, now in zip(
        running.thresholds[running.reminded :], again.thresholds[running.reminded :], strict=True
    ):
        assert left(again, calendar, resumed, now) == left(running, calendar, stopped, before)
    if not wait and running.due_at > stopped and running.unit is not Unit.WORKING_DAYS:
        assert again == running


@given(TERMS, CALENDARS, MOMENTS, LATER)
def test_a_paused_clock_asks_for_nothing_however_long(
    term: Term, calendar: Calendar, start: datetime, after: timedelta
) -> None:
    paused = escalation.pause(escalation.start(term, calendar, start, PERCENTS), calendar, start)
    assert escalation.due(paused, start + after + timedelta(days=999)) is Due.NOTHING
    assert escalation.next_check(paused) is None
    assert escalation.pause(paused, calendar, start + after) == paused


def test_a_running_clock_cannot_be_resumed() -> None:
    schedule = begun(SPANS["a plain week"])
    calendar = shipped.calendar("TH", 2026)
    assert escalation.resume(schedule, calendar, schedule.due_at) == schedule


def test_a_pause_over_the_water_festival_costs_the_office_nothing() -> None:
    calendar = shipped.calendar("KH", 2026)
    schedule = escalation.start(TWO_DAYS, calendar, local("2026-11-19T09:00"), PERCENTS)
    assert schedule.due_at == local("2026-11-26T17:00")
    paused = escalation.pause(schedule, calendar, local("2026-11-20T12:00"))
    again = escalation.resume(paused, calendar, local("2026-12-02T15:00"))
    # Five hours of Friday and the eight of Thursday were left: two on Wednesday, eight, three.
    assert again.due_at == local("2026-12-04T12:00")


def test_a_clock_paused_after_its_end_ends_when_it_runs_on() -> None:
    schedule = begun(SPANS["a plain week"])
    calendar = shipped.calendar("TH", 2026)
    late = schedule.due_at + timedelta(days=1)
    again = escalation.resume(escalation.pause(schedule, calendar, late), calendar, late)
    assert again.due_at == late
    assert escalation.due(again, late) is Due.LAPSE


@given(TERMS, CALENDARS, MOMENTS, st.integers(0, 3), LATER)
def test_an_extension_moves_the_end_and_takes_no_reminder_back(
    term: Term, calendar: Calendar, start: datetime, told: int, more: timedelta
) -> None:
    schedule = replace(escalation.start(term, calendar, start, PERCENTS), reminded=min(told, 2))
    longer = escalation.extend(schedule, schedule.due_at + more)
    assert longer.due_at == longer.thresholds[-1] == schedule.due_at + more
    assert longer.thresholds[:-1] == schedule.thresholds[:-1]
    assert longer.reminded == schedule.reminded


def test_an_end_that_is_moved_forward_takes_the_reminders_with_it() -> None:
    schedule = begun(SPANS["a plain week"])
    sooner = schedule.thresholds[0] + SECOND
    shorter = escalation.extend(schedule, sooner)
    assert shorter.thresholds == (schedule.thresholds[0], sooner, sooner)


# --- how long things may take --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "severity", "country", "amount", "unit"),
    [
        (ClockKind.ACKNOWLEDGE, Severity.NORMAL, "KH", 2, Unit.WORKING_DAYS),
        (ClockKind.ACKNOWLEDGE, Severity.HIGH, "TH", 2, Unit.WORKING_DAYS),
        (ClockKind.ACKNOWLEDGE, Severity.URGENT, "KH", 24, Unit.HOURS),
        (ClockKind.FIRST_ANSWER, Severity.URGENT, "KH", 15, Unit.DAYS),
        (ClockKind.RESOLVE, Severity.NORMAL, "KH", 10, Unit.DAYS),
        (ClockKind.RESOLVE, Severity.NORMAL, "TH", 60, Unit.DAYS),
        (ClockKind.RESOLVE, Severity.NORMAL, "PH", 30, Unit.DAYS),
        (ClockKind.RESOLVE, Severity.NORMAL, "", 30, Unit.DAYS),
        (ClockKind.SILENCE, Severity.NORMAL, "MM", 14, Unit.DAYS),
    ],
)
def test_the_shipped_terms(
    kind: ClockKind, severity: Severity, country: str, amount: int, unit: Unit
) -> None:
    term = escalation.term_for(shipped.terms(), kind, severity, country)
    assert (term.amount, term.unit) == (amount, unit)
    assert term.source


def test_a_term_for_the_severity_outranks_one_for_the_country() -> None:
    general = Term(ClockKind.RESOLVE, 30, Unit.DAYS)
    of_country = replace(general, amount=10, country="KH")
    of_severity = replace(general, amount=5, severity=Severity.URGENT)
    of_both = replace(of_country, amount=3, severity=Severity.URGENT)
    for terms in ([general, of_country, of_severity], [of_severity, of_country, general]):
        assert _amount(terms, Severity.URGENT, "KH") == 5
        assert _amount(terms, Severity.NORMAL, "KH") == 10
        assert _amount(terms, Severity.NORMAL, "TH") == 30
        assert _amount([*terms, of_both], Severity.URGENT, "KH") == 3


def _amount(terms: list[Term], severity: Severity, country: str) -> int:
    return escalation.term_for(terms, ClockKind.RESOLVE, severity, country).amount


def test_a_kind_of_clock_without_a_term_is_told() -> None:
    with pytest.raises(LookupError, match="silence"):
        escalation.term_for([FIFTEEN], ClockKind.SILENCE, Severity.NORMAL, "KH")


# --- the ladder ----------------------------------------------------------------------------------

TREE: Final = {
    office.id: office
    for office in (
        OfficeFacts("attache", OfficeRole.LABOUR_ATTACHE, "KH", "TH", "", "embassy", "director"),
        OfficeFacts("embassy", OfficeRole.EMBASSY, "KH", "TH"),
        OfficeFacts("director", OfficeRole.LABOUR_MINISTRY, "KH", "KH", escalates_to="minister"),
        OfficeFacts("minister", OfficeRole.MINISTRY_LEADERSHIP, "KH", "KH"),
        OfficeFacts("ombudsman", OfficeRole.OMBUDSMAN, "TH", "TH"),
        OfficeFacts("closed", OfficeRole.OMBUDSMAN, "KH", "KH", active=False),
        OfficeFacts("agencies", OfficeRole.AGENCY_ASSOCIATION, "KH", "KH"),
        OfficeFacts("cso", OfficeRole.CSO, "KH", "KH", escalates_to="minister"),
        OfficeFacts("coordinator", OfficeRole.COORDINATOR),
    )
}
STEPS: Final = (
    LadderStep(1, (Target(OfficeRole.LABOUR_ATTACHE, Where.POST),)),
    LadderStep(2, (Target(OfficeRole.EMBASSY, Where.POST),)),
    LadderStep(3, (Target(OfficeRole.MINISTRY_LEADERSHIP, Where.ORIGIN),)),
    LadderStep(
        4,
        (
            Target(OfficeRole.OMBUDSMAN, Where.ORIGIN),
            Target(OfficeRole.OMBUDSMAN, Where.DESTINATION),
        ),
    ),
    LadderStep(5, (Target(OfficeRole.COORDINATOR, Where.NETWORK),)),
)


def agreed(case: CaseFacts) -> CaseFacts:
    return replace(
        case,
        consents=tuple(
            ConsentFact(RecipientKind.STATE, state, Scope.REFERRAL, given=True, at=BEGINNING)
            for state in ("KH", "TH")
        ),
    )


def tried(case: CaseFacts, *offices: str) -> CaseFacts:
    return replace(
        case,
        referrals=tuple(
            ReferralFacts(number, office, ReferralState.SILENT, lead=True)
            for number, office in enumerate(offices)
        ),
    )


CASE: Final = agreed(CaseFacts(1, origin="KH", destination="TH", categories=("wages",)))


def climb(case: CaseFacts, silent: str | None) -> Climb:
    return escalation.climb(case, silent, STEPS, TREE)


def test_those_who_answer_for_the_silent_office_come_before_the_ladder() -> None:
    assert climb(tried(CASE, "attache"), "attache") == Climb(1, "director")
    second = replace(tried(CASE, "attache", "director"), level=1)
    assert climb(second, "director") == Climb(2, "minister")


def test_after_the_chain_the_ladder_goes_on_at_the_new_level() -> None:
    # At level 2 the step of level 1 is behind us: the attaché is not asked.
    assert climb(replace(tried(CASE, "minister"), level=1), "minister") == Climb(2, "embassy")
    assert climb(replace(CASE, level=2), None) == Climb(3, "minister")


def test_the_ladder_begins_at_the_bottom_when_a_desk_was_silent() -> None:
    assert climb(CASE, None) == Climb(1, "attache")


def test_a_cso_that_is_silent_is_followed_by_those_it_turns_to() -> None:
    assert climb(CASE, "cso") == Climb(1, "minister")


def test_nobody_is_asked_twice() -> None:
    case = replace(tried(CASE, "attache", "embassy", "minister", "director"), level=2)
    found = climb(case, "minister")
    assert found.office_id == "ombudsman"
    assert found.passed_over == (PassedOver("ladder", Why.CLOSED, "closed", OfficeRole.OMBUDSMAN),)


def test_conflict_and_consent_are_respected_on_every_step() -> None:
    accused = replace(CASE, triaged=True, complained_offices=frozenset({"minister"}))
    accused = replace(accused, conflicted=conflicted_offices(accused, TREE))
    found = climb(tried(accused, "attache"), "attache")
    assert found.office_id == "embassy"
    assert [(p.office_id, p.why) for p in found.passed_over] == [
        ("director", Why.CONFLICT),
        ("minister", Why.CONFLICT),
    ]
    only_thailand = replace(CASE, consents=CASE.consents[1:])
    found = climb(only_thailand, "attache")
    assert found.office_id == "ombudsman"
    assert {p.why for p in found.passed_over} == {Why.NO_CONSENT, Why.CLOSED}


def test_before_triage_a_case_climbs_to_the_desk_only() -> None:
    unread = replace(CASE, about_official=Said.UNSURE)
    found = climb(unread, None)
    assert (found.level, found.office_id) == (1, None)
    assert {p.why for p in found.passed_over} == {Why.BEFORE_TRIAGE, Why.CLOSED}


def test_an_office_that_takes_no_cases_by_rule_is_passed_over_in_the_chain() -> None:
    tree = {**TREE, "director": replace(TREE["director"], routable=False)}
    found = escalation.climb(CASE, "attache", STEPS, tree)
    assert found.office_id == "minister"
    assert found.passed_over[0].why is Why.CLOSED


def test_without_anyone_to_ask_the_desk_takes_the_case() -> None:
    assert climb(replace(CASE, consents=()), None).office_id is None
    everyone = tried(CASE, "attache", "embassy", "director", "minister", "ombudsman")
    assert climb(replace(everyone, level=3), "ombudsman").office_id is None


@pytest.mark.parametrize("level", range(TOP_LEVEL + 1))
def test_a_step_is_one_level_and_the_top_is_the_top(level: int) -> None:
    assert climb(replace(CASE, level=level), None).level == min(level + 1, TOP_LEVEL)


@given(cases(), directories(), st.sampled_from([None, *"abcdefgh", "nowhere"]))
def test_whoever_is_asked_may_have_the_case_and_was_not_asked_before(
    case: CaseFacts, offices: dict[str, OfficeFacts], silent: str | None
) -> None:
    case = replace(case, conflicted=conflicted_offices(case, offices))
    found = escalation.climb(case, silent, STEPS, offices)
    before = {referral.office_id for referral in case.referrals}
    asked = [passed.office_id for passed in found.passed_over]
    assert len(asked) == len(set(asked))
    assert not before & set(asked)
    if found.office_id is not None:
        office = offices[found.office_id]
        assert found.office_id not in before
        assert routing.obstacle(office, case) is None
        assert office.routable
        assert office.role not in DESK_ROLES
        assert not awaits_triage(case)


@pytest.mark.parametrize("office_id", sorted(shipped.offices()))
def test_from_every_shipped_office_a_case_climbs_to_the_top_and_asks_nobody_twice(
    office_id: str,
) -> None:
    office = shipped.offices()[office_id]
    case = tried(agreed(CaseFacts(1, origin=office.country, destination=office.host)), office_id)
    silent: str | None = office_id
    seen = [office_id]
    while case.level < TOP_LEVEL:
        step = escalation.climb(case, silent, shipped.ladder(), shipped.offices())
        assert step.level == case.level + 1
        if step.office_id is not None:
            assert step.office_id not in seen
            seen.append(step.office_id)
        silent = step.office_id
        case = replace(tried(case, *seen), level=step.level)
