"""What bytes are, by themselves: neither the name nor the type that the sender says counts."""

from __future__ import annotations

from typing import Final

from casework.media import kinds, letters
from casework.media.kinds import Form, Refused, Why

_BEGINNINGS: Final = (
    (b"\xff\xd8\xff", kinds.JPEG),
    (b"\x89PNG\r\n\x1a\n", kinds.PNG),
    (b"GIF87a", kinds.GIF),
    (b"GIF89a", kinds.GIF),
    (b"%PDF-", kinds.PDF),
    (b"OggS", kinds.OGG),
    (b"ID3", kinds.MP3),
    (b"#!AMR", kinds.AMR),
)


def sniff(data: bytes) -> Form:
    """Return what the bytes are.

    Raises:
        Refused: EMPTY, UNKNOWN_KIND, ENCRYPTED or ACTIVE_CONTENT.

    """
    if not data:
        raise Refused(Why.EMPTY)
    for beginning, form in _BEGINNINGS:
        if data.startswith(beginning):
            return form
    letters.decode(data)
    return kinds.TEXT
