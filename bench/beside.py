"""The peer beside us: django-helpdesk, on the same kind of server and database, through HTTP."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

import psycopg
from psycopg import sql
from sqlalchemy.engine import make_url

from bench import serving
from bench.client import Browser, Failed
from bench.place import ROOT
from bench.serving import Server
from bench.timing import Row, at, at_once, repeated
from scripts import serve

PYTHON: Final = ROOT / "bench" / ".peer" / "bin" / "python"
_APP: Final = "bench.peer.wsgi:app"
_DATABASE: Final = "peer"
_FORM: Final = "/tickets/submit/"
_CLIENTS: Final = 8
_STARTS: Final = 3
_KB: Final = 1000
_ROWS: Final = re.compile(r'"url": "(/datatables_ticket_list/[^"]*)"')
_FILES: Final = re.compile(r'(?:href|src)=["\'](/static/[^"\']+\.(?:css|js))["\']')
_QUEUE: Final = re.compile(r'<option value="(\d+)"[^>]*>Desk ')
# What its table asks for besides the query: the first 25, and how they are ordered.
_FIRST: Final = {"draw": 1, "start": 0, "length": 25, "search[value]": ""}
_BY_PRIORITY: Final = {"order[0][column]": 2, "order[0][dir]": "asc"}
_FOUND: Final = {"English": "Golden", "Khmer": "អង្គ", "Burmese": "မြန်"}
_TOLD: Final = {
    "title": "Wages not paid: Golden Manpower Co., Ltd.",
    "body": "ថៅកែមិនបានបើកប្រាក់ខែឱ្យយើងតាំងពីខែសីហា ហើយគាត់កាន់លិខិតឆ្លងដែនរបស់យើង។",
    "priority": "3",
    "submitter_email": "sokha@worker.example",
}

Figures = dict[str, list[float]]


@dataclass(frozen=True)
class Peer:
    """The peer on a database of its own: how to start it, and its figures so far.

    Figures are seconds, turns a second, mebibytes or kilobytes, as their names say.
    """

    environment: Mapping[str, str]
    figures: Figures = field(default_factory=lambda: defaultdict(list))

    def start(self, *words: str, **options: Any) -> subprocess.Popen[Any]:
        """Start a program in the peer's environment."""
        command = [str(PYTHON), "-m", *words]
        return subprocess.Popen(command, cwd=ROOT, env=dict(self.environment), **options)  # noqa: S603

    def run(self, *words: str) -> str:
        """Run a program in the peer's environment; return what it prints."""
        program = self.start(*words, stdout=subprocess.PIPE, text=True)
        told: str = program.communicate()[0]
        if program.returncode:
            raise Failed(f"the peer's {words[0]} failed")
        return told

    @contextmanager
    def served(self) -> Iterator[Server]:
        """Serve it by the same server and as many processes, each of which loads it for itself."""

        def start(port: int) -> subprocess.Popen[bytes]:
            words = serve.server("127.0.0.1", port, serve.web_workers(), _APP)
            return self.start("granian", *words[1:], start_new_session=True)

        with serving.running(start, _FORM) as server:
            yield server

    def typical(self) -> dict[str, float]:
        """Return of each figure the value that half of all are below."""
        return {name: at(values, 0.5) for name, values in self.figures.items()}


def ready(folder: Path, url: str, size: Mapping[str, int]) -> Peer:
    """Fill the peer's database as `size` says, where it is not yet; return the peer.

    `url` is the address of our own database: the peer's is one of the same kind.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    own = {
        "PEER_FOLDER": str(folder),
        "PEER_DATABASE": "sqlite:" if url.startswith("sqlite") else _beside(url),
        "SECRET_KEY": secrets.token_hex(),
        # Its dashboard compares days with instants, and says so at each look.
        "PYTHONWARNINGS": "ignore",
    }
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    peer = Peer(kept | own)
    fill(peer, size)
    return peer


def fill(peer: Peer, size: Mapping[str, int]) -> int:
    """Fill the peer's database; return how many of its tickets are due."""
    words = [f"--{name}={number}" for name, number in size.items()]
    return int(peer.run("bench.peer.fill", *words))


def _beside(url: str) -> str:
    """Return the address of a database on the same PostgreSQL, made where it is missing."""
    plain = make_url(url).set(drivername="postgresql")
    with psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True) as server:
        known = server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [_DATABASE])
        if known.fetchone() is None:
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(_DATABASE)))
    return plain.set(database=_DATABASE).render_as_string(hide_password=False)


def measure(peer: Peer, times: int) -> None:
    """Take every figure of the served peer once more."""
    with peer.served() as server:
        reader = _signed_in(peer, server.port)
        for name, work in _pages(reader).items():
            work(0)
            peer.figures[name] += repeated(work, times)
        _file(peer, "filing", times, lambda: Browser(server.port))
        _file(peer, "staff's filing", times, lambda: Browser(server.port, reader.cookies))
        peer.figures["memory"].append(server.mebibytes())
        peer.figures["bytes"].append(_form_bytes(server.port) / _KB)
    for _ in range(_STARTS):
        with peer.served() as server:
            peer.figures["cold start"].append(server.cold_start)


def _signed_in(peer: Peer, port: int) -> Browser:
    browser = Browser(port)
    said = {"username": "bench", "password": peer.environment["SECRET_KEY"]}
    browser.post("/login/", said | {"csrfmiddlewaretoken": browser.get("/login/").token})
    return browser


def _pages(reader: Browser) -> dict[str, Callable[[int], float]]:
    form = reader.get(_FORM).text
    ticket = _listed(reader, {}, {})[1][0]["id"]
    queue = {"queue": _QUEUE.findall(form)[0], "status": [1, 2]}
    pages: dict[str, Callable[[int], float]] = {
        "queue": lambda _: _listed(reader, queue, {})[0],
        "all open, sorted": lambda _: _listed(reader, {}, _BY_PRIORITY)[0],
        "dashboard": lambda _: reader.get("/dashboard/").seconds,
        "ticket": lambda turn: reader.get(f"/tickets/{ticket + turn}/").seconds,
    }
    for script, words in _FOUND.items():
        pages[f"search {script}"] = lambda _, q=words: _listed(reader, {"q": q}, {})[0]  # type: ignore[misc]
    return pages


def _listed(
    reader: Browser, query: Mapping[str, Any], order: Mapping[str, Any]
) -> tuple[float, list[dict[str, Any]]]:
    """Open a list as a browser does; return the seconds of page and rows, and the rows."""
    page = reader.get("/tickets/?" + urlencode(query, doseq=True))
    path = _ROWS.findall(page.text)[0]
    answer = reader.get(f"{path}?{urlencode({**_FIRST, **order})}")
    rows: list[dict[str, Any]] = json.loads(answer.text)["data"]
    if not rows:
        raise Failed(f"the peer lists nothing for {query}")
    return page.seconds + answer.seconds, rows


def _file(peer: Peer, name: str, times: int, visitor: Callable[[], Browser]) -> None:
    browsers = [visitor() for _ in range(_CLIENTS)]

    def one(client: int, _turn: int) -> float:
        form = browsers[client].get(_FORM)
        queue = _QUEUE.findall(form.text)[0]
        said = {**_TOLD, "queue": queue, "csrfmiddlewaretoken": form.token}
        return form.seconds + browsers[client].post(_FORM, said).seconds

    seconds, speed, failed = at_once(one, _CLIENTS, times)
    peer.figures[name] += seconds
    peer.figures[f"{name}, a second"].append(speed)
    peer.figures[f"{name}, failures"].append(failed)


def _form_bytes(port: int) -> int:
    browser = Browser(port)
    page = browser.get(_FORM)
    return page.size + sum(browser.get(found).size for found in set(_FILES.findall(page.text)))


def escalate(peer: Peer, size: Mapping[str, int]) -> int:
    """Let the peer escalate what is due with its own command; return how much that was."""
    due = fill(peer, size)
    started = time.perf_counter()
    peer.run("django", "escalate_tickets", "--settings=bench.peer.settings")
    peer.figures["escalation"].append(time.perf_counter() - started)
    return due


def rows(peer: Peer) -> Iterator[Row]:
    """Return the peer's own figures as rows of the table."""
    taken = dict(peer.figures)
    for name, seconds in taken.items():
        if name in {"memory", "bytes"} or name.endswith((", a second", ", failures")):
            continue
        speed = taken.get(f"{name}, a second")
        failed = sum(taken.get(f"{name}, failures", []))
        note = f"{_CLIENTS} clients, form and post, {failed:.0f} failures" if speed else ""
        yield Row(f"peer: {name}", seconds, per_second=at(speed, 0.5) if speed else None, note=note)
    for name, unit in {
        "memory": "MiB after the load",
        "bytes": "kB of the form, without fonts",
    }.items():
        if name in taken:
            yield Row(f"peer: {name}", note=f"{at(taken[name], 0.5):,.0f} {unit}")
