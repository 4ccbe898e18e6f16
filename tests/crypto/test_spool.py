"""The temporary file that nobody can read."""

from __future__ import annotations

import io
import os
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.crypto import Spool


def on_disk(spool: Spool) -> bytes:
    return os.pread(spool._file.fileno(), 10_000_000, 0)


@given(st.lists(st.binary(max_size=100), max_size=20), st.integers(0, 500), st.integers(0, 100))
def test_what_was_written_is_read_from_any_place(parts: list[bytes], at: int, size: int) -> None:
    whole = b"".join(parts)
    with Spool() as spool:
        for part in parts:
            assert spool.write(part) == len(part)
        assert spool.size == spool.tell() == len(whole)
        spool.seek(0)
        assert spool.read() == whole
        spool.seek(at)
        assert spool.read(size) == whole[at : at + size]
        assert spool.seek(0, os.SEEK_END) == len(whole)


def test_the_disk_holds_nothing_of_it() -> None:
    words = "ប្រាក់ខែ the words of a person ".encode() * 5000
    with Spool() as spool:
        shutil.copyfileobj(io.BytesIO(words), spool)
        kept = on_disk(spool)
        assert len(kept) == len(words)
        assert b"person" not in kept
        spool.seek(0)
        assert io.BufferedReader(spool).read() == words


def test_two_files_of_the_same_bytes_differ() -> None:
    with Spool() as one, Spool() as other:
        one.write(b"same" * 10)
        other.write(b"same" * 10)
        assert on_disk(one) != on_disk(other)


def test_it_has_no_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Spool() as spool:
        spool.write(b"words")
        assert list(tmp_path.iterdir()) == []


def test_nothing_is_written_over() -> None:
    with Spool() as spool:
        spool.write(b"words")
        spool.seek(2)
        with pytest.raises(io.UnsupportedOperation):
            spool.write(b"x")
        assert spool.seek(1, os.SEEK_CUR) == 3
        with pytest.raises(ValueError, match="before the beginning"):
            spool.seek(-1)
        assert (spool.readable(), spool.writable(), spool.seekable()) == (True, True, True)


def test_closed_it_is_gone() -> None:
    spool = Spool()
    spool.close()
    spool.close()
    with pytest.raises(ValueError, match="closed"):
        spool.read(1)
