"""The commands about the history."""

from __future__ import annotations

import json
import stat
import subprocess
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from flask import Flask
from sqlalchemy import delete, update

from casework.db import db, transaction
from casework.domain.facts import SYSTEM
from casework.models import ChainHead, Event
from casework.services import history
from tests.cli.conftest import Run
from tests.factories import BEGINNING
from tests.tampering import tampered

FEW = 5


def write(app: Flask, number: int = FEW) -> int:
    """Write some lines; return the number of the last."""
    with app.app_context():
        with transaction() as session:
            for _ in range(number):
                history.record(session, None, SYSTEM, BEGINNING, "counted")
        head = db.session.get_one(ChainHead, 1)
        db.session.rollback()
        return head.seq


def file_of(app: Flask) -> Path:
    return Path(app.instance_path) / "anchors" / "heads.jsonl"


def anchored(app: Flask) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file_of(app).read_text("ascii").splitlines()]


def test_a_whole_history_is_said_to_be_whole(installation: Flask, run: Run) -> None:
    last = write(installation)
    result = run("audit", "verify")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        f"The history is whole: {last} lines, 0 anchors.",
        "Without an anchor nobody can tell whether its end was cut off: flask audit anchor.",
    ]
    assert run("audit", "anchor").exit_code == 0
    assert run("audit", "verify").output == f"The history is whole: {last} lines, 1 anchors.\n"


def test_the_first_broken_row_is_named(installation: Flask, run: Run) -> None:
    last = write(installation)
    with installation.app_context(), tampered(db.engine) as connection:
        connection.execute(update(Event).where(Event.seq == last - 2).values(action="other"))
        connection.execute(update(Event).where(Event.seq == last).values(action="other"))
    result = run("audit", "verify")
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Broken after {last - 3} good lines. Line {last - 2} (row ")
    assert result.stderr.endswith("): what stands there is not what was written.\n")


def test_an_anchor_can_be_checked_with_the_public_key_alone(
    installation: Flask, run: Run, tmp_path: Path
) -> None:
    last = write(installation)
    assert run("audit", "anchor").output == f"Signed: {last} lines, in {file_of(installation)}.\n"
    pem = run("audit", "key").output
    (line,) = anchored(installation)
    assert (line["at"], line["seq"]) == ("2026-11-23T09:00:00+00:00", last)
    message = f"casework history {line['at']} {line['seq']} {line['mac']}".encode()
    public = load_pem_public_key(pem.encode())
    assert isinstance(public, Ed25519PublicKey)
    public.verify(bytes.fromhex(line["signature"]), message)
    for name, content in (("key", pem.encode()), ("message", message)):
        (tmp_path / name).write_bytes(content)
    (tmp_path / "signature").write_bytes(bytes.fromhex(line["signature"]))
    checked = subprocess.run(
        [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-rawin",
            "-inkey",
            "key",
            "-in",
            "message",
            "-sigfile",
            "signature",
        ],
        cwd=tmp_path,
        check=True,
        capture_output=True,
        text=True,
    )
    assert "Verified Successfully" in checked.stdout


def test_the_file_of_anchors_only_grows_and_is_its_owners(installation: Flask, run: Run) -> None:
    for _ in range(2):
        write(installation)
        assert run("audit", "anchor").exit_code == 0
    path = file_of(installation)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    first, second = anchored(installation)
    assert second["seq"] == first["seq"] + FEW


def test_a_tail_that_was_cut_is_seen_by_the_next_anchor(installation: Flask, run: Run) -> None:
    last = write(installation)
    run("audit", "anchor")
    with installation.app_context(), tampered(db.engine) as connection:
        connection.execute(delete(Event).where(Event.seq > last - 2))
    result = run("audit", "anchor")
    assert result.exit_code == 1
    assert "no longer leads through" in result.stderr
    result = run("audit", "verify")
    assert f"Line {last - 1} and what followed are gone" in result.stderr


def test_lines_of_the_file_that_are_not_ours_are_named(installation: Flask, run: Run) -> None:
    write(installation)
    run("audit", "anchor")
    path = file_of(installation)
    forged = path.read_text("ascii").replace("2026", "2025")
    # A line that a crash has cut short does not swallow the next.
    path.write_text(forged + "{}\n[]\nno json\n" + '{"at": "2026', "ascii")
    run("audit", "anchor")
    assert len(path.read_text("ascii").splitlines()) == 6
    assert "Line 1 of the file of anchors" in run("audit", "verify").stderr


def test_without_a_head_there_is_nothing_to_sign(installation: Flask, run: Run) -> None:
    with installation.app_context(), db.engine.begin() as connection:
        connection.execute(delete(ChainHead))
    result = run("audit", "anchor")
    assert (result.exit_code, result.output) == (1, "The head of the history is gone.\n")


def test_an_anchor_of_an_empty_history_holds(installation: Flask, run: Run) -> None:
    run("audit", "anchor")
    assert run("audit", "anchor").exit_code == 0
