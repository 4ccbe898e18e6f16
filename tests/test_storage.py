from __future__ import annotations

import http.client
import os
import shutil
import socket
import stat
import subprocess
import sys
import threading
import time
from collections import namedtuple
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import obstore
import pytest
from obstore.store import S3Store

from casework import storage
from casework.config import Bucket, Settings, from_environment
from casework.storage import FolderStore, Missing, RemoteStore, Store, StoreDown, StoreFull

BIG = 6 * 1024 * 1024 + 17


def settings(folder: Path, **environment: str) -> Settings:
    return from_environment({"SECRET_KEY": "s" * 32, **environment}, folder)


@pytest.fixture(scope="session")
def s3() -> Iterator[str]:
    """A server that speaks S3, as a process of its own; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(address)
        _ask(address, "PUT", "/evidence")
        yield address
    finally:
        server.kill()
        server.wait()


def _ask(address: str, method: str, path: str) -> bytes:
    line = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    line.request(method, path)
    body = line.getresponse().read()
    line.close()
    return body


def _wait_for(address: str) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            _ask(address, "GET", "/moto-api/")
        except OSError:
            assert time.monotonic() < until, "the S3 server does not start"
            time.sleep(0.1)
        else:
            return


def remote(address: str, prefix: str = "files") -> Store:
    store = storage.open_store(
        settings(
            Path("/nowhere"),
            CASEWORK_FILES=f"s3://evidence/{prefix}",
            AWS_ACCESS_KEY_ID="id",
            AWS_SECRET_ACCESS_KEY="secret",
            AWS_ENDPOINT_URL=address,
        )
    )
    assert isinstance(store, RemoteStore)
    return store


@pytest.fixture(params=["folder", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    if request.param == "s3":
        return remote(request.getfixturevalue("s3"), tmp_path.name)
    return storage.open_store(settings(tmp_path))


def pieces() -> Iterator[bytes]:
    block = os.urandom(100_000)
    yield from (block[: min(len(block), BIG - start)] for start in range(0, BIG, len(block)))


def test_what_is_written_is_read(store: Store) -> None:
    written = list(pieces())
    assert store.write("12/original", written) == BIG
    assert store.size("12/original") == BIG
    assert b"".join(store.read("12/original")) == b"".join(written)
    assert store.write("12/original", [b"anew"]) == 4
    assert list(store.read("12/original")) == [b"anew"]


def test_nothing_is_a_file_too(store: Store) -> None:
    assert store.write("1/shared", []) == 0
    assert b"".join(store.read("1/shared")) == b""


def test_files_are_listed_all_or_by_number(store: Store) -> None:
    for path in ("1/original", "1/preview", "12/original"):
        store.write(path, [b"x"])
    assert sorted(store.list()) == ["1/original", "1/preview", "12/original"]
    assert sorted(store.list("1/")) == ["1/original", "1/preview"]
    assert list(store.list("3/")) == []


def test_what_is_deleted_is_missing(store: Store) -> None:
    store.write("5/original", [b"x"])
    store.delete("5/original")
    store.delete("5/original")
    with pytest.raises(Missing):
        store.read("5/original")
    with pytest.raises(Missing):
        store.size("5/original")
    assert list(store.list()) == []


@pytest.mark.parametrize(
    "path",
    ["១/shared", "../keys/keyset", "1/../../keys", "/etc/passwd", "1/other", "1/original\n", "",
     "1", "1/original/..", "-1/shared", "1//shared", "1/original\0"],
)  # fmt: skip
def test_no_other_path_is_touched(store: Store, path: str) -> None:
    acts: list[Callable[[], object]] = [
        lambda: store.write(path, [b"x"]),
        lambda: store.read(path),
        lambda: store.delete(path),
        lambda: store.size(path),
    ]
    for act in acts:
        with pytest.raises(ValueError, match="a path of evidence"):
            act()


@pytest.mark.parametrize("prefix", ["../", "1", "1/o", "/", "*/"])
def test_no_other_list_is_made(store: Store, prefix: str) -> None:
    with pytest.raises(ValueError, match="files are listed"):
        list(store.list(prefix))


def test_a_broken_upload_leaves_nothing(store: Store, tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield from pieces()
        raise ConnectionResetError("the sender is gone")

    with pytest.raises(ConnectionResetError):
        store.write("7/original", broken())
    assert list(store.list()) == []
    assert not list(tmp_path.glob("evidence/*"))


def test_a_broken_upload_leaves_what_was_there(store: Store) -> None:
    def broken() -> Iterator[bytes]:
        yield b"new"
        raise ConnectionResetError("the sender is gone")

    store.write("7/original", [b"old"])
    with pytest.raises(ConnectionResetError):
        store.write("7/original", broken())
    assert b"".join(store.read("7/original")) == b"old"


def test_a_broken_upload_leaves_no_parts_on_the_server(s3: str) -> None:
    def broken() -> Iterator[bytes]:
        yield from pieces()
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        remote(s3).write("8/original", broken())
    assert b"<Upload>" not in _ask(s3, "GET", "/evidence?uploads")


def test_the_folder_is_its_owners_only(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "evidence", 0)
    store.write("3/original", [b"x"])
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")}
    assert modes == {"evidence": 0o700, "3": 0o700, "original": 0o600}


def test_what_is_acknowledged_is_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = FolderStore(tmp_path / "evidence", 0)
    synced: list[str] = []
    sync = os.fsync

    def told(handle: int) -> None:
        synced.append(Path(f"/proc/self/fd/{handle}").readlink().name)
        sync(handle)

    monkeypatch.setattr(os, "fsync", told)
    store.write("3/original", [b"x"])
    assert synced[0].endswith(".half")
    assert synced[1:] == ["3", "evidence"]


def test_half_files_of_killed_processes_are_swept(tmp_path: Path) -> None:
    folder = tmp_path / "3"
    folder.mkdir()
    old, new = folder / "a.half", folder / "b.half"
    old.write_bytes(b"x")
    new.write_bytes(b"x")
    os.utime(old, (0, 0))
    store = FolderStore(tmp_path, 0)
    assert list(folder.iterdir()) == [new]
    assert list(store.list()) == []


def test_the_disk_keeps_room_for_the_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")  # noqa: PYI024 - as shutil has it.
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(100, 0, 100))
    store = FolderStore(tmp_path / "evidence", 90)
    store.write("1/original", [b"x" * 10])
    with pytest.raises(StoreFull):
        store.write("2/original", [b"x" * 11])
    assert list(store.list()) == ["1/original"]


def test_a_disk_that_fails_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = FolderStore(tmp_path / "evidence", 0)

    def fails(_: Any, __: Any) -> int:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "write", fails)
    with pytest.raises(StoreDown, match="Input/output error"):
        store.write("1/original", [b"x"])
    assert list(store.list()) == []


def test_a_folder_that_cannot_be_made_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "evidence").write_text("in the way")
    with pytest.raises(StoreDown):
        storage.open_store(settings(tmp_path))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "evidence", 0)
    (tmp_path / "evidence" / "1").mkdir()
    (tmp_path / "secret").write_text("k")
    (tmp_path / "evidence" / "1" / "original").symlink_to(tmp_path / "secret")
    with pytest.raises(StoreDown):
        store.read("1/original")


class Answering:
    """A server that answers every request with the same bytes, or never; then hangs up."""

    def __init__(self, answer: bytes | None) -> None:
        self.requests = 0
        self._answer = answer
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        kept = []
        while True:
            try:
                line, _ = self._socket.accept()
            except OSError:
                return
            self.requests += 1
            if self._answer is None:
                kept.append(line)
                continue
            line.recv(65536)
            line.sendall(self._answer)
            line.close()

    def close(self) -> None:
        self._socket.close()


ERROR_500 = b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
CUT = b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\nlast-modified: Mon, 23 Nov 2026 09:00:00 GMT\r\n"
CUT += b'etag: "x"\r\n\r\nonly this'


@pytest.fixture
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait for a server one second, not thirty."""
    seconds = type(storage.ANSWER_WITHIN)
    monkeypatch.setattr(storage, "ANSWER_WITHIN", seconds(seconds=1))
    monkeypatch.setattr(storage, "GIVE_UP_AFTER", seconds(seconds=1))


@pytest.mark.parametrize("answer", [ERROR_500, None, b"", b"SSH-2.0-nonsense\r\n"])
def test_a_server_that_fails_is_down(hurried: None, answer: bytes | None) -> None:
    server = Answering(answer)
    store = remote(server.address)
    acts: list[Callable[[], object]] = [
        lambda: store.write("1/original", [b"x"]),
        lambda: store.read("1/original"),
        lambda: store.size("1/original"),
        lambda: store.delete("1/original"),
        lambda: list(store.list()),
    ]
    for act in acts:
        begun = time.monotonic()
        with pytest.raises(StoreDown) as caught:
            act()
        assert time.monotonic() - begun < 10
        assert "secret" not in str(caught.value)
    assert server.requests >= len(acts)
    server.close()


def test_a_server_that_is_not_there_is_down(hurried: None) -> None:
    server = Answering(b"")
    server.close()
    with pytest.raises(StoreDown):
        remote(server.address).write("1/original", [b"x"])


def test_an_answer_that_is_cut_is_no_file(hurried: None) -> None:
    server = Answering(CUT)
    with pytest.raises(StoreDown):
        list(remote(server.address).read("1/original"))
    server.close()


def test_a_wrong_key_or_bucket_is_down(s3: str, hurried: None) -> None:
    bucket = Bucket("absent", "", "us-east-1", "id", "secret", s3)
    assert "secret" not in repr(bucket)
    with pytest.raises(StoreDown):
        RemoteStore(bucket).write("1/original", [b"x"])


def test_other_files_in_the_bucket_are_not_ours(s3: str) -> None:
    other = S3Store(
        "evidence", access_key_id="id", secret_access_key="secret", region="us-east-1",
        endpoint=s3, client_options={"allow_http": True},
    )  # fmt: skip
    obstore.put(other, "mixed/1/original", b"x")
    obstore.put(other, "mixed/readme.txt", b"x")
    obstore.put(other, "elsewhere/2/original", b"x")
    assert list(remote(s3, "mixed").list()) == ["1/original"]
    assert remote(s3, "mixed").size("1/original") == 1


def test_a_folder_that_vanished_is_down(tmp_path: Path) -> None:
    store = FolderStore(tmp_path / "evidence", 0)
    (tmp_path / "evidence").rmdir()
    with pytest.raises(StoreDown):
        store.write("1/original", [b"x"])
