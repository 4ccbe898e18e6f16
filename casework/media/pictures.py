"""Pictures inside documents: only what draws them is kept, point by point as they were."""

from __future__ import annotations

import io
import re
import struct
from typing import Final

from PIL import Image

from casework.media.kinds import Refused, Why

MOST_POINTS: Final = 64_000_000
_JPEG, _PNG, _GIF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", (b"GIF87a", b"GIF89a")
_JP2: Final = b"\0\0\0\x0cjP  \r\n\x87\n"
_PNG_KEPT: Final = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"sRGB", b"cHRM", b"pHYs"}
)
_PNG_AROUND: Final = 12
_JFIF: Final = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
_ADOBE: Final = b"Adobe"
_SCAN, _END, _FIRST_APP, _ADOBE_APP, _LAST_APP, _COMMENT = 0xDA, 0xD9, 0xE0, 0xEE, 0xEF, 0xFE
_SIZES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_NEXT_MARK: Final = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
_JP2_KEPT: Final = frozenset({b"jP  ", b"ftyp", b"jp2h", b"jp2c"})


def bare(data: bytes) -> bytes:
    """Return the picture without anything written beside its points.

    Raises:
        Refused: UNKNOWN_KIND when it is no JPEG, PNG or GIF; DAMAGED; BOMB when too large.

    """
    try:
        if data.startswith(_JPEG):
            return bare_jpeg(data)
        if data.startswith(_PNG):
            return _bare_png(data)
        if data.startswith(_GIF):
            return _bare_gif(data)
    except (struct.error, IndexError):
        raise Refused(Why.DAMAGED) from None
    raise Refused(Why.UNKNOWN_KIND)


def bare_jpeg(data: bytes) -> bytes:
    """Return a JPEG without its notes, thumbnails and profiles, and nothing behind its end."""
    out = [data[:2], _JFIF]
    place = 2
    while place + 4 <= len(data):
        mark = data[place + 1]
        if data[place] != 0xFF or mark == _END:
            break
        if mark == 0xFF:
            place += 1
            continue
        end = place + 2 + struct.unpack_from(">H", data, place + 2)[0]
        if mark in _SIZES:
            _check(*struct.unpack_from(">HH", data, place + 5))
        if mark == _SCAN:
            found = _NEXT_MARK.search(data, end)
            end = found.start() if found else len(data)
        if _draws(mark, data[place + 4 : place + 9]):
            out.append(data[place:end])
        place = end
    return b"".join(out) + b"\xff\xd9"


def _draws(mark: int, beginning: bytes) -> bool:
    if mark == _ADOBE_APP:
        # It says which colours the numbers mean.
        return beginning == _ADOBE
    return not (_FIRST_APP <= mark <= _LAST_APP or mark == _COMMENT)


def _check(height: int, width: int) -> None:
    if height * width > MOST_POINTS:
        raise Refused(Why.BOMB)


def _bare_png(data: bytes) -> bytes:
    out = [data[:8]]
    place = 8
    while place + _PNG_AROUND <= len(data):
        size, name = struct.unpack_from(">I4s", data, place)
        end = place + _PNG_AROUND + size
        if name == b"IHDR":
            width, height = struct.unpack_from(">II", data, place + 8)
            _check(height, width)
        if name in _PNG_KEPT:
            out.append(data[place:end])
        if name == b"IEND":
            return b"".join(out)
        place = end
    raise Refused(Why.DAMAGED)


def _bare_gif(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data), formats=("GIF",)) as image:
        _check(image.height, image.width)
        # A picture made anew: a copy would bring the comment along.
        drawn = Image.new("RGB", image.size)
        drawn.paste(image.convert("RGB"))
    out = io.BytesIO()
    drawn.quantize().save(out, "GIF")
    return out.getvalue()


def bare_jp2(data: bytes) -> bytes:
    """Return a JPEG 2000 picture without its boxes of notes."""
    if not data.startswith(_JP2):
        # A bare code stream has no boxes.
        return data
    out: list[bytes] = []
    place = 0
    while place + 8 <= len(data):
        size, name = struct.unpack_from(">I4s", data, place)
        end = place + size if size else len(data)
        if end < place + 8:
            raise Refused(Why.DAMAGED)
        if name in _JP2_KEPT:
            out.append(data[place:end])
        place = end
    return b"".join(out)
