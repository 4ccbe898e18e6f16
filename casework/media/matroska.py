"""WebM files (RFC 8794, RFC 9559): sound and pictures kept, all else blanked.

Nothing moves: what tells of the person or the device becomes a void element of the same length.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from casework.media.kinds import Refused, Why

_EBML, _SEGMENT, _CLUSTER, _TRACKS, _TRACK = 0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1654AE6B, 0xAE
_INFO, _CUES, _SEEK, _GROUP, _VOID = 0x1549A966, 0x1C53BB6B, 0x114D9B74, 0xA0, 0xEC
_DOCTYPE, _TYPE, _CODEC, _ENCODINGS = 0x4282, 0x83, 0x86, 0x6D80
_APPLICATIONS: Final = frozenset({0x4D80, 0x5741})
_TOP: Final = frozenset({_SEEK, _INFO, _TRACKS, _CLUSTER, _CUES})
# What a player needs of each element that holds others; what is not named here is blanked.
_KEPT: Final = {
    _EBML: frozenset({0x4286, 0x42F7, 0x42F2, 0x42F3, _DOCTYPE, 0x4287, 0x4285}),
    _SEGMENT: _TOP,
    _INFO: frozenset({0x2AD7B1, 0x4489}) | _APPLICATIONS,
    _TRACKS: frozenset({_TRACK}),
    _TRACK: frozenset(
        {0xD7, 0x73C5, _TYPE, 0xB9, 0x88, 0x55AA, 0x9C, 0x23E383, _CODEC, 0x63A2, 0x56AA}
        | {0x56BB, 0xE0, 0xE1, 0x55EE}
    ),
    _CLUSTER: frozenset({0xE7, 0xA3, _GROUP, 0xA7, 0xAB}),
    _GROUP: frozenset({0xA1, 0x9B, 0xFB, 0x75A2}),
}
_PICTURE, _SOUND = b"\x01", b"\x02"
# Vorbis carries its comments in the codec's own data: those who record with it use Ogg.
_CODECS: Final = frozenset({b"A_OPUS", b"V_VP8", b"V_VP9", b"V_AV1", b"V_MPEG4/ISO/AVC"})
_LONGEST_NUMBER: Final = 8
_LONGEST_NAME: Final = 4
_SHORT_VOID: Final = 128
_MOST_ELEMENTS: Final = 500_000


@dataclass(frozen=True)
class Element:
    """An element: what it is, where it begins and ends, and where its content begins."""

    name: int
    start: int
    body: int
    end: int


def _number(data: bytes | bytearray, start: int) -> tuple[int, int]:
    """Return the number with its length mark, and how many bytes it takes."""
    if start >= len(data) or not data[start]:
        raise Refused(Why.DAMAGED)
    length = _LONGEST_NUMBER + 1 - data[start].bit_length()
    if start + length > len(data):
        raise Refused(Why.DAMAGED)
    return int.from_bytes(data[start : start + length], "big"), length


def elements(data: bytes | bytearray, start: int, end: int, inside: int = 0) -> Iterator[Element]:
    """Return the elements between two places; raise Refused when they do not fill it.

    A live recording does not know how long its segment and clusters become: a segment then
    lasts to the end, a cluster until something begins that does not belong to a cluster.
    """
    while start < end:
        name, wide = _number(data, start)
        if inside == _CLUSTER and name in _TOP:
            return
        size, more = _number(data, start + wide)
        body = start + wide + more
        if size == (1 << (7 * more + 1)) - 1:
            stop = _open_end(data, Element(name, start, body, end))
        else:
            stop = body + size - (1 << (7 * more))
        if wide > _LONGEST_NAME or stop > end:
            raise Refused(Why.DAMAGED)
        yield Element(name, start, body, stop)
        start = stop


def _open_end(data: bytes | bytearray, element: Element) -> int:
    if element.name == _SEGMENT:
        return element.end
    if element.name != _CLUSTER:
        raise Refused(Why.DAMAGED)
    stop = element.body
    for child in elements(data, element.body, element.end, _CLUSTER):
        stop = child.end
    return stop


def has_pictures(data: bytes) -> bool:
    """Return True when one of the tracks is a picture; raise Refused when it is no WebM."""
    found = _inside(data, list(elements(data, 0, len(data))), _EBML, _DOCTYPE)
    if [bytes(data[each.body : each.end]) for each in found] != [b"webm"]:
        raise Refused(Why.UNKNOWN_KIND)
    types = _inside(data, list(elements(data, 0, len(data))), _SEGMENT, _TRACKS, _TRACK, _TYPE)
    return any(data[each.body : each.end] == _PICTURE for each in types)


def _inside(data: bytes, found: list[Element], *way: int) -> list[Element]:
    """Return the elements that lie at the end of a way of names."""
    chosen = [each for each in found if each.name == way[0]]
    if len(way) == 1:
        return chosen
    below = [child for each in chosen for child in elements(data, each.body, each.end)]
    return _inside(data, below, *way[1:])


def clean(data: bytes) -> bytes:
    """Return the file with nothing but sound and pictures; raise Refused."""
    cleaning = _Cleaning(bytearray(data))
    cleaning.walk(list(elements(data, 0, len(data))), frozenset({_EBML, _SEGMENT}))
    if not cleaning.tracks:
        raise Refused(Why.UNKNOWN_KIND)
    return bytes(cleaning.data)


class _Cleaning:
    def __init__(self, data: bytearray) -> None:
        self.data = data
        self.tracks = 0
        self._count = 0

    def walk(self, found: list[Element], kept: frozenset[int]) -> None:
        self._count += len(found)
        if self._count > _MOST_ELEMENTS:
            raise Refused(Why.BOMB)
        for element in found:
            if element.name not in kept:
                self._blank(element)
            elif element.name in _KEPT:
                below = list(elements(self.data, element.body, element.end))
                if element.name == _TRACK:
                    self._check_track(below)
                self.walk(below, _KEPT[element.name])
            elif element.name in _APPLICATIONS:
                self.data[element.body : element.end] = bytes(element.end - element.body)

    def _check_track(self, below: list[Element]) -> None:
        said = {each.name: bytes(self.data[each.body : each.end]) for each in below}
        if said.get(_TYPE) not in {_PICTURE, _SOUND} or said.get(_CODEC) not in _CODECS:
            raise Refused(Why.UNKNOWN_KIND)
        if _ENCODINGS in said:
            raise Refused(Why.ENCRYPTED)
        self.tracks += 1

    def _blank(self, element: Element) -> None:
        length = element.end - element.start
        if length <= _SHORT_VOID:
            head = bytes([_VOID, 0x80 | (length - 2)])
        else:
            head = bytes([_VOID, 0x01]) + (length - 9).to_bytes(7, "big")
        self.data[element.start : element.end] = head.ljust(length, b"\0")
