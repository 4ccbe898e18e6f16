from __future__ import annotations

import io

import pytest
from PIL import Image

from casework.media import pictures as bare_pictures
from casework.media.kinds import Refused, Why
from tests.samples import pictures


def points(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return image.convert("RGB").tobytes()


@pytest.mark.parametrize("data", [pictures.jpeg(), pictures.png(), pictures.png("RGBA")])
def test_every_point_stays(data: bytes) -> None:
    made = bare_pictures.bare(data)
    assert points(made) == points(data)
    assert b"SECRET" not in made
    assert bare_pictures.bare(made) == made


def test_of_moving_pictures_the_first_stays() -> None:
    made = bare_pictures.bare(pictures.gif())
    assert b"SECRET" not in made
    with Image.open(io.BytesIO(made)) as image:
        assert getattr(image, "n_frames", 1) == 1


def test_a_progressive_jpeg_with_other_colours_stays() -> None:
    out = io.BytesIO()
    pictures.drawing().convert("CMYK").save(out, "JPEG", progressive=True, comment=b"SECRET")
    made = bare_pictures.bare(out.getvalue() + b"SECRET behind")
    assert points(made) == points(out.getvalue())
    assert b"SECRET" not in made


def test_fill_bytes_before_a_mark_are_passed() -> None:
    data = pictures.jpeg()
    filled = data.replace(b"\xff\xdb", b"\xff\xff\xff\xdb", 1)
    assert points(bare_pictures.bare(filled)) == points(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"<svg/>", Why.UNKNOWN_KIND),
        (pictures.png()[:-20], Why.DAMAGED),
        (pictures.png_of(60_000, 60_000), Why.BOMB),
        (pictures.jpeg_of(60_000, 60_000), Why.BOMB),
        (b"\x89PNG\r\n\x1a\n\0\0\0\1IHDR" + bytes(5), Why.DAMAGED),
    ],
)
def test_what_cannot_be_laid_bare_is_refused(data: bytes, why: Why) -> None:
    with pytest.raises(Refused) as caught:
        bare_pictures.bare(data)
    assert caught.value.why is why


def test_the_newer_jpeg_keeps_only_what_draws() -> None:
    out = io.BytesIO()
    pictures.drawing().save(out, "JPEG2000")
    data = out.getvalue()
    made = bare_pictures.bare_jp2(data + b"\0\0\0\x12uuidSECRET box")
    assert made == data
    assert bare_pictures.bare_jp2(b"\xff\x4f\xff\x51") == b"\xff\x4f\xff\x51"
    with pytest.raises(Refused):
        bare_pictures.bare_jp2(data + b"\0\0\0\1uuid    ")
