"""Hundreds of phones on slow lines do not keep a caseworker waiting."""

from __future__ import annotations

import asyncio
import statistics
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.facts import Role
from casework.models import Office, Staff
from casework.services import drafts, logins
from tests.faults.phones import Phone, form_token
from tests.faults.service import running
from tests.faults.sizes import size
from tests.faults.slow_lines import BYTES_A_SECOND, Lines, seconds_of

pytestmark = pytest.mark.faults

PHONES: Final = size(short=60, long=300)
PAGES: Final = size(short=25, long=100)
LETTERS: Final = size(short=8_000, long=30_000)
PAGE: Final = "/staff/cases"
_BOUNDARY: Final = "a-line-between-parts"


def _caseworker(session: Session) -> str:
    """Make a caseworker; return the cookie of a desk."""
    office = session.scalars(select(Office).where(Office.role == "cso")).first()
    assert office is not None
    now = datetime.now(UTC)
    malee = Staff(
        email="malee@desk.example",
        name="Malee",
        role=Role.CASEWORKER.value,
        office_id=office.id,
        created_at=now,
    )
    session.add(malee)
    session.flush()
    token = logins.begin_for_staff(session, now, malee, factor=True)
    session.commit()
    return f"desk={token}"


def _drafts(session: Session) -> list[str]:
    tokens = [drafts.begin(session, datetime.now(UTC), "en")[1] for _ in range(PHONES)]
    session.commit()
    return tokens


def _lines(url: str, tokens: list[str]) -> Lines:
    """Return phones that each tell a long story, over and over."""
    phone = Phone(url)
    csrf = form_token(phone.ask("GET", "/en/complaint/category"))
    typed = {"csrf_token": csrf, "do": "go", "category": "wages", "unused": "x" * LETTERS}
    parts = [
        f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in typed.items()
    ]
    page = phone.line.cookies["page"]
    return Lines(
        url,
        [f"page={page}; draft={token}" for token in tokens],
        "".join([*parts, f"--{_BOUNDARY}--\r\n"]).encode("ascii"),
        f"multipart/form-data; boundary={_BOUNDARY}",
        "/en/complaint/category",
    )


async def _measured(lines: Lines, desk: str) -> tuple[list[float], list[float]]:
    await seconds_of(lines.url, PAGE, desk, 5)
    quiet = await seconds_of(lines.url, PAGE, desk, PAGES)
    async with lines.busy():
        busy = await seconds_of(lines.url, PAGE, desk, PAGES)
    return quiet, busy


def test_slow_phones_keep_nobody_waiting(tmp_path: Path, keys: str) -> None:
    with running(tmp_path, 2, keys=keys) as service:
        with service.looked_at() as session:
            desk, tokens = _caseworker(session), _drafts(session)
        lines = _lines(service.url, tokens)
        quiet, busy = asyncio.run(_measured(lines, desk))
    before, under = statistics.median(quiet), statistics.median(busy)
    print(
        f"\n{PHONES} phones at {BYTES_A_SECOND} bytes a second: a caseworker's page"
        f" {before * 1000:.1f} ms when quiet, {under * 1000:.1f} ms meanwhile:"
        f" × {under / before:.2f}; the phones got {lines.answered}, {lines.broken} lines broke"
    )
    assert set(lines.answered) == {302}
    assert lines.broken == 0
    assert under <= 2 * before
