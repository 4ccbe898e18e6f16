"""Tables as files: every cell is text and none can be a formula; each line says whose copy it is.

CSV carries the mark by which spreadsheets know UTF-8, so that they read Khmer and Burmese. XLSX
is made in memory: no copy of it lies in a temporary file.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from casework.domain.spreadsheet import harmless
from casework.on_demand import Library

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xlsxwriter
else:
    xlsxwriter = Library("xlsxwriter")

_MARK_OF_UTF8: Final = "\ufeff"
_PLAIN: Final = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTH: Final = 22


@dataclass(frozen=True)
class Table:
    """A table: its head, its lines, and the watermark that stands above and on every line."""

    head: Sequence[str]
    lines: Sequence[Sequence[str]]
    watermark: str


def as_csv(table: Table) -> bytes:
    """Return a table as CSV, every cell in quotes."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(_cells(table))
    return (_MARK_OF_UTF8 + out.getvalue()).encode("utf-8")


def as_xlsx(table: Table) -> bytes:
    """Return a table as XLSX, every cell a text."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, _PLAIN) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(_cells(table)):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)
        sheet.set_column(0, len(table.head), _WIDTH)
        sheet.freeze_panes(2, 1)
    return out.getvalue()


def _cells(table: Table) -> Iterator[list[str]]:
    mark = harmless(table.watermark)
    yield [mark]
    yield [*(harmless(cell) for cell in table.head), mark]
    for line in table.lines:
        yield [*(harmless(cell) for cell in line), mark]
