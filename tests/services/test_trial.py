from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.domain.conflict import unnamed_posts
from casework.domain.facts import POST_ROLES, SYSTEM, RecipientKind, Scope
from casework.domain.routing import TRIAGE_FIRST, Why
from casework.models import (
    Case,
    CaseNumber,
    Event,
)
from casework.services import directory, facts, imports, trial
from casework.services.published import Granted
from tests.published_lines import one, shipped_lines


def test_trying_decides_what_filing_decides(shipped: Session, now: datetime) -> None:
    states = [("state", code) for code in ("KH", "TH", "PH", "VN", "ID", "LA", "MM")]
    consent = tuple(Granted(RecipientKind(kind), code, (Scope.REFERRAL,)) for kind, code in states)
    for line in shipped_lines():
        for asked in (line, replace(line, id=f"{line.id} again", consent=consent)):
            tried = trial.decide(shipped, asked)
            case = imports.import_line(shipped, SYSTEM, now, asked).case
            events = shipped.scalars(
                select(Event).where(Event.case_id == case.id, Event.action == "routed")
            )
            (routed,) = [event.data for event in events]
            assert routed["office"] == tried.now.office.id
            assert routed["rule"] == tried.now.assignment.rule
            assert len(routed["passed_over"]) == len(tried.now.assignment.passed_over)
            assert (tried.categories, tried.severity) == (case.codes, case.severity)


def test_trying_files_nothing(shipped: Session) -> None:
    trial.decide(shipped, one(), assume_consent=True)
    assert not shipped.new
    assert shipped.scalar(select(func.count(Case.id))) == 0
    assert shipped.scalar(select(func.count(CaseNumber.id))) == 0


def test_with_consent_assumed_no_state_says_no(shipped: Session) -> None:
    tried = trial.decide(shipped, one(), assume_consent=True)
    assert tried.now.office.id == "kh-la-th"
    assert tried.after_triage is None
    without = trial.decide(shipped, one())
    assert without.now.office.id == directory.COORDINATOR
    assert {each.why for each in without.now.assignment.passed_over} == {Why.NO_CONSENT}


def test_after_triage_a_complaint_about_an_embassy_goes_around_it(shipped: Session) -> None:
    tried = trial.decide(shipped, one(categories=["embassy_inaccessible"]), assume_consent=True)
    assert tried.now.assignment.rule == TRIAGE_FIRST
    assert tried.after_triage is not None
    assert tried.after_triage.office.id == "kh-mfaic-consular"
    assert tried.after_triage.office.role not in POST_ROLES


def test_after_triage_no_post_under_suspicion_gets_a_case(shipped: Session, now: datetime) -> None:
    for line in shipped_lines():
        tried = trial.decide(shipped, line, assume_consent=True)
        case = imports.import_line(shipped, SYSTEM, now, line).case
        suspects = unnamed_posts(facts.case_facts(shipped, case), directory.offices(shipped))
        assert tried.now.office.id not in suspects
        if tried.after_triage is not None:
            assert tried.after_triage.office.id not in suspects
