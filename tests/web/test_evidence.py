"""Files on the pages: added, listed without a word of what they show, handed out to a few."""

from __future__ import annotations

import errno
import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from casework.crypto import SealBroken
from casework.domain.consent import Decision
from casework.domain.facts import RecipientKind, Role, Scope
from casework.media.kinds import LARGEST_FILE
from casework.models import Case, Consent, Draft, Event, Evidence, Staff
from casework.services import consents, drafts, reference, referrals
from casework.services.evidence import keeping, taking
from casework.services.evidence.taking import SHARED, Sent, path
from casework.services.facts import staff_actor
from casework.web import uploading
from casework.web.headers import FILE_POLICY, POLICY
from casework.web.staff import evidence as staff_evidence
from tests import factories, public_way
from tests.factories import World, agrees
from tests.pages import CheckedClient

NOT_FOUND, WRONG, TOO_LARGE, BROKEN = 404, 422, 413, 500
STEP: Final = "/en/complaint/files"
MINE: Final = "/en/case/files"


def photo(colour: str = "navy") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), colour).save(out, "JPEG")
    return out.getvalue()


def named(data: bytes, name: str = "Sok Dara.jpg") -> tuple[io.BytesIO, str]:
    return io.BytesIO(data), name


def send(client: CheckedClient, at: str, data: bytes | None = None, **more: Any) -> Any:
    form = {"do": "add", "file": named(data or photo()), **more}
    return client.submit(at, {name: value for name, value in form.items() if value is not None})


def go_on(client: CheckedClient, step: str, typed: public_way.Typed = public_way.WAGES) -> None:
    """Fill in page after page from one on, until all answers are shown."""
    while step != "check":
        step = public_way.fill(client, step, typed[step]).location.rsplit("/", 1)[1]


def send_raw(client: CheckedClient, size: int) -> Any:
    """Send a file of that many bytes, as a browser words it."""
    token = re.search(r'csrf_token" value="([^"]+)"', client.get(STEP).text)
    assert token
    fields = {"csrf_token": token[1], "note": "My contract", "do": "go"}
    head = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    file = '--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    return client.post(
        STEP,
        input_stream=io.BytesIO((head + file).encode() + bytes(size) + b"\r\n--x--\r\n"),
        content_type="multipart/form-data; boundary=x",
    )


def count(session: Session) -> int:
    session.rollback()
    return session.scalar(select(func.count(Evidence.id))) or 0


def words(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def stored(app: Flask) -> set[int]:
    return {int(each.partition("/")[0]) for each in app.config["STORE"].list()}


@pytest.fixture(autouse=True)
def _empty_store(app: Flask) -> None:
    for number in stored(app):
        taking.destroy(app.config["STORE"], number)


@pytest.fixture
def way(client: CheckedClient, session: Session, now: datetime) -> CheckedClient:
    """A person who has come to the page of files."""
    reference.load(session, now)
    session.commit()
    public_way.walk(client, until="files")
    return client


class TestOnTheWay:
    def test_a_file_is_added_listed_and_removed(
        self, way: CheckedClient, session: Session, app: Flask
    ) -> None:
        assert send(way, STEP, note="My pay slip").location == STEP
        row = session.scalars(select(Evidence)).one()
        assert (row.note, row.name, row.kind) == ("My pay slip", "Sok Dara.jpg", "photo")
        page = way.get(STEP).text
        assert "File 1, photo" in words(page)
        assert "pay slip" not in page
        assert "Sok Dara" not in page
        assert "<img" not in page
        number = row.id
        assert way.submit(STEP, {"remove": str(number)}).location == STEP
        assert count(session) == 0
        assert stored(app) == set()
        assert way.submit(STEP, {"remove": str(number)}).location == STEP

    def test_whatever_button_is_pressed_a_chosen_file_is_taken(
        self, way: CheckedClient, session: Session
    ) -> None:
        assert send(way, STEP, do="go").location == "/en/complaint/you"
        assert count(session) == 1
        assert send(way, STEP, do="back", file=None, voice=named(photo("red"))).location
        assert count(session) == 2
        assert way.submit(STEP, {"do": "later"}).location == "/en/complaint/later"

    def test_nobody_has_to_add_any(self, way: CheckedClient, session: Session) -> None:
        assert way.submit(STEP, {"do": "go", "file": named(b"", "")}).location.endswith("/you")
        assert count(session) == 0

    def test_adding_nothing_says_so(self, way: CheckedClient) -> None:
        answer = send(way, STEP, file=None, note="My contract")
        assert answer.status_code == WRONG
        assert "Choose a file first." in answer.text
        assert 'value="My contract"' in answer.text

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            (b"MZ\x90\x00" + bytes(99), "We cannot take this kind of file."),
            (photo()[:200], "We cannot open this file."),
        ],
        ids=["program", "damaged"],
    )
    def test_what_is_not_taken_is_said_and_leaves_nothing(
        self, way: CheckedClient, session: Session, app: Flask, data: bytes, said: str
    ) -> None:
        answer = send(way, STEP, data, note="My contract", do="go")
        assert answer.status_code == WRONG
        assert said in answer.text
        assert 'value="My contract"' in answer.text
        assert count(session) == 0
        assert stored(app) == set()

    def test_a_file_that_is_too_big_is_said_beside_what_was_typed(
        self, way: CheckedClient, session: Session, app: Flask
    ) -> None:
        answer = send_raw(way, LARGEST_FILE + 1)
        assert answer.status_code == WRONG
        assert "This file is too big: 25 MB is the most." in answer.text
        assert 'value="My contract"' in answer.text
        assert (count(session), stored(app)) == (0, set())

    def test_a_request_that_is_too_big_is_answered_in_the_readers_language(
        self, way: CheckedClient, session: Session, app: Flask
    ) -> None:
        big = send_raw(way, uploading.LARGEST_REQUEST)
        assert big.status_code == TOO_LARGE
        assert "This file is too big: 25 MB is the most." in big.text
        elsewhere = way.post(
            "/en/complaint/story",
            input_stream=io.BytesIO(bytes(3 << 20)),
            content_type="multipart/form-data; boundary=x",
        )
        assert elsewhere.status_code == TOO_LARGE
        assert "What you sent is too big" in elsewhere.text
        assert (count(session), stored(app)) == (0, set())
        with app.test_request_context():
            draft = session.scalars(select(Draft)).one()
            assert "The factory has not paid us." in str(drafts.read(draft))

    def test_there_is_a_most(self, way: CheckedClient, session: Session, app: Flask) -> None:
        draft = session.scalars(select(Draft)).one()
        for _ in range(keeping.MOST):
            factories.evidence(session, draft_id=draft.id)
        session.commit()
        answer = send(way, STEP)
        assert answer.status_code == WRONG
        assert "There are 20 files already." in answer.text
        assert stored(app) == set()

    def test_a_second_tap_makes_no_second_file(
        self, way: CheckedClient, session: Session, app: Flask
    ) -> None:
        for _ in range(2):
            assert send(way, STEP).location == STEP
        assert count(session) == 1
        assert len(stored(app)) == 1

    def test_a_broken_store_is_said(
        self,
        way: CheckedClient,
        session: Session,
        app: Flask,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        monkeypatch.setattr(app.config["STORE"], "_floor", 2**62)
        answer = send(way, STEP)
        assert answer.status_code == WRONG
        assert "The file is not saved: something is broken on our side." in answer.text
        assert count(session) == 0
        (said,) = caplog.messages
        assert said.startswith("A file could not be taken in at POST public.add_to_complaint: ")

    def test_a_complaint_that_was_sent_takes_no_more(
        self, way: CheckedClient, session: Session
    ) -> None:
        token = re.search(r'csrf_token" value="([^"]+)"', way.get(STEP).text)
        assert token
        way.submit(STEP, {"do": "go"})
        draft = session.scalars(select(Draft)).one()
        draft.case_id = factories.case(session).id
        session.commit()
        form = {"csrf_token": token[1], "do": "add", "file": named(photo())}
        assert way.post(STEP, data=form).location == "/en/receipt"
        assert way.get(STEP).location == "/en/receipt"
        assert count(session) == 0

    def test_without_a_complaint_there_is_no_page(self, way: CheckedClient) -> None:
        way.delete_cookie("draft")
        assert way.get(STEP).location == "/en/complaint/category"
        answer = way.submit(STEP, {"do": "add"}, page="/en/complaint/category")
        assert answer.location == "/en/"

    def test_the_page_may_use_the_microphone_and_no_other_page(self, way: CheckedClient) -> None:
        found = way.get(STEP).headers
        assert "microphone=(self)" in found["Permissions-Policy"]
        assert "camera=()" in found["Permissions-Policy"]
        assert found["Content-Security-Policy"] == f"{POLICY}; media-src 'self' blob:"
        other = way.get("/en/complaint/story").headers
        assert "microphone=()" in other["Permissions-Policy"]
        assert other["Content-Security-Policy"] == POLICY


class TestConsent:
    def test_files_are_a_question_where_there_are_some(
        self, way: CheckedClient, session: Session
    ) -> None:
        way.submit(STEP, {"do": "go"})
        for step in ("you", "contact", "office"):
            assert "They may see the files I added" not in public_way.page(way, step)
            public_way.fill(way, step, public_way.WAGES[step])
        send(way, STEP, do="go")
        # What was decided without files is asked again with them.
        assert way.get("/en/complaint/check").location == "/en/complaint/office"
        assert "They may see the files I added" in public_way.page(way, "office")
        go_on(way, "office", public_way.changed(office={"answer": "send", "files": "send"}))
        check = words(way.get("/en/complaint/check").text)
        assert "Photos and papers 1 file" in check
        assert "They may see the files I added" in check
        way.submit("/en/complaint/check")
        found = session.scalars(select(Consent).where(Consent.scope == Scope.DOCUMENTS)).all()
        assert {(row.recipient, row.given) for row in found} == {("KH:labour_attache", True)}
        assert {row.case_id for row in session.scalars(select(Evidence))} == {found[0].case_id}

    def test_files_that_are_gone_need_no_new_answer(
        self, way: CheckedClient, session: Session
    ) -> None:
        send(way, STEP, do="go")
        for step in ("you", "contact", "office"):
            public_way.fill(way, step, public_way.WAGES[step])
        row = session.scalars(select(Evidence)).one()
        way.submit(STEP, {"remove": str(row.id)})
        assert way.submit(STEP, {"do": "go"}).location != "/en/complaint/office"
        assert "They may see the files" not in public_way.page(way, "office")

    def test_what_is_not_ticked_is_a_no(self, way: CheckedClient, session: Session) -> None:
        send(way, STEP, do="go")
        go_on(way, "you")
        assert "They do not see the files I added" in way.get("/en/complaint/check").text
        way.submit("/en/complaint/check")
        found = session.scalars(select(Consent.given).where(Consent.scope == Scope.DOCUMENTS)).all()
        assert set(found) == {False}


@pytest.fixture
def world(session: Session, now: datetime) -> World:
    factories.small_directory(session)
    return World(session, now)


@pytest.fixture
def case(world: World) -> Case:
    """A case that the attaché has taken, without leave to see files."""
    case = world.file(decisions=agrees("KH"))
    referrals.accept(world.session, case, world.actor(Role.OFFICER, "attache"), world.now)
    return case


def put(world: World, app: Flask, case: Case, staff: Staff | None = None) -> Evidence:
    """Add a file as the worker, or as one of the staff; commit."""
    actor = staff_actor(staff) if staff else world.worker(case)
    colour = ("red", "green", "blue")[len(stored(app))]
    form = Sent(io.BytesIO(photo(colour)), "Sok Dara.jpg", "My contract")
    row = taking.prepare(app.config["STORE"], None, form, world.now)
    keeping.add_to_case(world.session, case, actor, world.now, row)
    world.session.commit()
    return row


def agree_to_files(world: World, case: Case) -> None:
    world.session.rollback()
    decision = Decision(RecipientKind.STATE, "KH", Scope.DOCUMENTS, given=True)
    consents.change(
        world.session, case, world.worker(case), world.now, decisions=[decision], how="form"
    )
    world.session.commit()


class TestOwnPage:
    def test_a_file_is_added_listed_and_removed(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        client.open_case(world.session, case)
        assert "Add photos, papers or a voice message" in client.get("/en/case/status").text
        assert send(client, MINE, note="My contract").location == MINE
        page = client.get(MINE)
        assert "File 1, photo, 23 November 2026" in words(page.text)
        assert "contract" not in page.text
        assert "microphone=(self)" in page.headers["Permissions-Policy"]
        [row] = world.session.scalars(select(Evidence)).all()
        assert client.submit(MINE, {"remove": str(row.id)}).location == MINE
        assert "Removed." in client.get(MINE).text
        assert (count(world.session), stored(app)) == (0, set())

    def test_what_is_not_taken_is_said(
        self, client: CheckedClient, world: World, case: Case
    ) -> None:
        client.open_case(world.session, case)
        answer = send(client, MINE, b"MZ" + bytes(99))
        assert answer.status_code == WRONG
        assert "We cannot take this kind of file." in answer.text

    def test_only_ones_own_files_are_listed_and_removed(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        theirs = put(world, app, case, factories.staff(world.session, Role.CASEWORKER, "cso"))
        other = world.file()
        foreign = put(world, app, other)
        client.open_case(world.session, case)
        assert "File 1" not in client.get(MINE).text
        for number in (theirs.id, foreign.id, 10**18, "x"):
            client.submit(MINE, {"remove": str(number)})
        assert count(world.session) == 2

    def test_an_ended_case_takes_no_more(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        put(world, app, case)
        client.open_case(world.session, case)
        client.submit("/en/case/stop", {"pressed": "no", "version": case.version})
        assert "The files I added" in client.get("/en/case/status").text
        assert send(client, MINE).location == "/en/case/status"
        assert count(world.session) == 1

    def test_who_may_see_files_is_changed_on_the_page_of_consents(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        client.open_case(world.session, case)
        assert "photos and papers" not in client.get("/en/case/share").text
        put(world, app, case)
        for wish, said in (("files", "They see your"), ("no_files", "They do not see your")):
            page = client.get("/en/case/share").text
            version = re.search(r'name="version" value="(\d+)"', page)
            assert version
            form = {"do": wish, "recipient": "state|KH", "version": version[1]}
            client.submit("/en/case/share", form)
            assert said in client.get("/en/case/share").text


class TestAtTheDesk:
    def address(self, case: Case, row: Evidence, part: str = "") -> str:
        return f"/staff/cases/{case.reference}/files/{row.id}{part}"

    def test_a_file_is_handed_out_to_be_kept(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        row = put(world, app, case)
        client.enter(world.session, factories.staff(world.session, Role.CASEWORKER, "cso"))
        page = client.get(f"/staff/cases/{case.reference}").text
        assert "My contract" in page
        assert self.address(case, row, "/preview") in page
        for part in ("", "/preview", "/original"):
            answer = client.get(self.address(case, row, part))
            assert answer.status_code == 200, part
            found = answer.headers
            assert found["Content-Disposition"].startswith("attachment; filename=")
            assert found["X-Content-Type-Options"] == "nosniff"
            assert found["Content-Security-Policy"] == FILE_POLICY
            assert found["Cache-Control"] == "no-store"
            assert found["Content-Type"] == "image/jpeg"
            assert int(found["Content-Length"]) == len(answer.data)
            assert ("Dara" in found["Content-Disposition"]) is (part == "/original")
        world.session.rollback()
        actions = world.session.scalars(select(Event.action).order_by(Event.id)).all()
        assert [a for a in actions if a in {"read_file", "open_original"}] == [
            "read_file",
            "open_original",
        ]

    def test_an_office_gets_the_copy_once_the_worker_agrees(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        row = put(world, app, case)
        client.enter(world.session, factories.staff(world.session, Role.OFFICER, "attache"))
        for part in ("", "/preview", "/original"):
            assert client.get(self.address(case, row, part)).status_code == NOT_FOUND
        page = client.get(f"/staff/cases/{case.reference}").text
        assert "The worker has not agreed" in page
        assert "My contract" not in page
        agree_to_files(world, case)
        assert client.get(self.address(case, row)).status_code == 200
        assert client.get(self.address(case, row, "/original")).status_code == NOT_FOUND
        assert "My contract" in client.get(f"/staff/cases/{case.reference}").text

    def test_a_file_of_another_case_is_not_there(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        other = world.file()
        row = put(world, app, other)
        client.enter(world.session, factories.staff(world.session, Role.CASEWORKER, "cso"))
        for part in ("", "/preview", "/original"):
            assert client.get(self.address(other, row, part)).status_code == 200
            assert client.get(self.address(case, row, part)).status_code == NOT_FOUND

    def test_nobody_else_gets_anything(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        row = put(world, app, case)
        for part in ("", "/preview", "/original"):
            assert client.get(self.address(case, row, part)).status_code == 302
        for role, office in ((Role.CASEWORKER, "other-cso"), (Role.OFFICER, "embassy")):
            world.session.rollback()
            client.enter(world.session, factories.staff(world.session, role, office))
            for part in ("", "/preview", "/original"):
                assert client.get(self.address(case, row, part)).status_code == NOT_FOUND

    def test_what_has_no_picture_or_is_broken(
        self,
        client: CheckedClient,
        world: World,
        case: Case,
        app: Flask,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        row = put(world, app, case)
        row.has_preview = False
        other = put(world, app, case)
        store = app.config["STORE"]
        store.write(path(row.id, SHARED), store.read(path(other.id, SHARED)))
        store.delete(path(other.id, SHARED))
        client.enter(world.session, factories.staff(world.session, Role.CASEWORKER, "cso"))
        assert client.get(self.address(case, row, "/preview")).status_code == NOT_FOUND
        client.faults = True
        assert client.get(self.address(case, row)).status_code == BROKEN
        assert client.get(self.address(case, other)).status_code == BROKEN
        seal, absent = caplog.messages
        assert seal.startswith("The seal of a file is broken at GET staff.evidence_copy: ")
        assert absent.startswith("A file cannot be read at GET staff.evidence_copy: Missing in ")
        world.session.rollback()
        lines = world.session.scalars(select(Event).where(Event.action == "broken_file")).all()
        assert [(line.case_id, line.data) for line in lines] == [
            (case.id, {"file": row.id, "part": SHARED})
        ]
        assert (
            world.session.scalars(select(Event.id).where(Event.action == "read_file")).all() == []
        )

    def test_staff_add_files(
        self, client: CheckedClient, world: World, case: Case, app: Flask
    ) -> None:
        client.enter(world.session, factories.staff(world.session, Role.OFFICER, "attache"))
        at, page = f"/staff/cases/{case.reference}/files", f"/staff/cases/{case.reference}"
        form = {"file": named(photo()), "note": "Our letter"}
        assert client.submit(at, form, page=page).location == f"{page}#evidence"
        assert "Our letter" in client.get(page).text
        bad = client.submit(at, {"file": named(b"MZ" + bytes(99))}, page=page)
        assert bad.location == f"{page}#evidence"
        assert "We cannot take this kind of file." in client.get(page).text
        assert len(stored(app)) == 1
        world.session.rollback()
        client.enter(world.session, factories.staff(world.session, Role.CASEWORKER, "other-cso"))
        answer = client.submit(at, {"file": named(photo("red"))}, page="/staff/cases")
        assert answer.status_code == NOT_FOUND
        assert len(stored(app)) == 1


def test_a_file_that_breaks_off_cuts_the_line_and_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def breaking() -> Iterator[bytes]:
        yield b"whole"
        raise SealBroken

    pieces = staff_evidence._watched(breaking())
    assert next(pieces) == b"whole"
    with pytest.raises(ConnectionResetError) as raised:
        next(pieces)
    assert raised.value.errno == errno.ECONNRESET
    assert caplog.messages[0].startswith("A file broke off at no page: SealBroken in breaking")
