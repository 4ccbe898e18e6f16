"""MP4, 3GP and QuickTime files (ISO 14496-12): sound and pictures kept, all else blanked.

Nothing moves: a box that tells of the person, the place or the device becomes a free box of the
same length, filled with zeros, so that every offset stays right.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from casework.media import samples
from casework.media.kinds import Refused, Why

_MOST_BOXES: Final = 20_000
_HEAD: Final = 8
_LONG_HEAD: Final = 16
_TO_THE_END, _LONG = 0, 1
_SEEN_AND_HEARD: Final = frozenset({b"soun", b"vide"})
# What a player needs of each box that holds others; what is not named here is blanked.
_KEPT: Final = {
    b"": b"ftyp styp moov mdat free skip wide moof sidx mfra",
    b"moov": b"mvhd trak mvex",
    b"mvex": b"mehd trex",
    b"trak": b"tkhd mdia edts tapt",
    b"edts": b"elst",
    b"mdia": b"mdhd hdlr minf elng",
    b"minf": b"vmhd smhd hdlr gmhd dinf stbl",
    b"dinf": b"dref",
    b"stbl": b"stsd stts ctts stsc stsz stz2 stco co64 stss sdtp sbgp sgpd cslg stps",
    b"moof": b"mfhd traf",
    b"traf": b"tfhd tfdt trun sbgp sgpd",
}
_BLANK: Final = frozenset({b"free", b"skip"})
_TIMED: Final = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_WITHIN_ITSELF: Final = 1


@dataclass(frozen=True)
class Box:
    """A box: its name, where it begins and ends, and where its content begins."""

    name: bytes
    start: int
    body: int
    end: int


def boxes(data: bytes | bytearray, start: int, end: int) -> Iterator[Box]:
    """Return the boxes between two places; raise Refused when they do not fill it."""
    while start < end:
        if end - start < _HEAD:
            raise Refused(Why.DAMAGED)
        size, name = struct.unpack_from(">I4s", data, start)
        body = start + _HEAD
        if size == _LONG and end - start >= _LONG_HEAD:
            (size,) = struct.unpack_from(">Q", data, body)
            body = start + _LONG_HEAD
        elif size == _TO_THE_END:
            size = end - start
        if start + size > end or body > start + size:
            raise Refused(Why.DAMAGED)
        yield Box(name, start, body, start + size)
        start += size


def has_pictures(data: bytes) -> bool:
    """Return True when one of the tracks is a picture."""
    return any(
        _handler(data, track) == b"vide"
        for top in boxes(data, 0, len(data))
        if top.name == b"moov"
        for track in boxes(data, top.body, top.end)
        if track.name == b"trak"
    )


def _handler(data: bytes | bytearray, track: Box) -> bytes:
    for name in (b"mdia", b"hdlr"):
        found = [box for box in boxes(data, track.body, track.end) if box.name == name]
        if len(found) != 1:
            raise Refused(Why.DAMAGED)
        track = found[0]
    return bytes(data[track.body + 8 : track.body + 12])


def clean(data: bytes) -> bytes:
    """Return the file with nothing but sound and pictures.

    Raises:
        Refused: DAMAGED when its boxes do not fit, ACTIVE_CONTENT when it plays another file,
            UNKNOWN_KIND when there is nothing to hear or to see.

    """
    return _Cleaning(bytearray(data)).result()


class _Cleaning:
    def __init__(self, data: bytearray) -> None:
        self._data = data
        self._count = 0
        self._tracks: list[Box] = []
        self._media: list[Box] = []
        self._in_fragments = False
        self._others = False

    def result(self) -> bytes:
        self._walk(b"", 0, len(self._data))
        if not self._tracks:
            raise Refused(Why.UNKNOWN_KIND)
        if self._in_fragments and self._others:
            # The samples of other tracks cannot be told from those that stay.
            raise Refused(Why.UNKNOWN_KIND)
        if not self._in_fragments:
            self._blank_unused()
        return bytes(self._data)

    def _walk(self, inside: bytes, start: int, end: int) -> None:
        kept = _KEPT[inside].split()
        for box in list(boxes(self._data, start, end)):
            self._count += 1
            if self._count > _MOST_BOXES:
                raise Refused(Why.BOMB)
            if box.name not in kept or box.name in _BLANK or self._is_other_track(box):
                self._blank(box)
            elif box.name in _KEPT:
                self._walk(box.name, box.body, box.end)
            else:
                self._tidy(box, inside)

    def _is_other_track(self, box: Box) -> bool:
        if box.name != b"trak":
            self._in_fragments |= box.name == b"moof"
            return False
        if _handler(self._data, box) in _SEEN_AND_HEARD:
            self._tracks.append(box)
            return False
        self._others = True
        return True

    def _blank(self, box: Box) -> None:
        self._data[box.start + 4 : box.start + 8] = b"free"
        self._zero(box.body, box.end)

    def _zero(self, start: int, end: int) -> None:
        self._data[start:end] = bytes(end - start)

    def _tidy(self, box: Box, inside: bytes) -> None:
        """Take out of a box that stays what only tells of the recording."""
        if box.name == b"mdat" and not inside:
            self._media.append(box)
        elif box.name in _TIMED:
            long = self._data[box.body] == 1
            self._zero(box.body + 4, min(box.end, box.body + (20 if long else 12)))
        elif box.name == b"hdlr":
            # The name of the handler, for people: often that of the device's maker.
            self._zero(min(box.end, box.body + 24), box.end)
        elif box.name == b"dref":
            self._hold_at_home(box)

    def _hold_at_home(self, box: Box) -> None:
        """Refuse a file whose samples lie elsewhere: opening it would tell that place."""
        for entry in boxes(self._data, box.body + 8, box.end):
            if not self._data[entry.body + 3] & _WITHIN_ITSELF:
                raise Refused(Why.ACTIVE_CONTENT)
            self._zero(entry.body + 4, entry.end)

    def _blank_unused(self) -> None:
        """Zero what lies between the samples, where samples of other tracks were."""
        used: list[tuple[int, int]] = []
        for track in self._tracks:
            used += samples.places(self._data, self._table(track))
        used.sort()
        for media in self._media:
            place = media.body
            for start, end in used:
                if media.body <= start < media.end:
                    if end > media.end:
                        raise Refused(Why.DAMAGED)
                    if start > place:
                        self._zero(place, start)
                    place = max(place, end)
            self._zero(place, media.end)

    def _table(self, track: Box) -> dict[bytes, tuple[int, int]]:
        """Return where the boxes of the track's sample table lie."""
        for name in (b"mdia", b"minf", b"stbl"):
            found = [box for box in boxes(self._data, track.body, track.end) if box.name == name]
            if len(found) != 1:
                raise Refused(Why.DAMAGED)
            track = found[0]
        return {box.name: (box.body, box.end) for box in boxes(self._data, track.body, track.end)}
