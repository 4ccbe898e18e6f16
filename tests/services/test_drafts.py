"""A complaint is kept sealed while it is written, and becomes one case and its receipt."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import crypto
from casework.crypto import SealBroken
from casework.domain.complaint import IntakeData
from casework.models import Case, Draft
from casework.services import drafts
from tests import factories


@pytest.fixture
def complaint(world: factories.World) -> IntakeData:
    """A complaint about wages."""
    assert world.session is not None
    return IntakeData(
        language="km",
        channel="web",
        origin="KH",
        destination="TH",
        categories={"wages": ["unpaid"]},
        story="The boss keeps our pay.",
    )


def test_a_draft_is_found_by_its_token_alone(session: Session, now: datetime) -> None:
    draft, token = drafts.begin(session, now, "km")
    assert drafts.find(session, now, token) is draft
    assert drafts.find(session, now, token, lock=True) is draft
    assert drafts.find(session, now, token + "x") is None
    assert token.encode() not in draft.token_hash
    assert drafts.read(draft) == {}


def test_what_was_typed_is_kept_sealed(session: Session, now: datetime) -> None:
    draft, _ = drafts.begin(session, now, "km")
    later = now + timedelta(hours=1)
    drafts.save(draft, later, "my", {"pages": {"story": {"story": ["ប្រាក់ខែ"]}}})
    assert drafts.read(draft) == {"pages": {"story": {"story": ["ប្រាក់ខែ"]}}}
    assert "ប្រាក់ខែ".encode() not in (draft.answers_sealed or b"")
    assert (draft.saved_at, draft.language) == (later, "my")


def test_a_draft_lives_seven_days_from_its_last_save(session: Session, now: datetime) -> None:
    draft, token = drafts.begin(session, now, "km")
    almost = now + drafts.LASTS - timedelta(seconds=1)
    assert drafts.find(session, almost, token) is draft
    assert drafts.find(session, now + drafts.LASTS, token) is None
    drafts.save(draft, almost, "km", {})
    assert drafts.find(session, now + drafts.LASTS, token) is draft


def test_a_draft_that_was_left_opens_with_its_code(session: Session, now: datetime) -> None:
    draft, token = drafts.begin(session, now, "km")
    lookup = crypto.code_lookup(draft.code or "")
    assert drafts.find_by_code(session, now, lookup) is None
    code = drafts.leave(draft)
    assert code == drafts.leave(draft) == draft.code
    assert drafts.find_by_code(session, now, lookup) is draft
    assert drafts.find_by_code(session, now + drafts.LASTS, lookup) is None
    fresh = drafts.resume(draft)
    assert drafts.find(session, now, token) is None
    assert drafts.find(session, now, fresh) is draft


def test_a_discarded_draft_is_gone(session: Session, now: datetime) -> None:
    _, token = drafts.begin(session, now, "km")
    drafts.discard(session, token)
    drafts.discard(session, token)
    assert session.scalars(select(Draft)).all() == []


def test_a_draft_becomes_one_case(session: Session, now: datetime, complaint: IntakeData) -> None:
    draft, _ = drafts.begin(session, now, "km")
    drafts.save(draft, now, "km", {"pages": {}})
    code = drafts.leave(draft)
    case = drafts.file(session, draft, now, complaint)
    again = drafts.file(session, draft, now + timedelta(minutes=1), complaint)
    assert again is case
    assert session.scalars(select(Case)).all() == [case]
    assert case.code_hash == crypto.code_lookup(code)
    assert (draft.case_id, draft.code, draft.saved_at) == (case.id, code, now)


def test_what_a_filed_draft_held_cannot_be_opened_any_more(
    session: Session, now: datetime, complaint: IntakeData
) -> None:
    draft, _ = drafts.begin(session, now, "km")
    drafts.save(draft, now, "km", {"pages": {"story": {"story": ["secret"]}}})
    drafts.leave(draft)
    sealed = draft.answers_sealed
    drafts.file(session, draft, now, complaint)
    assert draft.answers is None
    assert draft.resume_hash is None
    assert drafts.read(draft) == {}
    draft.answers_sealed = sealed
    with pytest.raises(SealBroken):
        assert draft.answers


def test_a_receipt_is_seen_for_an_hour(
    session: Session, now: datetime, complaint: IntakeData
) -> None:
    draft, token = drafts.begin(session, now, "km")
    case = drafts.file(session, draft, now, complaint)
    session.flush()
    almost, over = now + timedelta(minutes=59), now + timedelta(minutes=60)
    assert drafts.find(session, almost, token) is draft
    assert drafts.receipt_of(session, almost, case.id) is draft
    assert drafts.find(session, over, token) is None
    assert drafts.receipt_of(session, over, case.id) is None


def test_a_new_code_takes_the_place_of_the_receipt(
    session: Session, now: datetime, complaint: IntakeData
) -> None:
    draft, token = drafts.begin(session, now, "km")
    case = drafts.file(session, draft, now, complaint)
    drafts.replace_receipt(session, now, case.id, "12345678901234567890", "km")
    session.flush()
    receipt = drafts.receipt_of(session, now, case.id)
    assert receipt is not None
    assert receipt.code == "12345678901234567890"
    assert drafts.find(session, now, token) is None
    drafts.forget_receipt(session, case.id)
    assert drafts.receipt_of(session, now, case.id) is None


def test_old_drafts_and_receipts_are_purged(
    session: Session, now: datetime, complaint: IntakeData
) -> None:
    drafts.begin(session, now - drafts.LASTS, "km")
    young, _ = drafts.begin(session, now - timedelta(days=6), "km")
    receipt, _ = drafts.begin(session, now, "km")
    drafts.file(session, receipt, now - drafts.RECEIPT_LASTS, complaint)
    session.flush()
    assert drafts.purge(session, now) == 2
    assert session.scalars(select(Draft)).all() == [young]
    assert drafts.purge(session, now) == 0
