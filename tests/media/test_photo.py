from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from PIL import Image

from casework.media import kinds, photo
from casework.media.kinds import Cleaned, Refused, Why
from casework.media.sniff import sniff
from tests.samples import pictures


def made(data: bytes) -> Cleaned:
    return photo.clean(data, sniff(data))


def opened(data: bytes | None) -> Image.Image:
    assert data is not None
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("make", "form"),
    [
        (pictures.jpeg, kinds.JPEG),
        (pictures.multi_picture, kinds.JPEG),
        (pictures.png, kinds.PNG),
        (pictures.webp, kinds.WEBP),
        (pictures.gif, kinds.GIF),
        (pictures.heic, kinds.HEIC),
    ],
)
def test_only_the_points_stay(make: Callable[[], bytes], form: kinds.Form) -> None:
    data = make()
    cleaned = made(data)
    assert (cleaned.original, cleaned.shared_form) == (form, kinds.JPEG)
    for copy in (cleaned.shared, cleaned.preview):
        image = opened(copy)
        assert image.size == (96, 64)
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert b"SECRET" not in (copy or b"")
    assert b"SECRET" in data or form == kinds.HEIC


def test_what_shows_through_stays_so() -> None:
    cleaned = made(pictures.png("RGBA"))
    assert cleaned.shared_form == kinds.PNG
    image = opened(cleaned.shared)
    assert image.mode == "RGBA"
    assert not image.info
    assert opened(cleaned.preview).mode == "RGB"


def test_what_could_show_through_but_does_not_becomes_a_jpeg() -> None:
    out = io.BytesIO()
    pictures.drawing().convert("RGBA").save(out, "PNG")
    assert made(out.getvalue()).shared_form == kinds.JPEG


@pytest.mark.parametrize(
    ("orientation", "size", "bright"),
    [
        (1, (96, 64), (5, 32)), (2, (96, 64), (90, 32)), (3, (96, 64), (90, 32)),
        (4, (96, 64), (5, 32)), (6, (64, 96), (32, 5)), (8, (64, 96), (32, 90)),
    ],
)  # fmt: skip
def test_a_photo_is_turned_upright(
    orientation: int, size: tuple[int, int], bright: tuple[int, int]
) -> None:
    image = opened(made(pictures.jpeg(orientation)).shared)
    assert image.size == size
    red, _, blue = image.getpixel(bright)  # type: ignore[misc]
    assert red > blue


def test_a_large_photo_is_made_smaller() -> None:
    cleaned = made(pictures.jpeg(image=pictures.drawing(5000, 2500)))
    assert opened(cleaned.shared).size == (4096, 2048)
    assert opened(cleaned.preview).size == (480, 240)


@pytest.mark.parametrize("mode", ["L", "CMYK", "1", "P"])
def test_other_colours_are_understood(mode: str) -> None:
    out = io.BytesIO()
    pictures.drawing().convert(mode).save(out, "JPEG" if mode in {"L", "CMYK"} else "PNG")
    assert opened(made(out.getvalue()).shared).mode == "RGB"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (pictures.png_of(50_000, 50_000), Why.BOMB),
        (pictures.jpeg_of(65_000, 65_000), Why.BOMB),
        (b"\xff\xd8\xff\xe0 nothing more", Why.DAMAGED),
    ],
)
def test_what_is_no_photo_is_refused(data: bytes, why: Why) -> None:
    with pytest.raises(Refused) as caught:
        made(data)
    assert caught.value.why is why


def test_a_cut_photo_is_refused() -> None:
    data = pictures.jpeg()
    with pytest.raises(Refused) as caught:
        made(data[: len(data) - 100])
    assert caught.value.why is Why.DAMAGED
