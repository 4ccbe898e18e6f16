"""Files of evidence: cleaned and sealed, noticed twice, seen by those who may, gone for good."""

from __future__ import annotations

import io
import socket
import threading
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from PIL import ExifTags, Image
from sqlalchemy import select

from casework.crypto import SealBroken
from casework.db import made_at, transaction
from casework.domain.complaint import IntakeData
from casework.domain.consent import Decision, Item
from casework.domain.facts import Actor, OfficeFacts, RecipientKind, Role, Scope
from casework.domain.routing import Assignment
from casework.domain.workflow import Action
from casework.media.kinds import LARGEST_FILE, Refused, Why
from casework.models import Case, Draft, Event, Evidence, Notice
from casework.scanning import ScannerDown
from casework.services import casefile, consents, drafts, history, outcome, preview, referrals
from casework.services.casefile import NotAllowed
from casework.services.evidence import keeping, showing, taking
from casework.services.evidence.keeping import MOST, TooMany
from casework.services.evidence.taking import ORIGINAL, PREVIEW, SHARED, Sent, path
from casework.storage import FolderStore, Missing, Store, StoreDown
from tests import factories
from tests.factories import World, agrees
from tests.threads import together

GPS = ExifTags.Base.GPSInfo
COMPLAINT = IntakeData(
    language="km",
    channel="web",
    origin="KH",
    destination="TH",
    categories={"wages": ["unpaid"]},
    decisions=agrees("KH"),
)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return FolderStore(tmp_path / "evidence", floor=0)


def photo(colour: str = "navy") -> bytes:
    """A photo that says where it was taken."""
    image, out, exif = Image.new("RGB", (640, 480), colour), io.BytesIO(), Image.Exif()
    exif.get_ifd(GPS)[ExifTags.GPS.GPSLatitude] = (13.0, 45.0, 30.0)
    exif[ExifTags.Base.Artist] = "Sok Dara"
    image.save(out, "JPEG", exif=exif)
    return out.getvalue()


def sent(data: bytes, name: str = "contract.jpg", note: str = "") -> Sent:
    return Sent(io.BytesIO(data), name, note)


def prepared(world: World, store: Store, data: bytes | None = None) -> Evidence:
    return taking.prepare(store, None, sent(data or photo()), world.now)


def whole(store: Store, row: Evidence, part: str) -> bytes:
    return b"".join(showing.read(store, row, part))


def add(world: World, store: Store, case: Case, actor: Actor, colour: str = "navy") -> Evidence:
    row = prepared(world, store, photo(colour))
    return keeping.add_to_case(world.session, case, actor, world.now, row)


def led(world: World) -> tuple[Case, Actor]:
    """Return a case that an office has taken, which may see the case but no files."""
    case = world.file(decisions=agrees("KH", "TH"))
    officer = world.actor(Role.OFFICER, "attache")
    referrals.accept(world.session, case, officer, world.now)
    return case, officer


def let_see_files(world: World, case: Case, country: str = "KH") -> None:
    decision = Decision(RecipientKind.STATE, country, Scope.DOCUMENTS, given=True)
    consents.change(
        world.session, case, world.worker(case), world.now, decisions=[decision], how="form"
    )


def files_of(world: World, case: Case, actor: Actor) -> list[int]:
    items = preview.items_of(world.session, case, actor)
    return [each.id for each in showing.shown(world.session, case, actor.office, items)]


class TestTaking:
    def test_the_copy_tells_nothing_and_the_original_all(self, world: World, store: Store) -> None:
        data = photo()
        row = taking.prepare(store, None, sent(data, "../Sok Dara.jpg", " My contract "), world.now)
        assert (row.kind, row.media_type, row.size) == ("photo", "image/jpeg", len(data))
        assert (row.name, row.note) == ("../Sok Dara.jpg", "My contract")
        assert whole(store, row, ORIGINAL) == data
        shared = whole(store, row, SHARED)
        assert len(shared) == row.shared_size
        assert not Image.open(io.BytesIO(shared)).getexif()
        assert b"Sok Dara" not in shared
        assert Image.open(io.BytesIO(whole(store, row, PREVIEW))).format == "JPEG"
        assert row.has_preview

    def test_what_lies_in_the_store_is_sealed(
        self, world: World, store: Store, tmp_path: Path
    ) -> None:
        prepared(world, store)
        lying = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
        assert lying
        assert b"JFIF" not in lying
        assert b"Sok Dara" not in lying

    def test_a_text_has_no_preview(self, world: World, store: Store) -> None:
        row = taking.prepare(store, None, sent(b"They took my passport.", ""), world.now)
        assert (row.kind, row.has_preview, row.name, row.note) == ("text", False, None, None)
        assert sorted(store.list()) == [path(row.id, ORIGINAL), path(row.id, SHARED)]

    @pytest.mark.parametrize(
        ("data", "why"),
        [
            (b"", Why.EMPTY),
            (b"MZ\x90\x00" + bytes(200), Why.UNKNOWN_KIND),
            (bytes(LARGEST_FILE + 1), Why.TOO_BIG),
            (photo()[:300], Why.DAMAGED),
        ],
        ids=lambda value: value.value if isinstance(value, Why) else "",
    )
    def test_what_is_not_taken_leaves_nothing(
        self, world: World, store: Store, data: bytes, why: Why
    ) -> None:
        with pytest.raises(Refused) as refused:
            taking.prepare(store, None, sent(data), world.now)
        assert refused.value.why is why
        assert list(store.list()) == []

    def test_a_scanner_is_asked_first(self, world: World, store: Store) -> None:
        with scanner(b"stream: Eicar FOUND\0") as at, pytest.raises(Refused) as refused:
            taking.prepare(store, at, sent(photo()), world.now)
        assert refused.value.why is Why.INFECTED
        with pytest.raises(ScannerDown):
            taking.prepare(store, "127.0.0.1:1", sent(photo()), world.now)
        assert list(store.list()) == []
        with scanner(b"stream: OK\0") as at:
            assert taking.prepare(store, at, sent(photo()), world.now).size

    def test_a_store_that_breaks_half_way_keeps_nothing(self, world: World, store: Store) -> None:
        with pytest.raises(StoreDown):
            taking.prepare(Breaking(store), None, sent(photo()), world.now)
        assert list(store.list()) == []

    def test_what_cannot_be_deleted_now_is_found_later(self, world: World, store: Store) -> None:
        row = prepared(world, store)
        taking.destroy(Breaking(store), row.id)
        assert len(list(store.list())) == 3
        taking.destroy(store, row.id)
        assert list(store.list()) == []


class Breaking:
    """A store whose server goes away after the first file; it deletes nothing of a preview."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner

    def write(self, path: str, chunks: Iterable[bytes]) -> int:
        if not path.endswith(ORIGINAL):
            raise StoreDown
        return self._inner.write(path, chunks)

    def read(self, path: str) -> Iterator[bytes]:
        return self._inner.read(path)

    def delete(self, path: str) -> None:
        if self._down(path):
            raise StoreDown
        self._inner.delete(path)

    def _down(self, path: str) -> bool:
        return f"{path.partition('/')[0]}/{PREVIEW}" in self._inner.list()

    def list(self, prefix: str = "") -> Iterator[str]:
        return self._inner.list(prefix)

    def size(self, path: str) -> int:
        return self._inner.size(path)


class scanner:  # noqa: N801 - it is used as a function is.
    """A clamd that gives one answer."""

    def __init__(self, answer: bytes) -> None:
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve)

    def __enter__(self) -> str:
        self._thread.start()
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __exit__(self, *_: object) -> None:
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        line, _ = self._socket.accept()
        with line:
            heard = b""
            while not heard.endswith(bytes(4)):
                heard += line.recv(65_536)
            line.sendall(self._answer)


class TestDraft:
    @pytest.fixture
    def draft(self, world: World) -> Draft:
        return drafts.begin(world.session, world.now, "km")[0]

    def test_the_same_file_twice_is_one(self, world: World, store: Store, draft: Draft) -> None:
        first = keeping.add_to_draft(world.session, draft, prepared(world, store))
        again = keeping.add_to_draft(world.session, draft, prepared(world, store))
        assert again is first
        other = drafts.begin(world.session, world.now, "km")[0]
        elsewhere = keeping.add_to_draft(world.session, other, prepared(world, store))
        assert elsewhere.digest != first.digest
        assert keeping.count_in_draft(world.session, draft) == 1

    def test_there_is_a_most(self, world: World, store: Store, draft: Draft) -> None:
        for _ in range(MOST):
            factories.evidence(world.session, draft_id=draft.id)
        with pytest.raises(TooMany):
            keeping.add_to_draft(world.session, draft, prepared(world, store))

    def test_files_go_with_the_complaint(self, world: World, store: Store, draft: Draft) -> None:
        row = keeping.add_to_draft(world.session, draft, prepared(world, store))
        before = row.wrapped_key, row.digest
        case = drafts.file(world.session, draft, world.now, COMPLAINT)
        assert (row.case_id, row.draft_id, row.wrapped_key) == (case.id, None, before[0])
        assert row.digest != before[1]
        assert whole(store, row, ORIGINAL) == photo()
        assert keeping.of_draft(world.session, draft) == []
        again = add(world, store, case, world.worker(case))
        assert again is row
        [event] = [e for e in history.of_case(world.session, case) if e.action == Action.EVIDENCE]
        assert (event.data, event.actor_kind) == ({"files": 1}, "complainant")

    def test_a_file_is_removed_from_its_own_draft_only(
        self, world: World, store: Store, draft: Draft
    ) -> None:
        row = keeping.add_to_draft(world.session, draft, prepared(world, store))
        other = drafts.begin(world.session, world.now, "km")[0]
        assert not keeping.remove_from_draft(world.session, other, row.id)
        assert keeping.remove_from_draft(world.session, draft, row.id)
        assert not keeping.remove_from_draft(world.session, draft, row.id)

    def test_a_draft_that_ran_out_takes_its_files_along(
        self, world: World, store: Store, draft: Draft
    ) -> None:
        row = keeping.add_to_draft(world.session, draft, prepared(world, store))
        kept = prepared(world, store)
        world.session.flush()
        later = made_at(row.id) + timedelta(days=2)
        assert taking.orphans(world.session, store, later) == [kept.id]
        assert taking.orphans(world.session, store, made_at(row.id)) == []
        drafts.purge(world.session, draft.saved_at + drafts.LASTS)
        world.session.expunge_all()
        assert taking.orphans(world.session, store, later) == sorted([row.id, kept.id])


class TestCase:
    def test_a_worker_adds_and_removes(self, world: World, store: Store) -> None:
        case = world.file()
        worker, desk = world.worker(case), world.actor(Role.CASEWORKER, "cso")
        assert not keeping.has_files(world.session, case)
        row = add(world, store, case, worker)
        assert (row.from_complainant, row.office_id) == (True, None)
        assert keeping.has_files(world.session, case)
        assert showing.own(world.session, case) == [row]
        assert told(world, case) == [("cso", keeping.ADDED)]
        add(world, store, case, worker, "green")
        assert told(world, case) == [("cso", keeping.ADDED)]
        helped = add(world, store, case, desk, "red")
        assert told(world, case) == [("cso", keeping.ADDED)]
        assert not keeping.remove_from_case(
            world.session, case, worker, world.now, row_id=helped.id
        )
        with pytest.raises(NotAllowed):
            keeping.remove_from_case(world.session, case, desk, world.now, row_id=row.id)
        number = row.id
        assert keeping.remove_from_case(world.session, case, worker, world.now, row_id=number)
        assert not keeping.remove_from_case(world.session, case, worker, world.now, row_id=number)
        assert told(world, case)[-1] == ("cso", keeping.REMOVED)
        assert world.session.get(Evidence, number) is None

    def test_a_file_of_another_case_is_not_removed(self, world: World, store: Store) -> None:
        case, other = world.file(), world.file()
        row = add(world, store, case, world.worker(case))
        worker = world.worker(other)
        assert not keeping.remove_from_case(world.session, other, worker, world.now, row_id=row.id)

    def test_nothing_is_added_to_a_case_that_has_ended(self, world: World, store: Store) -> None:
        case = world.file()
        worker = world.worker(case)
        row = add(world, store, case, worker)
        outcome.withdraw(world.session, case, worker, world.now, under_pressure=False)
        with pytest.raises(NotAllowed):
            add(world, store, case, worker, "red")
        assert keeping.remove_from_case(world.session, case, worker, world.now, row_id=row.id)

    def test_an_office_sees_files_once_the_worker_agrees(self, world: World, store: Store) -> None:
        case, officer = led(world)
        row = add(world, store, case, world.worker(case))
        assert told(world, case)[-1] == ("cso", keeping.ADDED)
        assert files_of(world, case, officer) == []
        assert preview.for_office(world.session, case, office(officer)).evidence is None
        let_see_files(world, case)
        assert files_of(world, case, officer) == [row.id]
        desk = add(world, store, case, world.actor(Role.CASEWORKER, "cso"), "green")
        assert files_of(world, case, officer) == [row.id, desk.id]
        assert ("attache", keeping.ADDED) in told(world, case)
        withdrawn = Decision(RecipientKind.STATE, "KH", Scope.DOCUMENTS, given=False)
        consents.change(
            world.session,
            case,
            world.worker(case),
            world.after(hours=1),
            decisions=[withdrawn],
            how="form",
        )
        assert files_of(world, case, officer) == []

    def test_what_an_office_adds_is_its_own_and_the_desks(self, world: World, store: Store) -> None:
        case, officer = led(world)
        desk, second = world.actor(Role.CASEWORKER, "cso"), world.actor(Role.OFFICER, "authority")
        to = Assignment("authority", referrals.BY_HAND)
        referrals.offer(world.session, case, desk, world.now, assignment=to)
        with pytest.raises(NotAllowed):
            add(world, store, case, second)
        referrals.accept(world.session, case, second, world.now)
        let_see_files(world, case, "TH")
        row = add(world, store, case, officer)
        assert (row.office_id, row.staff_id) == ("attache", officer.staff_id)
        assert files_of(world, case, officer) == [row.id]
        assert files_of(world, case, desk) == [row.id]
        assert files_of(world, case, second) == []
        assert files_of(world, case, world.actor(Role.ADMINISTRATOR)) == []
        assert ("authority", keeping.ADDED) not in told(world, case)

    def test_the_preview_is_what_the_office_then_sees(self, world: World, store: Store) -> None:
        case, officer = led(world)
        let_see_files(world, case)
        for colour in ("red", "green"):
            add(world, store, case, world.worker(case), colour)
        items = preview.items_of(world.session, case, officer)
        page = showing.shown(world.session, case, officer.office, items)
        before = preview.for_office(world.session, case, office(officer)).evidence
        assert before == page
        assert [(each.number, each.kind) for each in page] == [(1, "photo"), (2, "photo")]

    def test_a_file_is_found_in_its_own_case_only(self, world: World, store: Store) -> None:
        case, other = world.file(), world.file()
        desk = world.actor(Role.CASEWORKER, "cso")
        row = add(world, store, case, desk)
        items = frozenset(Item)
        found = showing.find(world.session, case, desk, items, row.id)
        assert found is not None
        assert showing.copy_name(case, found) == f"{case.reference} 01.jpg"
        assert showing.original_name(row) == "contract.jpg"
        assert showing.find(world.session, other, desk, items, row.id) is None

    def test_reading_is_recorded(self, world: World, store: Store) -> None:
        case, officer = led(world)
        desk = world.actor(Role.CASEWORKER, "cso")
        row = add(world, store, case, desk)
        showing.opened(world.session, case, officer, world.now, row.id)
        showing.opened_original(world.session, case, desk, world.now, row)
        with pytest.raises(NotAllowed):
            showing.opened_original(world.session, case, officer, world.now, row)
        query = select(Event).where(Event.case_id == case.id).order_by(Event.id.desc())
        original, copy = world.session.scalars(query).all()[:2]
        assert (copy.action, copy.data) == (showing.READ_FILE, {"file": row.id})
        assert (original.action, original.data["file"]) == (Action.OPEN_ORIGINAL, row.id)

    def test_bytes_of_another_file_do_not_open(self, world: World, store: Store) -> None:
        case = world.file()
        worker = world.worker(case)
        one, two = add(world, store, case, worker), add(world, store, case, worker, "red")
        store.write(path(one.id, SHARED), store.read(path(two.id, SHARED)))
        with pytest.raises(SealBroken):
            showing.read(store, one, SHARED)
        store.write(path(two.id, SHARED), store.read(path(two.id, ORIGINAL)))
        with pytest.raises(SealBroken):
            showing.read(store, two, SHARED)
        taking.destroy(store, two.id)
        with pytest.raises(Missing):
            showing.read(store, two, SHARED)


def test_a_broken_file_stands_in_the_history(world: World) -> None:
    case = world.file()
    row = factories.evidence(world.session, case_id=case.id)
    actor = world.worker(case)
    showing.broken(world.session, case, actor, world.now, row_id=row.id, part=SHARED)
    world.session.flush()
    events = world.session.scalars(select(Event).where(Event.case_id == case.id))
    said = [event.data for event in events if event.action == history.BROKEN_FILE]
    assert said == [{"file": row.id, "part": SHARED}]


class TestAtOnce:
    def test_of_many_hands_none_goes_over_the_most(
        self, world: World, app: Flask, store: Store
    ) -> None:
        case = world.file()
        for _ in range(MOST - 1):
            factories.evidence(world.session, case_id=case.id)
        number, worker, now = case.id, world.worker(case), world.now
        world.session.commit()
        rows = [taking.prepare(store, None, sent(photo(c)), now) for c in ("red", "blue", "red")]

        def one(hand: int) -> int | None:
            try:
                with transaction() as session:
                    locked = casefile.lock(session, number)
                    return keeping.add_to_case(session, locked, worker, now, rows[hand]).id
            except TooMany:
                return None

        kept = [found for found in together(app, len(rows), one) if found]
        world.session.rollback()
        assert len(set(kept)) == 1
        assert len(showing.own(world.session, case)) == MOST


def office(actor: Actor) -> OfficeFacts:
    assert actor.office is not None
    return actor.office


def told(world: World, case: Case) -> list[tuple[str, str]]:
    """Return who was told of files, oldest first."""
    query = select(Notice).where(Notice.case_id == case.id, Notice.kind.like("evidence%"))
    return [(row.office_id, row.kind) for row in world.session.scalars(query.order_by(Notice.id))]
