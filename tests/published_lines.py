"""Lines of published complaints, for tests of reading, filing and trying."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import Any, Final

from casework.services import published
from casework.services.published import BadLine, Line

SHIPPED: Final = (
    Path(__file__).parents[1] / "casework" / "reference" / "demo" / "complaints.jsonl"
).read_bytes()
PLAIN: Final[dict[str, Any]] = {
    "id": "XX-1",
    "origin_country": "KH",
    "destination_country": "TH",
    "categories": ["unpaid_wages"],
}


def read(*rows: dict[str, Any] | bytes) -> list[Line | BadLine]:
    """Return what a file of these lines says."""
    lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
    return list(published.read_lines(BytesIO(b"\n".join(lines))))


def one(**values: Any) -> Line:
    """Return a plain line about wages with some values of its own."""
    (found,) = read(PLAIN | values)
    assert isinstance(found, Line), found
    return found


def shipped_lines() -> list[Line]:
    """Return the lines of the demonstration."""
    found = [line for line in published.read_lines(BytesIO(SHIPPED)) if isinstance(line, Line)]
    assert len(found) == 40
    return found
