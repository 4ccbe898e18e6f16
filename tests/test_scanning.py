from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casework import scanning
from casework.scanning import Infected, ScannerDown, scan

EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


class Clamd:
    """A server that speaks the INSTREAM command as clamd's manual has it."""

    def __init__(self, server: socket.socket, judge: Callable[[bytes], bytes]) -> None:
        self.heard = b""
        self._server = server
        self._judge = judge
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            with line, line.makefile("rb") as file:
                assert file.read(10) == b"zINSTREAM\0"
                self.heard = b""
                while size := int.from_bytes(file.read(4), "big"):
                    self.heard += file.read(size)
                line.sendall(self._judge(self.heard))

    def close(self) -> None:
        self._server.close()


def honest(heard: bytes) -> bytes:
    return b"stream: Eicar-Test FOUND\0" if EICAR in heard else b"stream: OK\0"


Start = Callable[..., tuple[str, Clamd]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start a scanner that judges so; give its address and itself."""
    running: list[Clamd] = []

    def begin(judge: Callable[[bytes], bytes] = honest, *, unix: bool = False) -> tuple[str, Clamd]:
        if unix:
            server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            server.bind(str(tmp_path / "s"))
            server.listen()
            address = str(tmp_path / "s")
        else:
            server = socket.create_server(("127.0.0.1", 0))
            address = f"127.0.0.1:{server.getsockname()[1]}"
        running.append(Clamd(server, judge))
        return address, running[-1]

    yield begin
    for each in running:
        each.close()


def test_without_a_scanner_nothing_is_asked() -> None:
    scan(None, (pytest.fail("it reads the file") for _ in range(1)))


@pytest.mark.parametrize("unix", [False, True])
def test_a_clean_file_passes_and_is_heard_whole(start: Start, *, unix: bool) -> None:
    address, clamd = start(unix=unix)
    chunks = [b"a" * 200_000, b"", b"b" * 5]
    scan(address, chunks)
    assert clamd.heard == b"".join(chunks)


@pytest.mark.parametrize("unix", [False, True])
def test_an_infected_file_is_named(start: Start, *, unix: bool) -> None:
    address, _ = start(unix=unix)
    with pytest.raises(Infected) as caught:
        scan(address, [b"x" * 70_000, EICAR])
    assert caught.value.name == "Eicar-Test"


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\0",
        b"stream: Can't allocate memory ERROR\0",
        b"",
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"stream: OK but not quite\0",
        b"\xff" * 5000,
    ],
)
def test_what_is_not_understood_is_no_clean_bill(start: Start, answer: bytes) -> None:
    address, _ = start(lambda _: answer)
    with pytest.raises(ScannerDown):
        scan(address, [b"x"])


def test_an_absent_scanner_is_down(tmp_path: Path) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    server.close()
    for address in (f"127.0.0.1:{port}", str(tmp_path / "none")):
        with pytest.raises(ScannerDown):
            scan(address, [b"x"])


def test_a_scanner_that_hangs_is_down(start: Start) -> None:
    waits = threading.Event()

    def hang(_: bytes) -> bytes:
        waits.wait(10)
        return b"stream: OK\0"

    address, _ = start(hang)
    begun = time.monotonic()
    with pytest.raises(ScannerDown):
        scan(address, [b"x"], within=0.3)
    assert time.monotonic() - begun < 3
    waits.set()


def test_a_file_that_comes_too_slowly_is_not_waited_for(start: Start) -> None:
    address, _ = start()

    def slow() -> Iterator[bytes]:
        yield b"x"
        time.sleep(0.2)
        yield b"y"

    with pytest.raises(ScannerDown):
        scan(address, slow(), within=0.1)


def test_a_scanner_that_hangs_up_midway_is_down() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            line, _ = server.accept()
            line.close()

        threading.Thread(target=hang_up, daemon=True).start()
        with pytest.raises(ScannerDown):
            scan(f"127.0.0.1:{server.getsockname()[1]}", [b"x" * 65536] * 400)


def test_an_address_of_the_newer_kind_is_understood() -> None:
    with pytest.raises(ScannerDown):
        scan("[::1]:1", [b"x"], within=scanning.WITHIN)
