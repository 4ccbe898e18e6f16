"""What was promised of speed is held against what was measured."""

from __future__ import annotations

import pytest

from bench.targets import Limits
from bench.timing import Row, table

PEER = {"queue": 0.2, "memory": 400.0, "filing, a second": 100.0}


def told(row: Row, smaller: dict[str, float] | None = None) -> str:
    """Return what the last line of the table says was promised of a row, and how it compares."""
    cells = table([row], PEER, smaller or {}).splitlines()[-1].split(" | ")
    return " | ".join(cells[7:10])


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (Row("a", [0.02], peer="queue"), "200.0 | 10.0 | ≤ 1/10 of the peer: met"),
        (Row("a", [0.021], peer="queue"), "200.0 | 9.5 | ≤ 1/10 of the peer: **not met**"),
        (Row("a", peer="memory", size=300), "400 | 1.33 | ≤ 0.75 of the peer: met"),
        (Row("a", peer="memory", size=301), "400 | 1.33 | ≤ 0.75 of the peer: **not met**"),
        (
            Row("a", [0.1], per_second=50, peer="filing, a second"),
            "100.0 a second | 2.00 | ≥ 1/2 of the peer's speed: met",
        ),
        (
            Row("a", [0.1], per_second=49, peer="filing, a second"),
            "100.0 a second | 2.04 | ≥ 1/2 of the peer's speed: **not met**",
        ),
        (Row("a", [0.1], peer="never measured"), " |  | "),
        (Row("a", [0.1, 0.2], limits=Limits(p95=0.15)), " |  | p95 ≤ 150 ms: **not met**"),
        (Row("a", [0.1], limits=Limits(failures=0), failures=1), " |  | 0 failures: **not met**"),
        (Row("a", [1], per_second=15, limits=Limits(per_second=15)), " |  | ≥ 15 a second: met"),
        (Row("a", [0.3], bare=[0.1], limits=Limits(bare=3)), " |  | ≤ 3 × bare: met"),
        (Row("a", [0.31], bare=[0.1], limits=Limits(bare=3)), " |  | ≤ 3 × bare: **not met**"),
    ],
)
def test_a_promise_is_met_or_not(row: Row, said: str) -> None:
    assert told(row) == said


def test_a_page_is_compared_with_itself_where_there_are_fewer_cases() -> None:
    grows = Limits(grows=True)
    assert "met" not in told(Row("a page", [0.13], limits=grows))
    smaller = {"a page": 0.1, "another": 1.0}
    assert told(Row("a page", [0.13], limits=grows), smaller).endswith("fewer cases: met")
    assert told(Row("a page", [0.14], limits=grows), smaller).endswith("**not met**")
    assert "met" not in told(Row("a page", [9.0]), smaller)
