from __future__ import annotations

import json

from tests.cli.conftest import Run


def test_it_tells_who_gets_what_and_marks_holes(run: Run) -> None:
    result = run("routes-coverage")
    lines = result.stdout.splitlines()
    assert result.exit_code == 0
    at = lines.index("KH in TH")
    assert lines[at + 1 : at + 3] == [
        "  wages            kh-la-th (labour)",
        "  recruitment      kh-molvt-doem (recruitment)",
    ]
    assert "  other            HOLE: coordinator (last)" in lines
    holes = sum("HOLE" in line for line in lines)
    assert lines[-1].endswith(
        f" combinations, {holes} holes: nobody but the coordinator gets them."
    )


def test_a_program_reads_the_same(run: Run) -> None:
    rows = json.loads(run("routes-coverage", "--format", "json").stdout)
    assert {
        "origin": "KH",
        "destination": "TH",
        "category": "embassy",
        "office_id": "kh-mfaic-consular",
        "role": "foreign_ministry",
        "rule": "embassy",
        "hole": False,
    } in rows
    text = run("routes-coverage", "--format", "text").stdout
    assert text.count("HOLE") == sum(row["hole"] for row in rows)


def test_another_format_is_refused_in_one_sentence(run: Run) -> None:
    result = run("routes-coverage", "--format", "xml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == "Invalid value for '--format': 'xml' is not one of 'text', 'json'.\n"
