"""An upload that breaks off, on a real server: nothing is left of it, and nothing typed is lost."""

from __future__ import annotations

import socket
import stat
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from casework.models import Draft, Evidence
from casework.services import drafts, reference
from casework.web import uploading
from tests import public_way
from tests.lying import contents
from tests.pages import CheckedClient
from tests.web.test_evidence import STEP, stored

CANARY: Final = b"a name that must not lie on the disk "
SIZE: Final = 4 * 1024 * 1024
PATIENCE: Final = 10


@pytest.fixture
def port(app: Flask) -> Iterator[int]:
    """The port of a real server."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server.port
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def cookie(client: CheckedClient, session: Session, now: datetime) -> str:
    """What the browser of a person holds who has come to the page of files."""
    reference.load(session, now)
    session.commit()
    public_way.walk(client, until="files")
    held = client.get_cookie("draft")
    assert held is not None
    return f"draft={held.value}"


def head(cookie: str, length: int) -> bytes:
    return (
        f"POST {STEP} HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: {cookie}\r\n"
        f"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: {length}\r\n\r\n"
    ).encode()


def until(found: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not found():
        assert time.monotonic() < end
        time.sleep(0.01)


def files(app: Flask) -> set[Path]:
    """Return what lies in the folder of an installation."""
    return {file for file in Path(app.instance_path).rglob("*") if file.is_file()}


def nameless_files() -> list[bytes]:
    """Return what lies in the files that this process holds open and that have no name."""
    found = []
    for link in Path("/proc/self/fd").iterdir():
        try:
            status = link.stat()
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 0 and status.st_size:
                found.append(link.read_bytes())
        except OSError:
            continue
    return found


def test_a_cut_line_leaves_nothing(app: Flask, session: Session, port: int, cookie: str) -> None:
    before, lay = stored(app), files(app)
    with socket.create_connection(("127.0.0.1", port)) as line:
        line.sendall(head(cookie, SIZE))
        line.sendall(
            b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
        )
        line.sendall(CANARY * (SIZE // 2 // len(CANARY)))
        # What has come lies in a file by now, and nobody can read it there.
        until(lambda: any(len(each) > SIZE // 4 for each in nameless_files()))
        assert not any(CANARY in each for each in nameless_files())
    until(lambda: not any(len(each) > SIZE // 4 for each in nameless_files()))
    session.rollback()
    assert session.scalar(select(func.count(Evidence.id))) == 0
    assert stored(app) == before
    assert "The factory has not paid us." in str(drafts.read(session.scalars(select(Draft)).one()))
    # Only the database's own files may have come; other tests have left theirs.
    assert {each for each in files(app) - lay if "sqlite" not in each.name} == set()
    assert not any(CANARY in each for each in contents(files(app)))


def test_who_sends_too_much_can_read_why(port: int, cookie: str) -> None:
    length = uploading.LARGEST_REQUEST + 1
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE) as line:
        line.sendall(head(cookie, length))
        line.sendall(bytes(length))
        answer = b""
        while piece := line.recv(65_536):
            answer += piece
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"This file is too big: 25 MB is the most." in answer
