from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from flask import Flask
from sqlalchemy import func, select

from casework.db import db
from casework.models import Case
from tests.cli.conftest import Run

SHIPPED: Final = Path(__file__).parents[2] / "casework" / "reference" / "demo" / "complaints.jsonl"
PLAIN: Final = {
    "id": "XX-1",
    "origin_country": "KH",
    "destination_country": "TH",
    "categories": ["unpaid_wages"],
}


def written(folder: Path, *rows: dict[str, Any] | str) -> str:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    path = folder / "complaints.jsonl"
    path.write_text("\n".join(lines), "utf-8")
    return str(path)


def cases(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Case.id))) or 0


def test_published_complaints_are_filed_once(run: Run, installation: Flask) -> None:
    first = run("import-complaints", str(SHIPPED))
    assert (first.exit_code, first.stdout) == (
        0,
        "Filed: 40. Already there: 0. Lines that could not be read: 0.\n",
    )
    again = run("import-complaints", str(SHIPPED))
    assert again.stdout == "Filed: 0. Already there: 40. Lines that could not be read: 0.\n"
    assert cases(installation) == 40


def test_a_bad_line_is_reported_and_the_others_go_in(
    run: Run, installation: Flask, tmp_path: Path
) -> None:
    consent = {"recipient_kind": "office", "recipient": "nowhere", "scopes": ["referral"]}
    path = written(
        tmp_path,
        PLAIN,
        "not JSON",
        PLAIN | {"id": None},
        PLAIN | {"id": "XX-2", "consent": [consent]},
        PLAIN | {"id": "XX-3"},
    )
    result = run("import-complaints", path)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "Line 2: It is not JSON.",
        'Line 3: "id" is missing.',
        'Line 4: "consent" names an unknown office: nowhere.',
    ]
    assert result.stdout == "Filed: 2. Already there: 0. Lines that could not be read: 3.\n"
    assert cases(installation) == 2


@pytest.mark.parametrize("command", ["import-complaints", "try-routing"])
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["/nowhere/at/all"], "File '/nowhere/at/all' does not exist."),
        (["/"], "File '/' is a directory."),
        ([], "Missing argument 'FILE'."),
        ([__file__, "b"], "Got unexpected extra argument (b)"),
        (["--loudly", "a"], "No such option '--loudly'."),
    ],
)
def test_bad_arguments_are_one_sentence(
    run: Run, command: str, arguments: list[str], sentence: str
) -> None:
    result = run(command, *arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert sentence in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_trying_prints_a_decision_for_each_line(run: Run, installation: Flask) -> None:
    result = run("try-routing", str(SHIPPED))
    assert result.exit_code == 0
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(rows) == 40
    assert {row["office_id"] for row in rows} == {"coordinator"}
    assert cases(installation) == 0


def test_with_consent_assumed_it_says_which_office_and_why(run: Run) -> None:
    result = run("try-routing", str(SHIPPED), "--assume-consent")
    rows = {row["id"]: row for row in map(json.loads, result.stdout.splitlines())}
    assert rows["KH-17"] == {
        "id": "KH-17",
        "categories": ["recruitment"],
        "severity": "normal",
        "office_id": "kh-molvt-doem",
        "role": "labour_ministry",
        "country": "KH",
        "rule": "recruitment",
        "passed_over": [],
    }
    embassy = rows["KH-01"]
    assert (embassy["office_id"], embassy["rule"]) == ("coordinator", "triage-first")
    assert embassy["after_triage"]["office_id"] == "kh-mfaic-consular"


def test_passed_over_offices_are_named_with_why(run: Run, tmp_path: Path) -> None:
    consent = {"recipient_kind": "office", "recipient": "kh-la-th", "scopes": ["referral"]}
    path = written(
        tmp_path, PLAIN | {"categories": ["trafficking", "unpaid_wages"]} | {"consent": [consent]}
    )
    (said,) = map(json.loads, run("try-routing", path).stdout.splitlines())
    assert said["office_id"] == "kh-la-th"
    assert said["passed_over"][0] == {
        "office_id": "kh-moi-ahtp",
        "role": "anti_trafficking",
        "rule": "abuse",
        "why": "no_consent",
    }


def test_a_line_that_cannot_be_tried_is_reported(run: Run, tmp_path: Path) -> None:
    result = run("try-routing", written(tmp_path, "{}", PLAIN))
    assert result.exit_code == 1
    assert result.stderr == 'Line 1: "id" is missing.\n'
    assert len(result.stdout.splitlines()) == 1
