"""Photos as phones make them: with the place, the maker and a note in them."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path
from typing import Final

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET: Final = "SECRET Sokha"
XMP: Final = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf'
    f'-syntax-ns#"><rdf:Description GPSLatitude="11,33.4N" creator="{SECRET}"/></rdf:RDF>'
    "</x:xmpmeta>"
).encode()


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a camera notes: maker, time, place, a smaller picture's kind of note."""
    notes = Image.Exif()
    notes[0x010F] = SECRET
    notes[0x0132] = "2026:11:23 09:00:00"
    notes[0x0112] = orientation
    place = notes.get_ifd(0x8825)
    place[1], place[2], place[3], place[4] = "N", (11.0, 33.0, 23.0), "E", (104.0, 55.0, 41.0)
    return notes


def drawing(width: int = 96, height: int = 64) -> Image.Image:
    """Return a picture whose left side is bright and whose right side is dark."""
    image = Image.new("RGB", (width, height), "navy")
    image.paste("yellow", (0, 0, width // 2, height))
    return image


def jpeg(orientation: int = 1, image: Image.Image | None = None) -> bytes:
    out = io.BytesIO()
    profile = b"SECRET profile".ljust(160, b"\0")
    (image or drawing()).save(
        out, "JPEG", exif=exif(orientation), comment=SECRET.encode(), xmp=XMP, icc_profile=profile
    )
    return out.getvalue()


def png(mode: str = "RGB") -> bytes:
    notes = PngInfo()
    notes.add_text("Author", SECRET)
    notes.add_text("Comment", SECRET, zip=True)
    notes.add_itxt("XML:com.adobe.xmp", XMP.decode())
    image = drawing().convert(mode)
    if mode == "RGBA":
        image.putalpha(100)
    out = io.BytesIO()
    image.save(out, "PNG", pnginfo=notes, exif=exif())
    return out.getvalue()


def webp() -> bytes:
    out = io.BytesIO()
    drawing().save(out, "WEBP", exif=exif(), xmp=XMP)
    return out.getvalue()


def gif() -> bytes:
    out = io.BytesIO()
    others = [drawing().rotate(180), drawing()]
    drawing().save(out, "GIF", comment=SECRET.encode(), save_all=True, append_images=others)
    return out.getvalue()


def heic() -> bytes:
    return (Path(__file__).parent / "photo.heic").read_bytes()


def multi_picture() -> bytes:
    """Return a JPEG with a second one behind it, as telephones with two lenses write."""
    out = io.BytesIO()
    drawing().save(out, "MPO", save_all=True, append_images=[drawing()], exif=exif())
    return out.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    checked = name + content
    return struct.pack(">I", len(content)) + checked + struct.pack(">I", zlib.crc32(checked))


def png_of(width: int, height: int, *more: bytes, rows: int = 100) -> bytes:
    """Return a PNG that says a size, with `rows` of its rows, and more chunks."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    data = zlib.compress(bytes((width * 3 + 1) * rows), 9)
    ending = chunk(b"IDAT", data) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + ending


def jpeg_of(width: int, height: int) -> bytes:
    """Return a small JPEG that says another size."""
    data = bytearray(jpeg())
    place = data.index(b"\xff\xc0") + 5
    struct.pack_into(">HH", data, place, height, width)
    return bytes(data)
