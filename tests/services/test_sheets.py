"""Tables as files: no cell is alive, whatever it holds, and every line says whose copy it is."""

from __future__ import annotations

import csv
import io
import zipfile
from itertools import product
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from casework.domain.spreadsheet import harmless, invisible, starts_formula
from casework.services import sheets
from casework.services.sheets import Table

NAMESPACE: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
MARK: Final = "E1F, =cmd|'/C calc'!A0, The desk, 2026-11-23 09:00 UTC"
SIGNS: Final = "=+-@＝＋－＠"
BEFORE: Final = ("", " ", "\t", "\r\n", "\u200b", "\ufeff", "\u202e", "\u2066 ", "\u00a0", "'")
HOSTILE: Final = [
    *(f"{before}{sign}HYPERLINK(1)" for before, sign in product(BEFORE, SIGNS)),
    *(f"word;{before}{sign}1" for before, sign in product(BEFORE, SIGNS)),
    "http://example.org",
    "internal:Sheet1!A1",
    "{=1+1}",
    "12345678901234567890",
    "=" * 40_000,
    "\x00\x01=1",
    "</t></is><f>1+1</f>",
    "]]>&amp;=1",
]


@pytest.fixture(scope="module")
def table() -> Table:
    lines = [HOSTILE[at : at + 4] for at in range(0, len(HOSTILE), 4)]
    return Table(["=a", "b", "c", "d"], lines, MARK)


def dead(cell: str) -> bool:
    first = next((sign for sign in cell if not invisible(sign)), "")
    return not starts_formula(first) and not any(sign in cell for sign in "\r\n\t\0")


def test_no_cell_of_a_csv_is_alive(table: Table) -> None:
    assert len(HOSTILE) >= 160
    text = sheets.as_csv(table).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    cells = [cell for row in rows for cell in row]
    assert len(cells) == 1 + 5 + len(HOSTILE) + len(table.lines)
    assert all(map(dead, cells))
    # Also where a reader cuts the same file at other signs.
    for separator in ";\t|":
        parts = [part.strip('"') for line in text.splitlines() for part in line.split(separator)]
        assert all(map(dead, parts))


def test_every_cell_of_an_xlsx_is_a_text(table: Table) -> None:
    with zipfile.ZipFile(io.BytesIO(sheets.as_xlsx(table))) as archive:
        names = archive.namelist()
        sheet = ET.fromstring(archive.read("xl/worksheets/sheet1.xml"))  # noqa: S314
        shared = ET.fromstring(archive.read("xl/sharedStrings.xml"))  # noqa: S314
    cells = list(sheet.iter(f"{NAMESPACE}c"))
    assert len(cells) == 1 + 5 + len(HOSTILE) + len(table.lines)
    assert {cell.get("t") for cell in cells} == {"s"}
    for live in ("f", "hyperlink", "hyperlinks", "dataValidation"):
        assert list(sheet.iter(f"{NAMESPACE}{live}")) == []
    assert not [name for name in names if "external" in name.lower() or "vba" in name.lower()]
    texts = ["".join(each.itertext()) for each in shared.iter(f"{NAMESPACE}si")]
    assert all(map(dead, texts))


def test_every_line_says_whose_copy_it_is(table: Table) -> None:
    rows = list(csv.reader(io.StringIO(sheets.as_csv(table).decode("utf-8-sig"))))
    assert rows[0] == [harmless(MARK)]
    assert {row[-1] for row in rows} == {harmless(MARK)}


def test_khmer_and_burmese_are_read_as_they_are() -> None:
    table = Table(["ករណី"], [["ស្រី សុខា"], ["ကျွန်တော်"]], "E1")
    content = sheets.as_csv(table)
    assert content.startswith(b"\xef\xbb\xbf")
    assert "ស្រី សុខា".encode() in content
    assert "ကျွန်တော်".encode() in content


def test_nothing_is_written_to_the_disk(
    table: Table, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    monkeypatch.setenv("TMPDIR", "/nowhere at all")
    monkeypatch.setattr("tempfile.tempdir", "/nowhere at all")
    assert sheets.as_xlsx(table)
