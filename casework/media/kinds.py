"""What a file of evidence can be, and why one is not taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

_MEGABYTE: Final = 1024 * 1024
# What a phone sends over a slow line, and what a reader of the case can still open.
LARGEST_FILE: Final = 25 * _MEGABYTE
# A shared copy can be a little larger than what it was made from, never twice as large.
LARGEST_COPY: Final = 2 * LARGEST_FILE


class Kind(StrEnum):
    """What a person would call the file."""

    PHOTO = "photo"
    PDF = "pdf"
    DOCUMENT = "document"
    TEXT = "text"
    VOICE = "voice"
    VIDEO = "video"


class Why(StrEnum):
    """Why a file is not taken."""

    EMPTY = "empty"
    TOO_BIG = "too_big"
    UNKNOWN_KIND = "unknown_kind"
    DAMAGED = "damaged"
    ACTIVE_CONTENT = "active_content"
    ENCRYPTED = "encrypted"
    BOMB = "bomb"
    INFECTED = "infected"
    TOO_SLOW = "too_slow"
    BUSY = "busy"


class Refused(Exception):
    """A file is not taken; `why` says for which reason, never what stands in it."""

    def __init__(self, why: Why) -> None:
        super().__init__(why.value)
        self.why = why


@dataclass(frozen=True)
class Form:
    """What bytes are: the kind, the media type to serve them as, the ending of their name."""

    kind: Kind
    media_type: str
    extension: str


@dataclass(frozen=True)
class Cleaned:
    """What was made of a file.

    `original` is what the bytes handed in are. `shared` are the bytes that may be handed on,
    without traces of who made them and where, and `shared_form` is what they are. `preview` is
    a small JPEG, or None where there is nothing to see.
    """

    original: Form
    shared_form: Form
    shared: bytes
    preview: bytes | None


JPEG: Final = Form(Kind.PHOTO, "image/jpeg", "jpg")
PNG: Final = Form(Kind.PHOTO, "image/png", "png")
WEBP: Final = Form(Kind.PHOTO, "image/webp", "webp")
HEIC: Final = Form(Kind.PHOTO, "image/heic", "heic")
GIF: Final = Form(Kind.PHOTO, "image/gif", "gif")
PDF: Final = Form(Kind.PDF, "application/pdf", "pdf")
TEXT: Final = Form(Kind.TEXT, "text/plain", "txt")
MP3: Final = Form(Kind.VOICE, "audio/mpeg", "mp3")
AAC: Final = Form(Kind.VOICE, "audio/aac", "aac")
M4A: Final = Form(Kind.VOICE, "audio/mp4", "m4a")
OGG: Final = Form(Kind.VOICE, "audio/ogg", "ogg")
WAV: Final = Form(Kind.VOICE, "audio/wav", "wav")
AMR: Final = Form(Kind.VOICE, "audio/amr", "amr")
WEBM_AUDIO: Final = Form(Kind.VOICE, "audio/webm", "weba")
MP4: Final = Form(Kind.VIDEO, "video/mp4", "mp4")
PHONE_AUDIO: Final = Form(Kind.VOICE, "audio/3gpp", "3gp")
PHONE_VIDEO: Final = Form(Kind.VIDEO, "video/3gpp", "3gp")
QUICKTIME: Final = Form(Kind.VIDEO, "video/quicktime", "mov")
WEBM: Final = Form(Kind.VIDEO, "video/webm", "webm")
_OPEN_XML: Final = "application/vnd.openxmlformats-officedocument."
DOCX: Final = Form(Kind.DOCUMENT, f"{_OPEN_XML}wordprocessingml.document", "docx")
XLSX: Final = Form(Kind.DOCUMENT, f"{_OPEN_XML}spreadsheetml.sheet", "xlsx")
PPTX: Final = Form(Kind.DOCUMENT, f"{_OPEN_XML}presentationml.presentation", "pptx")
_OPEN_DOCUMENT: Final = "application/vnd.oasis.opendocument."
ODT: Final = Form(Kind.DOCUMENT, f"{_OPEN_DOCUMENT}text", "odt")
ODS: Final = Form(Kind.DOCUMENT, f"{_OPEN_DOCUMENT}spreadsheet", "ods")
ODP: Final = Form(Kind.DOCUMENT, f"{_OPEN_DOCUMENT}presentation", "odp")
FORMS: Final = (
    *(JPEG, PNG, WEBP, HEIC, GIF, PDF, TEXT),
    *(MP3, AAC, M4A, OGG, WAV, AMR, WEBM_AUDIO, PHONE_AUDIO),
    *(MP4, WEBM, PHONE_VIDEO, QUICKTIME),
    *(DOCX, XLSX, PPTX, ODT, ODS, ODP),
)
