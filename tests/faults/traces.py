"""What must not be left in a copy that is handed on."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

import pikepdf
from PIL import Image

from casework.media import sniff
from casework.media.kinds import FORMS, Cleaned, Kind

_MARKS: Final = re.compile(
    rb"SECRET|S\0E\0C\0R\0E\0T|\(SECRET|EICAR|<script|javascript:|onerror=|<!ENTITY|<!DOCTYPE|"
    rb"Exif\0\0|ns\.adobe\.com|adobe:ns:meta|GPSLatitude|Photoshop 3\.0|\xa9xyz|vbaProject|"
    rb"evil\.example|/etc/passwd|DDEAUTO",
    re.IGNORECASE,
)
_PDF_MARKS: Final = re.compile(
    rb"/(?:JavaScript|JS|Launch|OpenAction|AA|EmbeddedFiles?|URI|SubmitForm|GoToR|RichMedia|XFA|"
    rb"AcroForm|Metadata|PieceInfo|Annots|Encrypt|Author|EF)\b"
)
# What Pillow tells of a JPEG or PNG that carries nothing but its points.
_BARE: Final = frozenset({"jfif", "jfif_version", "jfif_unit", "jfif_density"})


def left_in(made: Cleaned) -> list[str]:
    """Return what should not be in the copies; nothing, when all is well."""
    found = [] if made.shared_form in FORMS else ["form"]
    if sniff.sniff(made.shared) != made.shared_form:
        found.append("another form")
    text = _all_of(made)
    found += [mark.decode("latin-1") for mark in _MARKS.findall(text)]
    if made.original.kind is Kind.PDF:
        found += [mark.decode() for mark in _PDF_MARKS.findall(text)]
    for picture in [made.preview] + [made.shared] * (made.original.kind is Kind.PHOTO):
        found += _in_picture(picture) if picture else []
    return found


def _all_of(made: Cleaned) -> bytes:
    """Return all bytes of the copy, what is compressed unpacked."""
    if made.original.kind is Kind.DOCUMENT:
        with zipfile.ZipFile(io.BytesIO(made.shared)) as package:
            names = package.namelist()
            return b"\n".join([*map(package.read, names), *map(str.encode, names), package.comment])
    if made.original.kind is Kind.PDF:
        with pikepdf.open(io.BytesIO(made.shared)) as paper:
            parts = [each.unparse() for each in paper.objects]
            streams = [each for each in paper.objects if isinstance(each, pikepdf.Stream)]
            parts += [each.read_raw_bytes() for each in streams]
            parts += [
                each.read_bytes() for each in streams if each.get("/Filter") == "/FlateDecode"
            ]
            parts += [each.stream_dict.unparse() for each in streams]
            return b"\n".join([*parts, paper.trailer.unparse()])
    return made.shared


def _in_picture(data: bytes) -> list[str]:
    with Image.open(io.BytesIO(data)) as picture:
        picture.load()
        found = [f"size {picture.size}"] * (max(picture.size) > 4096)
        found += [f"info {each}" for each in picture.info if each not in _BARE]
        return found + [f"exif {each}" for each in picture.getexif()]
