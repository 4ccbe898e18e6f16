"""Photos: drawn anew from their points, so that nothing else comes along."""

from __future__ import annotations

import io
from typing import Final

import pi_heif
from PIL import Image, ImageOps

from casework.media.kinds import JPEG, PNG, Cleaned, Form, Refused, Why

LONGEST_SIDE: Final = 4096
PREVIEW_SIDE: Final = 480
# The best phones take 50 million points; JPEG alone can be read at a fraction of its size.
MOST_POINTS: Final = 64_000_000
MOST_POINTS_OF_JPEG: Final = 220_000_000
_QUALITY: Final = 85
_PREVIEW_QUALITY: Final = 70
_DECODERS: Final = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/heic": ("HEIF",),
}

pi_heif.register_heif_opener(thumbnails=False)
# What is too large is said here, by the header, before a point is decoded.
Image.MAX_IMAGE_PIXELS = None
Image.init()


def clean(data: bytes, form: Form) -> Cleaned:
    """Return the photo turned upright, at most 4096 points long, and its preview.

    Raises:
        Refused: DAMAGED when it cannot be read to its end, BOMB when it is too large inside.

    """
    image = _decode(data, form)
    shared, shared_form = _draw(image)
    return Cleaned(form, shared_form, shared, preview(image))


def _decode(data: bytes, form: Form) -> Image.Image:
    try:
        image: Image.Image = Image.open(io.BytesIO(data), formats=_DECODERS[form.media_type])
        _check_size(image, form)
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        image.load()
        image = ImageOps.exif_transpose(image)
    except (OSError, SyntaxError, ValueError):
        # The library says so in one of these three ways when a file is cut, wrong or no picture.
        raise Refused(Why.DAMAGED) from None
    image.thumbnail((LONGEST_SIDE, LONGEST_SIDE), reducing_gap=2.0)
    return _points_only(image)


def _check_size(image: Image.Image, form: Form) -> None:
    most = MOST_POINTS_OF_JPEG if form == JPEG else MOST_POINTS
    if image.width * image.height > most:
        raise Refused(Why.BOMB)


def _points_only(image: Image.Image) -> Image.Image:
    """Return the points in plain colours, with nothing attached to them."""
    see_through = image.has_transparency_data
    plain = image.convert("RGBA" if see_through else "RGB")
    if see_through and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    bare = Image.new(plain.mode, plain.size)
    bare.paste(plain)
    return bare


def _draw(image: Image.Image) -> tuple[bytes, Form]:
    out = io.BytesIO()
    if image.mode == "RGBA":
        image.save(out, "PNG", compress_level=4)
        return out.getvalue(), PNG
    image.save(out, "JPEG", quality=_QUALITY)
    return out.getvalue(), JPEG


def preview(image: Image.Image) -> bytes:
    """Return a JPEG of at most 480 points; what shows through is white."""
    small = image.copy()
    small.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE), reducing_gap=2.0)
    if small.mode == "RGBA":
        ground = Image.new("RGB", small.size, "white")
        ground.paste(small, mask=small.getchannel("A"))
        small = ground
    out = io.BytesIO()
    small.save(out, "JPEG", quality=_PREVIEW_QUALITY)
    return out.getvalue()
