"""What bytes are, by themselves: neither the name nor the type that the sender says counts."""

from __future__ import annotations

from typing import Final

from casework.media import frames, kinds, letters, matroska, mp4, packages
from casework.media.kinds import Form, Refused, Why

_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", kinds.JPEG),
    (b"\x89PNG\r\n\x1a\n", kinds.PNG),
    (b"GIF87a", kinds.GIF),
    (b"GIF89a", kinds.GIF),
    (b"%PDF-1.", kinds.PDF),
    (b"%PDF-2.", kinds.PDF),
    (b"OggS\0", kinds.OGG),
    (b"#!AMR", kinds.AMR),
)
_FAMILIES: Final = ((b"WEBP", kinds.WEBP), (b"WAVE", kinds.WAV))
_ZIP: Final = b"PK\x03\x04"
_WEBM: Final = b"\x1a\x45\xdf\xa3"
# An encrypted office document is an old-style file with this name in its folder.
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
_HEIC_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"})
_MOVIE_BRANDS: Final = frozenset(
    {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"dash"}
    | {b"M4A ", b"M4B ", b"M4V ", b"MSNV", b"mmp4", b"qt  ", b"f4v ", b"iso8", b"iso9"}
)


def sniff(data: bytes) -> Form:
    """Return what the bytes are.

    Raises:
        Refused: EMPTY, UNKNOWN_KIND, ENCRYPTED, DAMAGED or ACTIVE_CONTENT.

    """
    if not data:
        raise Refused(Why.EMPTY)
    for beginning, form in _BEGINNINGS:
        if data.startswith(beginning):
            return form
    return _by_structure(data) or _plain(data)


def _by_structure(data: bytes) -> Form | None:
    if data.startswith(b"RIFF"):
        return dict(_FAMILIES).get(data[8:12])
    if data.startswith(_ZIP):
        return packages.form_of(data)
    if data.startswith((b"ID3", b"\xff")):
        return _row_of_frames(data)
    if data.startswith(_WEBM):
        return kinds.WEBM if matroska.has_pictures(data) else kinds.WEBM_AUDIO
    if data[4:8] == b"ftyp":
        return _movie(data)
    if data.startswith(_OLD_OFFICE) and _ENCRYPTED_PACKAGE in data:
        raise Refused(Why.ENCRYPTED)
    return None


def _row_of_frames(data: bytes) -> Form | None:
    if frames.is_aac(data):
        return kinds.AAC
    return kinds.MP3 if frames.is_mp3(data) else None


def _movie(data: bytes) -> Form:
    brand = data[8:12]
    if brand in _HEIC_BRANDS:
        return kinds.HEIC
    if brand[:2] == b"3g":
        return kinds.PHONE_VIDEO if mp4.has_pictures(data) else kinds.PHONE_AUDIO
    if brand not in _MOVIE_BRANDS:
        raise Refused(Why.UNKNOWN_KIND)
    if not mp4.has_pictures(data):
        return kinds.M4A
    return kinds.QUICKTIME if brand == b"qt  " else kinds.MP4


def _plain(data: bytes) -> Form:
    letters.decode(data)
    return kinds.TEXT
