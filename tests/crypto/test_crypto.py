"""Sealing: what opens, what does not, and that nothing opens where it does not belong."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework import crypto
from casework.crypto import KeysMissing, SealBroken, keyset, seal
from casework.models import Case, Message
from tests import factories
from tests.factories import World


@pytest.fixture
def world(session: Session) -> World:
    factories.small_directory(session)
    return World(session, factories.BEGINNING)


@pytest.fixture
def own_keys(keys: str) -> Iterator[crypto.Keyset]:
    """Give the keyset of the run, and put it back whatever a test installs."""
    own = crypto.load_keyset(keys)
    crypto.install(own)
    yield own
    crypto.install(own)


def raw(session: Session, table: str, column: str, row_id: int) -> bytes:
    query = text(f"SELECT {column} FROM {table} WHERE id = :id")  # noqa: S608 - names of our own.
    cell: bytes = session.execute(query, {"id": row_id}).scalar_one()
    return cell


def put(session: Session, table: str, column: str, row_id: int, cell: bytes) -> None:
    query = text(f"UPDATE {table} SET {column} = :cell WHERE id = :id")  # noqa: S608
    session.execute(query, {"cell": cell, "id": row_id})
    session.expire_all()


# --- cells ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["", "x", "ប្រាក់ខែ ၉၀၀၀ ຄ່າຈ້າງ", "a" * 100_000])
def test_what_was_written_is_read_and_stands_nowhere_in_plain(world: World, words: str) -> None:
    case = factories.case(world.session, story=words)
    world.session.expire_all()
    assert case.story == words
    cell = raw(world.session, "cases", "story_sealed", case.id)
    assert len(cell) == len(words.encode()) + 1 + seal.NONCE_BYTES + 16
    assert len(words) < 2 or words.encode() not in cell


def test_nothing_stays_nothing(world: World) -> None:
    case = factories.case(world.session, story="words")
    case.story = None
    assert (case.story, case.story_sealed) == (None, None)
    assert isinstance(Case.story, crypto.SealedText)


def test_the_same_words_never_look_the_same(world: World) -> None:
    case = factories.case(world.session, story="same", story_original="same")
    first = case.story_sealed
    case.story = "same"
    assert len({first, case.story_sealed, case.story_original_sealed}) == 3


def test_a_cell_does_not_open_in_another_row(world: World) -> None:
    case = factories.case(world.session)
    one, other = (factories.message(world.session, case, body) for body in ("one", "other"))
    put(
        world.session,
        "message",
        "body_sealed",
        other.id,
        raw(world.session, "message", "body_sealed", one.id),
    )
    with pytest.raises(SealBroken):
        _ = other.body
    assert one.body == "one"


def test_a_cell_does_not_open_in_another_column(world: World) -> None:
    case = factories.case(world.session, story="mine", outcome_text="theirs")
    cell = raw(world.session, "cases", "story_sealed", case.id)
    put(world.session, "cases", "outcome_text_sealed", case.id, cell)
    with pytest.raises(SealBroken):
        _ = case.outcome_text


def test_a_cell_does_not_open_in_another_table_or_case(world: World) -> None:
    one, other = factories.case(world.session, story="mine"), factories.case(world.session)
    cell = raw(world.session, "cases", "story_sealed", one.id)
    put(world.session, "cases", "story_sealed", other.id, cell)
    with pytest.raises(SealBroken):
        _ = other.story
    note = factories.note(world.session, one, "a note")
    put(world.session, "note", "body_sealed", note.id, cell)
    with pytest.raises(SealBroken):
        _ = note.body


def test_the_key_of_one_case_does_not_serve_another(world: World) -> None:
    one, other = factories.case(world.session, story="mine"), factories.case(world.session)
    cell = raw(world.session, "cases", "wrapped_key", one.id)
    put(world.session, "cases", "wrapped_key", other.id, cell)
    with pytest.raises(SealBroken):
        other.story = "words"


@pytest.mark.parametrize("damage", [b"", b"short", b"\x00" * 60])
def test_a_damaged_cell_does_not_open(world: World, damage: bytes) -> None:
    case = factories.case(world.session, story="words")
    put(world.session, "cases", "story_sealed", case.id, damage)
    with pytest.raises(SealBroken):
        _ = case.story


@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_no_bit_of_a_sealed_value_can_be_turned(place: int, bit: int) -> None:
    key = b"k" * crypto.KEY_BYTES
    sealed = bytearray(seal.seal(key, b"the words of a person", "table|column|1"))
    sealed[place % len(sealed)] ^= 1 << bit
    with pytest.raises(SealBroken):
        seal.unseal(key, bytes(sealed), "table|column|1")


def test_a_seal_is_refused_without_saying_what_it_holds(world: World) -> None:
    case = factories.case(world.session, story="words")
    put(world.session, "cases", "story_sealed", case.id, b"x" * 40)
    with pytest.raises(SealBroken) as broken:
        _ = case.story
    assert str(broken.value) == f"cases|story_sealed|{case.id}"


def test_a_row_of_a_case_opens_with_the_key_of_its_case(world: World) -> None:
    case = factories.case(world.session)
    message = factories.message(world.session, case, "words")
    world.session.expire_all()
    found = world.session.get_one(Message, message.id)
    assert found.key_row is case
    assert found.body == "words"


def test_a_draft_has_a_key_of_its_own(world: World) -> None:
    draft = factories.draft(world.session, answers="{}", code="1234")
    world.session.expire_all()
    assert (draft.answers, draft.code) == ("{}", "1234")
    assert draft.key_row is draft


def test_a_renewed_key_opens_nothing_of_before(world: World) -> None:
    draft = factories.draft(world.session, answers="{}")
    sealed = draft.answers_sealed
    crypto.renew_key(draft)
    draft.answers = "anew"
    assert draft.answers == "anew"
    draft.answers_sealed = sealed
    with pytest.raises(SealBroken):
        _ = draft.answers


# --- keysets --------------------------------------------------------------------------------------


def test_a_keyset_survives_being_written_down() -> None:
    made = crypto.make_keyset()
    assert crypto.load_keyset(crypto.dump_keyset(made)) == made
    assert crypto.make_keyset() != made


def test_a_keyset_never_shows_its_keys() -> None:
    made = crypto.Keyset({1: b"w" * 32}, 1, b"s" * 32)
    assert repr(made) == "Keyset(current=1)"


def document(**changes: Any) -> str:
    whole = crypto.Keyset({1: b"w" * 32}, 1, b"s" * 32)
    return json.dumps(json.loads(crypto.dump_keyset(whole)) | changes)


@pytest.mark.parametrize(
    "damaged",
    [
        "",
        "{}",
        "[]",
        "null",
        "not json",
        document(current=2),
        document(current=None),
        document(secret="c2hvcnQ="),
        document(secret=7),
        document(wrapping={}),
        document(wrapping=[1]),
        document(wrapping={"one": "c2hvcnQ="}),
        document(wrapping={"1": "c2hvcnQ="}),
        document(wrapping={"1": "%%%"}),
    ],
)
def test_a_damaged_keyset_is_told_and_nothing_of_it_shown(damaged: str) -> None:
    with pytest.raises(KeysMissing) as told:
        crypto.load_keyset(damaged)
    assert str(told.value) in {"the keyset cannot be read", "the keyset is damaged"}


def test_without_a_keyset_nothing_is_sealed(own_keys: object) -> None:
    keyset._installed.clear()
    with pytest.raises(KeysMissing, match="no keyset is installed"):
        crypto.new_data_key("cases", 1)


def test_another_keyset_opens_nothing(world: World, own_keys: object) -> None:
    case = factories.case(world.session, story="words")
    world.session.commit()
    case_id = case.id
    world.session.expunge_all()
    crypto.install(crypto.make_keyset())
    found = world.session.get_one(Case, case_id)
    with pytest.raises(SealBroken):
        _ = found.story


def test_a_keyset_without_the_right_version_says_so(world: World, own_keys: crypto.Keyset) -> None:
    case = factories.case(world.session, story="words")
    world.session.commit()
    case_id = case.id
    world.session.expunge_all()
    crypto.install(replace(own_keys, wrapping={7: b"w" * 32}, current=7))
    found = world.session.get_one(Case, case_id)
    with pytest.raises(KeysMissing, match="key version 1 "):
        _ = found.story


def test_old_versions_still_open_after_a_new_one_is_current(
    world: World, own_keys: crypto.Keyset
) -> None:
    old = factories.case(world.session, story="old")
    newer = replace(own_keys, wrapping=own_keys.wrapping | {2: b"w" * 32}, current=2)
    crypto.install(newer)
    new = factories.case(world.session, story="new")
    assert new.wrapped_key[:2] == b"\x00\x02"
    world.session.expire_all()
    old.__dict__.pop("_data_key", None)
    new.__dict__.pop("_data_key", None)
    assert (old.story, new.story) == ("old", "new")


def test_keys_lie_in_a_file_that_only_their_owner_reads(tmp_path: Path) -> None:
    folder = tmp_path / "instance" / "keys"
    made = crypto.keyset_from_folder(folder)
    path = folder / "keyset.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert crypto.keyset_from_folder(folder) == made
    path.write_text("{}", encoding="ascii")
    with pytest.raises(KeysMissing):
        crypto.keyset_from_folder(folder)
    assert path.read_text(encoding="ascii") == "{}"


# --- what is found again --------------------------------------------------------------------------


def test_an_index_finds_the_same_value_for_the_same_purpose_only(own_keys: object) -> None:
    index = crypto.blind_index("telephone", "+85512345678")
    assert index == crypto.blind_index("telephone", "+85512345678")
    assert index != crypto.blind_index("passport", "+85512345678")
    assert index != crypto.blind_index("telephone", "+85512345679")
    assert len(index) == crypto.INDEX_BYTES
    crypto.install(crypto.make_keyset())
    assert index != crypto.blind_index("telephone", "+85512345678")


def test_a_code_is_looked_up_under_a_slow_keyed_hash(own_keys: crypto.Keyset) -> None:
    found = crypto.code_lookup("1" * 20)
    assert found == crypto.code_lookup("1" * 20)
    assert found != crypto.code_lookup("2" * 20)
    assert len(found) == crypto.KEY_BYTES
    crypto.install(replace(own_keys, wrapping={9: b"w" * 32}, current=9))
    # Wrapping keys change; what was given to people stays findable.
    assert found == crypto.code_lookup("1" * 20)
    crypto.install(replace(own_keys, secret=b"s" * 32))
    assert found != crypto.code_lookup("1" * 20)


def test_a_token_is_kept_as_its_hash() -> None:
    assert crypto.token_hash("a") == crypto.token_hash("a") != crypto.token_hash("b")
    assert b"a" * 8 not in crypto.token_hash("a" * 8)


def test_a_keyset_is_known_by_a_mark_that_tells_nothing(own_keys: crypto.Keyset) -> None:
    mark = crypto.fingerprint()
    assert mark == crypto.fingerprint()
    assert len(bytes.fromhex(mark)) == 8
    crypto.install(crypto.make_keyset())
    assert mark != crypto.fingerprint()


def test_a_key_is_unwrapped_once_for_each_loaded_row(own_keys: object) -> None:
    wrapped = crypto.new_data_key("cases", 7)
    row = SimpleNamespace(__tablename__="cases", id=7, wrapped_key=wrapped)
    key = crypto.data_key(row)
    assert len(key) == crypto.KEY_BYTES
    row.wrapped_key = b""
    assert crypto.data_key(row) == key
