"""Sound that is a row of frames: only the frames are kept, in MP3, AAC, AMR and WAV."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Final

from casework.media.kinds import Refused, Why

_FEWEST: Final = 3
_ID3_HEAD: Final = 10
_RESYNC: Final = 64 * 1024
# Kilobits a second of MPEG audio (ISO 11172-3, 13818-3), by version 1 or not, and layer.
_RATES: Final = {
    (True, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (True, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (True, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (False, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (False, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
# Bytes of a frame by its type (RFC 4867); every other type has nothing to hear.
_NARROW: Final = (12, 13, 15, 17, 19, 20, 26, 31, 5, 0, 0, 0, 0, 0, 0, 0)
_WIDE: Final = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, 0, 0, 0, 0, 0, 0)
_AMR, _AMR_WIDE = b"#!AMR\n", b"#!AMR-WB\n"
# PCM, ADPCM, float, the two laws of telephony, GSM, and what says more below.
_WAVES: Final = frozenset({0x1, 0x2, 0x3, 0x6, 0x7, 0x11, 0x31, 0xFFFE})


def mp3(data: bytes) -> bytes:
    """Return the MPEG frames of a file without the tags before, between and after them."""
    return _row(data, _after_tags(data), _mpeg_frame)


def aac(data: bytes) -> bytes:
    """Return the ADTS frames of a file."""
    return _row(data, _after_tags(data), _adts_frame)


def is_mp3(data: bytes) -> bool:
    """Return True when three MPEG frames follow on the tags."""
    return _begins(data, _after_tags(data), _mpeg_frame)


def is_aac(data: bytes) -> bool:
    """Return True when three ADTS frames follow on the tags."""
    return _begins(data, _after_tags(data), _adts_frame)


def _after_tags(data: bytes) -> int:
    """Return where the first frame can begin: behind all ID3v2 tags."""
    start = 0
    while data[start : start + 3] == b"ID3" and len(data) >= start + _ID3_HEAD:
        size = 0
        for byte in data[start + 6 : start + 10]:
            size = size << 7 | byte & 0x7F
        start += _ID3_HEAD + size
    # Some players pad a tag with zeros that it does not count.
    while start < len(data) and data[start] == 0:
        start += 1
    return start


def _mpeg_frame(data: bytes, start: int) -> int:
    """Return the length of the frame that begins here, or 0."""
    if len(data) < start + 4 or data[start] != 0xFF or data[start + 1] & 0xE0 != 0xE0:
        return 0
    version, layer = data[start + 1] >> 3 & 3, 4 - (data[start + 1] >> 1 & 3)
    rate, hertz = data[start + 2] >> 4, data[start + 2] >> 2 & 3
    if version not in _HERTZ or layer not in {1, 2, 3} or rate in {0, 15} or hertz not in {0, 1, 2}:
        return 0
    bits = _RATES[version == 3, layer][rate] * 1000
    padding = data[start + 2] >> 1 & 1
    if layer == 1:
        return (12 * bits // _HERTZ[version][hertz] + padding) * 4
    slots = 72 if layer == 3 and version != 3 else 144
    return slots * bits // _HERTZ[version][hertz] + padding


def _adts_frame(data: bytes, start: int) -> int:
    if len(data) < start + 7 or data[start] != 0xFF or data[start + 1] & 0xF6 != 0xF0:
        return 0
    length = (data[start + 3] & 3) << 11 | data[start + 4] << 3 | data[start + 5] >> 5
    return length if length > 7 else 0


def _begins(data: bytes, start: int, frame: Callable[[bytes, int], int]) -> bool:
    for _ in range(_FEWEST):
        length = frame(data, start)
        if not length or start + length > len(data):
            return False
        start += length
    return True


def _row(data: bytes, start: int, frame: Callable[[bytes, int], int]) -> bytes:
    """Return the frames from `start` on, passing over what lies between them."""
    pieces: list[bytes] = []
    while start < len(data):
        length = frame(data, start)
        if length:
            # A last frame that is cut short is left out.
            pieces += [data[start : start + length]] if start + length <= len(data) else []
            start += length
            continue
        start = _next(data, start + 1, frame)
    if len(pieces) < _FEWEST:
        raise Refused(Why.DAMAGED)
    return b"".join(pieces)


def _next(data: bytes, start: int, frame: Callable[[bytes, int], int]) -> int:
    """Return where frames go on, which three in a row prove; the end when they do not."""
    for place in range(start, min(len(data), start + _RESYNC)):
        if data[place] == 0xFF and _begins(data, place, frame):
            return place
    return len(data)


def amr(data: bytes) -> bytes:
    """Return the frames of a voice note of an old phone."""
    head = _AMR_WIDE if data.startswith(_AMR_WIDE) else _AMR
    sizes = _WIDE if head == _AMR_WIDE else _NARROW
    if not data.startswith(head):
        raise Refused(Why.UNKNOWN_KIND)
    start = len(head)
    while start < len(data) and not data[start] & 0x83:
        length = 1 + sizes[data[start] >> 3 & 15]
        if start + length > len(data):
            break
        start += length
    if start == len(head):
        raise Refused(Why.DAMAGED)
    return data[:start]


def wav(data: bytes) -> bytes:
    """Return format and samples of a wave file; its lists of names and places stay behind."""
    kept: dict[bytes, bytes] = {}
    start = 12
    while start + 8 <= len(data) and b"data" not in kept:
        name, size = struct.unpack_from("<4sI", data, start)
        kept[name] = data[start + 8 : start + 8 + size]
        start += 8 + size + size % 2
    if not kept.get(b"data") or len(kept.get(b"fmt ", b"")) < 16:
        raise Refused(Why.DAMAGED)
    if int.from_bytes(kept[b"fmt "][:2], "little") not in _WAVES:
        raise Refused(Why.UNKNOWN_KIND)
    body = b"WAVE"
    for name in (b"fmt ", b"fact", b"data"):
        if name in kept:
            piece = kept[name]
            body += name + struct.pack("<I", len(piece)) + piece + b"\0" * (len(piece) % 2)
    return b"RIFF" + struct.pack("<I", len(body)) + body
