"""A disk without room: people are told that nothing is saved, and it comes right by itself."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import requests
from sqlalchemy import func, select, text

from casework.models import Case, Evidence
from casework.services import audit
from tests.faults.phones import Phone, Refused
from tests.faults.service import Service, running

pytestmark = pytest.mark.faults

_SIZE: Final = "48m"
_PIECE: Final = 64 * 1024
_MOST_COMPLAINTS: Final = 200


@contextmanager
def small_disk(folder: Path) -> Iterator[Path]:
    """Give a disk of a few megabytes; it takes root to make one."""
    folder.mkdir()
    subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_SIZE},mode=700", "tmpfs", str(folder)], check=True
    )
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Leave no byte of the disk free; return what takes the room."""
    filler = folder / "filler"
    with filler.open("ab", buffering=0) as file:
        for piece in (_PIECE, 1):
            try:
                while file.write(b"x" * piece) == piece:
                    pass
            except OSError:
                continue
    return filler


def _refused(service: Service) -> Phone:
    """Tell complaints until an answer says that it is not saved; return who got it.

    What was written ahead before the disk was full still takes a few.
    """
    for _ in range(_MOST_COMPLAINTS):
        phone = Phone(service.url, patient=False)
        try:
            phone.walk()
            phone.send()
        except Refused:
            return phone
    pytest.fail("a full disk was never noticed")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make a small disk")
def test_a_full_disk_loses_nothing_and_passes(tmp_path: Path, keys: str) -> None:
    with small_disk(tmp_path / "small") as disk, running(disk, 2, keys=keys) as service:
        first = Phone(service.url)
        first.walk()
        acknowledged = [first.send()]
        filler = fill(disk)
        phone = _refused(service)
        answer = phone.last
        assert answer is not None
        assert answer.status_code == requests.codes.unavailable
        assert "Not saved" in answer.text
        assert int(answer.headers["Retry-After"]) > 0
        # Reading goes on meanwhile, and so does what does not need the disk.
        assert service.answers()
        with service.looked_at() as session:
            stood = session.scalar(select(func.count()).select_from(Case))
        filler.unlink()
        # The page is loaded again, which sends the form once more; nobody starts anything anew.
        phone.patient = True
        phone.walk(first=phone.step)
        acknowledged.append(phone.send())
        with service.looked_at() as session:
            cases = session.scalars(select(Case.reference)).all()
            assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
            assert audit.verify(session).finding is None
            assert session.scalar(select(func.count()).select_from(Evidence)) == 0
    print(f"\nfull disk: “not saved” at “{phone.step}”; {stood} cases then, {len(cases)} after")
    assert set(acknowledged) <= set(cases)
    assert len(cases) == (stood or 0) + 1
