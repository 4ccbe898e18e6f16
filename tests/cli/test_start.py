from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        (
            "DATABASE_URL",
            "mysql://somewhere",
            "DATABASE_URL has to start with postgresql:// or name a file with sqlite:///.",
        ),
        ("CASEWORK_KEYS", "{}", "The keys cannot be used: the keyset cannot be read."),
        ("CASEWORK_DEMO", "perhaps", "CASEWORK_DEMO has to be 1 or 0."),
    ],
)
def test_a_setting_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, keys: str, name: str, value: str, sentence: str
) -> None:
    given = {
        "SECRET_KEY": "k" * 64,
        "CASEWORK_KEYS": keys,
        "DATABASE_URL": f"sqlite:///{tmp_path}/casework.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "prepare"],
        cwd=ROOT,
        env=os.environ | given | {name: value},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", f"{sentence}\n")


def _run(words: list[str], folder: Path, keys: str) -> subprocess.CompletedProcess[str]:
    given = {
        "SECRET_KEY": "k" * 64,
        "CASEWORK_KEYS": keys,
        "CASEWORK_DEMO": "0",
        "DATABASE_URL": f"sqlite:///{folder}/casework.sqlite3",
    }
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env=os.environ | given,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_first_start_makes_the_database_that_the_server_asks_for(
    tmp_path: Path, keys: str
) -> None:
    server = ["-c", "import wsgi; wsgi.ready()"]
    early = _run(server, tmp_path, keys)
    assert early.returncode == 1
    assert early.stderr == "The database is not ready: run `flask prepare` first.\n"
    prepared = _run(["-m", "flask", "--app", "wsgi", "prepare"], tmp_path, keys)
    assert (prepared.returncode, prepared.stderr) == (0, "")
    assert _run(server, tmp_path, keys).returncode == 0
