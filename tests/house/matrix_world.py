"""The people and the one case of the permission matrix: each stands to it in another way.

Everybody has a living session; what they stand to the case in is the name of their relation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any, Final

# The same library as the application's: two in one process undo each other's locks of a file.
import pysqlite3.dbapi2 as sqlite3
from flask import Flask
from sqlalchemy.orm import Session

from casework.domain import reference
from casework.domain.facts import Role, Said
from casework.models import Case, Login, Staff, TermRow
from casework.services import consents, emergency, logins, referrals, triage
from casework.services.facts import staff_actor
from casework.services.queue import Wish
from tests import factories
from tests.factories import World, agrees

# Each way in which an office can stand to the case, and the office that does.
OFFICES: Final = {
    "own desk": "cso",
    "other desk": "other-cso",
    "network": "coordinator",
    "leads": "attache",
    "was asked": "authority",
    "was silent": "ministry",
    "never sent": "embassy",
    "conflicted office": "consulate",
    "consent withdrawn": "ombudsman",
    "declined": "foreign",
    "recalled": "leadership",
    "no office": None,
}
STRANGER, HALF, DEACTIVATED = "stranger", "half signed in", "deactivated"
WORKER, OTHER_WORKER = "the worker", "worker of another case"
UNKNOWN: Final = reference.make("KH", 2026, 999_999)


@dataclass(frozen=True)
class Visitor:
    """Somebody with a browser: their role, how they stand to the case, their cookies."""

    role: Role | None
    relation: str
    cookies: dict[str, str] = field(default_factory=dict, hash=False, compare=False)

    def __str__(self) -> str:
        """Name the visitor in a list of what went wrong."""
        return f"{self.role or 'nobody'}, {self.relation}"


@dataclass
class Built:
    """The world, built: who there is, and what stands in the places of addresses."""

    visitors: list[Visitor]
    values: dict[str, Any]
    case_id: int


class Snapshot:
    """A copy of the database, to begin each request that changed something from the same point."""

    def __init__(self, path: Path) -> None:
        self._copy = sqlite3.connect(":memory:")
        with sqlite3.connect(path) as live:
            live.backup(self._copy)
        self._live = sqlite3.connect(path)
        self._live.execute("PRAGMA synchronous=OFF")
        self._watch = sqlite3.connect(path)
        self._version = self._now()

    def _now(self) -> int:
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def restore(self) -> None:
        """Bring everything back, if anything was written."""
        if self._now() == self._version:
            return
        self._copy.backup(self._live)
        self._version = self._now()

    def close(self) -> None:
        """Let the files go."""
        self._watch.close()
        self._live.close()
        self._copy.close()


def build(session: Session, app: Flask) -> Built:
    """Build the world; commit it."""
    now = app.config["CLOCK"]()
    factories.small_directory(session)
    world = World(session, now)
    assigned, earlier = (
        factories.staff(session, Role.CASEWORKER, office) for office in ("cso", "other-cso")
    )
    accused = [
        factories.staff(session, role, office)
        for role, office in (
            (Role.CASEWORKER, "cso"),
            (Role.SUPERVISOR, "cso"),
            (Role.OFFICER, "attache"),
            (Role.COORDINATOR, "coordinator"),
        )
    ]
    case = _case(world, assigned, earlier, accused)
    people = [
        (factories.staff(session, role, office), relation)
        for role, (relation, office) in product(Role, OFFICES.items())
    ]
    people += [(assigned, "assigned"), (earlier, "ex-assignee")]
    people += [(person, "accused person") for person in accused]
    opener = factories.staff(session, Role.CASEWORKER, "other-cso")
    reason = "Her sister says that she is locked in."
    emergency.open_case(session, staff_actor(opener), now, reference=case.reference, reason=reason)
    people.append((opener, "in an emergency"))
    visitors = [_staff(session, now, person, relation) for person, relation in people]
    visitors += _others(session, world, now, case)
    built = Built(visitors, _values(session, case, assigned), case.id)
    session.commit()
    return built


def _case(world: World, assigned: Staff, earlier: Staff, accused: list[Staff]) -> Case:
    """Return a case of the CSO, which the attaché has taken and which many others came to know."""
    session, now, actor = world.session, world.now, staff_actor(assigned)
    coordinator = world.actor(Role.COORDINATOR, "coordinator")
    case = world.file(actor, decisions=agrees("KH", "TH:labour_authority", "ombudsman"))
    for person in (earlier, assigned):
        triage.reassign(session, case, coordinator, now, caseworker_id=person.id)
    referrals.accept(session, case, world.actor(Role.OFFICER, "attache"), now)
    for office, state in (
        ("authority", "offered"),
        ("ministry", "silent"),
        ("consulate", "accepted"),
        ("ombudsman", "accepted"),
        ("foreign", "declined"),
        ("leadership", "recalled"),
    ):
        factories.referral(session, case, office, state=state, lead=False)
    factories.case_party(session, case, role="post", office_id="consulate")
    for person in accused:
        factories.case_party(session, case, role="person", staff_id=person.id)
    factories.case_conflict(
        session, case, office_id="agencies", held_since=now, changed_by=assigned.id
    )
    case.about_official, case.triaged_at = Said.YES.value, now
    world.settle(case)
    consents.withdraw(session, case, actor, now, recipient="ombudsman")
    return case


def _staff(session: Session, now: Any, person: Staff, relation: str) -> Visitor:
    token = logins.begin_for_staff(session, now, person, factor=True)
    return Visitor(Role(person.role), relation, {"desk": token})


def _others(session: Session, world: World, now: Any, case: Case) -> Iterator[Visitor]:
    yield Visitor(None, STRANGER)
    other = world.file(decisions=agrees("KH"))
    for name, which in ((WORKER, case), (OTHER_WORKER, other)):
        yield Visitor(None, name, {"visit": logins.begin_for_case(session, now, which)})
    half = factories.staff(session, Role.SUPERVISOR, "cso")
    token = logins.begin_for_staff(session, now, half, factor=False)
    yield Visitor(Role.SUPERVISOR, HALF, {"desk": token})
    gone = factories.staff(session, Role.SUPERVISOR, "cso")
    visitor = _staff(session, now, gone, DEACTIVATED)
    gone.active = False
    yield visitor


def _values(session: Session, case: Case, assigned: Staff) -> dict[str, Any]:
    """Return what stands in the places of addresses, for rows that are really there."""
    task = factories.task(session, case, "Call", office_id="cso")
    file = factories.evidence(session, case_id=case.id)
    party = factories.party(session, "Good Jobs")
    factories.case_party(session, case, party_id=party.id)
    supervisor = factories.staff(session, Role.SUPERVISOR, "cso")
    caseworker = factories.staff(session, Role.CASEWORKER, "other-cso")
    access = factories.emergency_access(session, case, caseworker.id)
    access.until = access.at + timedelta(hours=2)
    term = session.query(TermRow).first()
    login = session.query(Login).filter_by(staff_id=supervisor.id).first()
    notice = factories.notice(session, case, "cso")
    assert term is not None
    factories.holiday(session, "KH", "2026-12-01")
    return {
        "lang": "en",
        "step": "category",
        "token": "nobody-was-invited-with-this",
        "reference": case.reference,
        "task_id": task.id,
        "referral_id": next(r.id for r in case.referrals if r.office_id == "attache"),
        "file_id": file.id,
        "party_id": party.id,
        "staff_id": assigned.id,
        "office_id": "agencies",
        "access_id": access.id,
        "term_id": term.id,
        "login_id": login.id if login else 1,
        "notice_id": notice.id,
        "export_id": factories.export(session, supervisor, wanted=asdict(Wish())).id,
        "rule_id": factories.retention_rule(session, 24).id,
        "passkey_id": 1,
        "level": 1,
        "code": {"admin.country": "KH", "admin.add_holiday": "KH", "admin.turn_holiday": "KH"},
        "day": "2026-12-01",
        "slug": {"supervisor.decide": "take-over"},
    }
