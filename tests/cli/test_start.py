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


def test_a_first_start_is_prepared_and_then_served(tmp_path: Path, keys: str) -> None:
    given = os.environ | {
        "SECRET_KEY": "k" * 64,
        "CASEWORK_KEYS": keys,
        "CASEWORK_DEMO": "0",
        "DATABASE_URL": f"sqlite:///{tmp_path}/casework.sqlite3",
    }

    def run(*words: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, *words],
            cwd=ROOT,
            env=given,
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stderr

    # What a web server loads refuses to serve an installation without tables.
    serve = ("-c", "import wsgi; wsgi.app.test_client().get('/km/')")
    assert run(*serve) == (1, "The database is not ready: run `flask prepare` first.\n")
    assert run("-m", "flask", "--app", "wsgi", "prepare") == (0, "")
    assert run(*serve) == (0, "")
