"""Where a complaint goes is the server's own decision, whatever else a form brings along."""

from __future__ import annotations

import random
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.models import Case, CaseConflict
from casework.services import reference
from tests import factories, public_way
from tests.faults.sizes import size
from tests.pages import CheckedClient

pytestmark = pytest.mark.faults

FORMS: Final = size(short=200, long=10_000)
_NAMES: Final = (
    "office", "office_id", "desk", "desk_office_id", "caseworker_id", "staff_id", "severity",
    "level", "status", "conflicted", "complained_offices", "needs_triage", "triaged_at", "lead",
    "referral", "referrals-0-office_id", "decisions", "recipient", "consents", "rule", "role",
    "taxonomy_version", "channel", "filed_at", "reference", "case_id", "submission_key", "code",
    "import_id", "group_id", "merged_into", "version", "actor", "about_official", "documented",
)  # fmt: skip
_VALUES: Final = (
    "kh-la-th", "coordinator", "mm-embassy-th", "urgent", "normal", "9", "0", "-1", "true", "no",
    "closed", "referred", "", "administrator", "KH", "MM:embassy", "2026-01-01", "[]", "1",
)  # fmt: skip


def _decided(session: Session, case: Case) -> dict[str, Any]:
    """Return all that the server decides about a case."""
    conflicts = session.execute(
        select(CaseConflict.office_id, CaseConflict.staff_id).where(CaseConflict.case_id == case.id)
    )
    return {
        "desk": (case.desk_office_id, case.caseworker_id),
        "weight": (case.severity, case.level, case.status, case.needs_triage, case.about_official),
        "how": (case.channel, case.filed_by, case.taxonomy_version, case.import_id, case.codes),
        "referrals": {(r.office_id, r.lead, r.state, r.level) for r in case.referrals},
        "conflicts": {tuple(row) for row in conflicts},
        "consents": {(c.recipient, c.scope, c.given) for c in case.consents},
    }


def _forge(chance: random.Random, typed: dict[str, Any]) -> dict[str, Any]:
    names = chance.sample(_NAMES, chance.randint(1, 6))
    return {name: chance.choice(_VALUES) for name in names} | typed


def _file(client: CheckedClient, session: Session, typed: public_way.Typed) -> Case:
    client.delete_cookie("draft")
    known = set(session.scalars(select(Case.id)))
    public_way.send(client, typed)
    session.rollback()
    return session.scalars(select(Case).where(Case.id.not_in(known))).one()


COMPLAINTS: Final = (
    public_way.WAGES,
    public_way.changed(you={"filed_by": "self", "naming": "anonymous"}, office={"answer": "keep"}),
)


@pytest.mark.parametrize("told", range(len(COMPLAINTS)))
def test_no_form_decides_where_a_case_goes(
    app: Flask, session: Session, client: CheckedClient, told: int
) -> None:
    del app
    reference.load(session, factories.BEGINNING)
    session.commit()
    complaint = COMPLAINTS[told]
    own = _decided(session, _file(client, session, complaint))
    chance, forged = random.Random(told), 0
    while forged < FORMS // len(COMPLAINTS):
        tampered = {step: _forge(chance, typed) for step, typed in complaint.items()}
        assert _decided(session, _file(client, session, tampered)) == own
        forged += len(tampered)
    print(f"\n{forged} mutated forms: 0 decided anything")
