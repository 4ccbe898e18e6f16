"""Ogg files with Opus or Vorbis: the comments are written anew, empty."""

from __future__ import annotations

import io
import struct
from typing import Final

from mutagen.ogg import OggPage

from casework.media.kinds import Refused, Why

_OPUS, _VORBIS = b"OpusHead", b"\x01vorbis"
# What a comment header begins with, how many headers there are, and what the comments end with.
_HEADERS: Final = {_OPUS: (b"OpusTags", 2, b""), _VORBIS: (b"\x03vorbis", 3, b"\x01")}
_MOST_PAGES: Final = 200_000


def clean(data: bytes) -> bytes:
    """Return the sound without what was written beside it: names, places, pictures.

    Raises:
        Refused: UNKNOWN_KIND when it is more than one stream of Opus or Vorbis, or DAMAGED.

    """
    pages = _pages(data)
    first = pages[0]
    kind = next((each for each in _HEADERS if first.packets[0].startswith(each)), None)
    if kind is None or {page.serial for page in pages} != {first.serial}:
        raise Refused(Why.UNKNOWN_KIND)
    beginning, number, ending = _HEADERS[kind]
    headers, rest = _split(pages, number)
    if not headers[1].startswith(beginning):
        raise Refused(Why.DAMAGED)
    # Two numbers: the length of the maker's name, and how many comments follow.
    headers[1] = beginning + struct.pack("<II", 0, 0) + ending
    fresh = OggPage.from_packets(headers[1:], sequence=1)
    for page in fresh:
        page.serial = first.serial
        page.position = 0
    out = [first, *fresh, *rest]
    for sequence, page in enumerate(out):
        page.sequence = sequence
    return b"".join(page.write() for page in out)


def _pages(data: bytes) -> list[OggPage]:
    source = io.BytesIO(data)
    pages: list[OggPage] = []
    while source.tell() < len(data):
        pages.append(OggPage(source))
        if len(pages) > _MOST_PAGES:
            raise Refused(Why.BOMB)
    return pages


def _split(pages: list[OggPage], number: int) -> tuple[list[bytes], list[OggPage]]:
    """Return the header packets, and the pages behind those that hold them."""
    for count in range(2, len(pages) + 1):
        held = pages[:count]
        if held[-1].complete and sum(len(page.packets) for page in held) >= number:
            packets = OggPage.to_packets(held)
            if len(packets) == number:
                return packets, pages[count:]
            # Sound begins on a page of its own (RFC 7845, Vorbis I A.2).
            break
    raise Refused(Why.DAMAGED)
