"""Rotating the wrapping key: everything opens before, during and after."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import crypto
from casework.models import Case, Draft, Setting
from casework.services import keys as rotation
from tests import factories


@pytest.fixture(autouse=True)
def own_keys(keys: str) -> Iterator[crypto.Keyset]:
    own = crypto.load_keyset(keys)
    crypto.install(own)
    yield own
    crypto.install(own)


def told(session: Session, number: int) -> list[int]:
    factories.small_directory(session)
    ids = [factories.case(session, story=f"story {each}").id for each in range(number)]
    factories.draft(session, answers="answers")
    session.commit()
    return ids


def turn(session: Session) -> int:
    changed = 0
    for table in rotation.tables():
        after: int | None = 0
        while after is not None:
            after, count = rotation.rewrap(session, table, after)
            changed += count
            session.commit()
    return changed


def stories(session: Session, ids: list[int]) -> list[str | None]:
    session.expunge_all()
    return [session.get_one(Case, each).story for each in ids]


def test_every_table_with_a_data_key_is_known() -> None:
    names = [table.__tablename__ for table in rotation.tables()]
    assert {"cases", "draft"} <= set(names)
    assert names == sorted(names)


def test_all_data_keys_are_wrapped_anew_and_all_opens(
    session: Session, own_keys: crypto.Keyset
) -> None:
    ids = told(session, 3)
    cells = session.scalars(select(Case.story_sealed).order_by(Case.id)).all()
    assert rotation.outdated(session) == 0
    fresh = own_keys.with_new_key()
    crypto.install(fresh)
    assert (rotation.outdated(session), turn(session), turn(session)) == (4, 4, 0)
    assert rotation.in_use(session) == {2: 4}
    crypto.install(fresh.without(1))
    assert stories(session, ids) == ["story 0", "story 1", "story 2"]
    assert session.scalars(select(Draft)).one().answers == "answers"
    assert session.scalars(select(Case.story_sealed).order_by(Case.id)).all() == cells


def test_a_rotation_that_was_stopped_goes_on(
    session: Session, own_keys: crypto.Keyset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "AT_ONCE", 2)
    ids = told(session, 5)
    crypto.install(own_keys.with_new_key())
    last, changed = rotation.rewrap(session, Case, 0)
    session.commit()
    assert (last, changed) == (sorted(ids)[1], 2)
    assert rotation.outdated(session) == 4
    assert stories(session, ids) == [f"story {each}" for each in range(5)]
    assert turn(session) == 4


def test_a_key_that_changes_meanwhile_is_left_alone(
    session: Session, own_keys: crypto.Keyset, monkeypatch: pytest.MonkeyPatch
) -> None:
    (case_id,) = told(session, 1)
    crypto.install(own_keys.with_new_key())
    real = crypto.rewrapped

    def meanwhile(wrapped: bytes, table: str, row_id: int) -> bytes:
        case = session.get_one(Case, case_id)
        crypto.renew_key(case)
        session.flush()
        return real(wrapped, table, row_id)

    monkeypatch.setattr(crypto, "rewrapped", meanwhile)
    rotation.rewrap(session, Case, 0)
    session.commit()
    case = session.get_one(Case, case_id)
    session.refresh(case)
    case.__dict__.pop("_data_key", None)
    case.story = "anew"
    assert case.story == "anew"


def test_a_wrapped_key_belongs_to_its_row(session: Session, own_keys: crypto.Keyset) -> None:
    one, other = told(session, 2)
    wrapped = session.get_one(Case, one).wrapped_key
    session.execute(update(Case).where(Case.id == other).values(wrapped_key=wrapped))
    crypto.install(own_keys.with_new_key())
    with pytest.raises(crypto.SealBroken):
        turn(session)


def test_marks_tell_whether_keys_belong_to_the_database(
    session: Session, own_keys: crypto.Keyset
) -> None:
    assert rotation.belong(session)
    rotation.keep_marks(session)
    assert rotation.belong(session)
    crypto.install(crypto.make_keyset())
    assert not rotation.belong(session)
    newer = own_keys.with_new_key()
    crypto.install(newer)
    assert rotation.belong(session)
    rotation.keep_marks(session)
    crypto.install(own_keys)
    assert not rotation.belong(session)
    crypto.install(newer.without(1))
    assert not rotation.belong(session)
    rotation.keep_marks(session)
    assert rotation.belong(session)
    assert session.get(Setting, "keyset:1") is None
    swapped = crypto.Keyset({2: b"w" * 32}, 2, own_keys.secret)
    crypto.install(swapped)
    assert not rotation.belong(session)
