"""Office documents as packages (ZIP): taken apart with limits, put together anew."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final

from casework.media import kinds
from casework.media.kinds import Form, Refused, Why

_MEGABYTE: Final = 1024 * 1024
_MOST_PARTS: Final = 2000
_LARGEST_PART: Final = 32 * _MEGABYTE
_LARGEST_WHOLE: Final = 100 * _MEGABYTE
# XML of spreadsheets shrinks to a fiftieth; only what was made to burst shrinks more.
_BURSTING: Final = 250
_SMALL: Final = 1 * _MEGABYTE
_NAME: Final = re.compile(r"[A-Za-z0-9_\-. \[\]()%~+@&',]+(/[A-Za-z0-9_\-. \[\]()%~+@&',]+)*/?")
_LONGEST_NAME: Final = 200
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_LOCKED: Final = 0x1
_TYPES: Final = "[Content_Types].xml"
_CONTENT_TYPE: Final = re.compile(rb"""ContentType\s*=\s*["']([^"'<>]{1,200})["']""")
_OPEN_DOCUMENT: Final = {
    form.media_type.encode(): form for form in (kinds.ODT, kinds.ODS, kinds.ODP)
}
_OPEN_XML: Final = {
    f"{form.media_type}.main+xml": form for form in (kinds.DOCX, kinds.XLSX, kinds.PPTX)
}


def form_of(data: bytes) -> Form | None:
    """Return which office document the package is, or None; raise Refused."""
    with _opened(data) as package:
        names = package.namelist()
        if names[0] == "mimetype":
            return _OPEN_DOCUMENT.get(_read(package, "mimetype"))
        if _TYPES not in names:
            return None
        types = _read(package, _TYPES)
    # Only searched here, without a parser: the kind is told before the process is locked in.
    said = [each.decode("ascii", "replace") for each in _CONTENT_TYPE.findall(types)]
    if any("macroenabled" in each.lower() for each in said):
        raise Refused(Why.ACTIVE_CONTENT)
    return next((_OPEN_XML[each] for each in said if each in _OPEN_XML), None)


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the parts of a package by name, folders left out.

    Raises:
        Refused: BOMB, ENCRYPTED or DAMAGED.

    """
    with _opened(data) as package:
        return {name: _read(package, name) for name in package.namelist() if name[-1] != "/"}


def pack(parts: dict[str, bytes]) -> bytes:
    """Return a package of these parts, in their order, without dates, comments or extras."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name, content in parts.items():
            info = zipfile.ZipInfo(name)
            # An OpenDocument names itself in its first bytes (ODF 1.3, part 2, 3.3).
            plain = name == "mimetype"
            info.compress_type = zipfile.ZIP_STORED if plain else zipfile.ZIP_DEFLATED
            package.writestr(info, content)
    return out.getvalue()


def _opened(data: bytes) -> zipfile.ZipFile:
    try:
        package = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        raise Refused(Why.DAMAGED) from None
    _check(package.infolist())
    return package


def _check(found: list[zipfile.ZipInfo]) -> None:
    names = {each.filename.lower() for each in found}
    if not found or len(names) != len(found) or not all(map(_is_usable, found)):
        raise Refused(Why.DAMAGED)
    if any(each.flag_bits & _LOCKED for each in found):
        raise Refused(Why.ENCRYPTED)
    whole = sum(each.file_size for each in found)
    if len(found) > _MOST_PARTS or whole > _LARGEST_WHOLE or any(map(_bursts, found)):
        raise Refused(Why.BOMB)


def _is_usable(info: zipfile.ZipInfo) -> bool:
    name = info.filename
    steps = name.rstrip("/").split("/")
    return (
        len(name) <= _LONGEST_NAME
        and _NAME.fullmatch(name) is not None
        and not {".", ".."} & set(steps)
        and info.compress_type in _METHODS
    )


def _bursts(info: zipfile.ZipInfo) -> bool:
    size = info.file_size
    return size > _LARGEST_PART or (size > _SMALL and size > info.compress_size * _BURSTING)


def _read(package: zipfile.ZipFile, name: str) -> bytes:
    """Return a part; what it says of its size is not believed."""
    try:
        with package.open(name) as file:
            content = file.read(_LARGEST_PART + 1)
    except (zipfile.BadZipFile, EOFError, NotImplementedError):
        raise Refused(Why.DAMAGED) from None
    if len(content) > _LARGEST_PART:
        raise Refused(Why.BOMB)
    return content
