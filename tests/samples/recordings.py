"""Voice notes and videos, built byte by byte: with names, places and devices in them."""

from __future__ import annotations

import io
import struct
from typing import Final

from mutagen.ogg import OggPage

SECRET: Final = b"SECRET Sokha +11.5564+104.9282/"
SAMPLE: Final = b"SOUND" * 4
HIDDEN: Final = b"SECRET track of places"


def id3() -> bytes:
    frame = b"TIT2" + struct.pack(">I", len(SECRET) + 1) + b"\0\0\0" + SECRET
    picture = b"APIC" + struct.pack(">I", len(SECRET) + 14) + b"\0\0\0image/jpeg\0\3\0" + SECRET
    body = frame + picture
    return b"ID3\4\0\0" + bytes([0, 0, len(body) >> 7, len(body) & 127]) + body


def mp3() -> bytes:
    """Return ten silent frames of 128 kbit/s between tags of two kinds."""
    frame = b"\xff\xfb\x90\xc4" + bytes(413)
    ape = b"APETAGEX" + SECRET + b"APETAGEX".ljust(32, b"\0")
    return id3() + frame * 10 + ape + (b"TAG" + SECRET).ljust(128, b"\0")


def aac() -> bytes:
    frame = bytes([0xFF, 0xF1, 0x50, 0x80, 0x03, 0xFF, 0xFC]) + bytes(24)
    return id3() + frame * 10 + SECRET


def amr(*, wide: bool = False) -> bytes:
    frame = b"\x3c" + bytes(31) if not wide else b"\x44" + bytes(60)
    return (b"#!AMR-WB\n" if wide else b"#!AMR\n") + frame * 10 + b"\xff" + SECRET


def wav() -> bytes:
    sound = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 16000, 2, 16)
    sound += b"data" + struct.pack("<I", 80) + bytes(80)
    notes = b"LIST" + struct.pack("<I", 44) + (b"INFOIART" + struct.pack("<I", 31) + SECRET)
    body = b"WAVE" + notes.ljust(52, b"\0") + sound + b"bext" + struct.pack("<I", 31) + SECRET
    return b"RIFF" + struct.pack("<I", len(body)) + body


def ogg(kind: str = "opus") -> bytes:
    """Return a stream of Opus, or of Vorbis, whose comments tell who spoke."""
    comments = struct.pack("<I", 6) + b"SECRET" + struct.pack("<I", 1)
    comments += struct.pack("<I", len(SECRET) + 7) + b"ARTIST=" + SECRET
    if kind == "opus":
        head, tags = [b"OpusHead" + bytes(11)], [b"OpusTags" + comments]
    else:
        head = [b"\1vorbis" + bytes(23)]
        tags = [b"\3vorbis" + comments + b"\1", b"\5vorbis" + bytes(3000)]
    pages = [
        *OggPage.from_packets(head),
        *OggPage.from_packets(tags),
        *OggPage.from_packets([SAMPLE] * 20),
    ]
    return written(pages)


def written(pages: list[OggPage], serial: int = 7) -> bytes:
    out = io.BytesIO()
    for number, page in enumerate(pages):
        page.serial, page.sequence, page.position = serial, number, number
        page.first, page.last = number == 0, number == len(pages) - 1
        out.write(page.write())
    return out.getvalue()


def box(name: bytes, *content: bytes) -> bytes:
    body = b"".join(content)
    return struct.pack(">I4s", len(body) + 8, name) + body


def full(name: bytes, *content: bytes) -> bytes:
    return box(name, bytes(4), *content)


def track(handler: bytes, start: int, sizes: list[int], *more: bytes) -> bytes:
    """Return a track of one chunk of samples at `start`."""
    count = len(sizes)
    entry = full(b"url ")[:11] + b"\1"
    table = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 0)),
        full(b"stts", struct.pack(">III", 1, count, 1)),
        full(b"stsc", struct.pack(">IIII", 1, 1, count, 1)),
        full(b"stsz", struct.pack(f">II{count}I", 0, count, *sizes)),
        full(b"stco", struct.pack(">II", 1, start)),
    )
    media = box(
        b"mdia",
        full(b"mdhd", struct.pack(">II", 3_800_000_000, 3_800_000_000), bytes(12)),
        full(b"hdlr", bytes(4), handler, bytes(12), b"SECRET phone\0"),
        box(b"minf", box(b"dinf", full(b"dref", struct.pack(">I", 1), entry)), table),
    )
    head = full(b"tkhd", struct.pack(">II", 3_800_000_000, 3_800_000_000), bytes(72))
    return box(b"trak", head, media, *more)


def mp4(
    brand: bytes = b"mp42", handlers: tuple[bytes, ...] = (b"vide", b"soun", b"meta"), *more: bytes
) -> bytes:
    """Return a film with one chunk for each track; that of a track of places is secret."""
    start = box(b"ftyp", brand, bytes(4), brand)
    samples = [HIDDEN if each == b"meta" else SAMPLE for each in handlers]
    data = box(b"mdat", SECRET, *samples, SECRET)
    offset = len(start) + 8 + len(SECRET)
    tracks = []
    for handler, sample in zip(handlers, samples, strict=True):
        tracks.append(track(handler, offset, [len(sample)], box(b"udta", box(b"name", SECRET))))
        offset += len(sample)
    place = box(b"udta", box(b"\xa9xyz", struct.pack(">HH", len(SECRET), 0), SECRET))
    notes = full(b"meta", full(b"hdlr", bytes(4), b"mdta", bytes(12)), box(b"ilst", SECRET))
    head = full(b"mvhd", struct.pack(">II", 3_800_000_000, 3_800_000_000), bytes(88))
    movie = box(b"moov", head, *tracks, place, notes, *more)
    return start + data + movie + box(b"uuid", bytes(16), SECRET) + box(b"free", SECRET)


def fragmented(handlers: tuple[bytes, ...] = (b"soun",)) -> bytes:
    """Return a recording in pieces, as a browser on an iPhone makes it."""
    start = box(b"ftyp", b"iso5", bytes(4), b"iso5")
    tracks = [track(handler, 0, []) for handler in handlers]
    movie = box(b"moov", full(b"mvhd", bytes(96)), *tracks, box(b"mvex", full(b"trex", bytes(20))))
    moof = box(
        b"moof",
        full(b"mfhd", bytes(4)),
        box(b"traf", full(b"tfhd", bytes(4)), box(b"udta", SECRET)),
    )
    return start + movie + moof + box(b"mdat", SAMPLE)


def element(name: int, *content: bytes, unknown: bool = False) -> bytes:
    body = b"".join(content)
    head = name.to_bytes((name.bit_length() + 7) // 8, "big")
    size = b"\x01" + b"\xff" * 7 if unknown else b"\x01" + len(body).to_bytes(7, "big")
    return head + size + body


def webm(types: tuple[int, ...] = (2,), codec: bytes = b"A_OPUS", *, live: bool = False) -> bytes:
    """Return a recording of a browser, with a name, a date, tags and an attachment."""
    head = element(0x1A45DFA3, element(0x4282, b"webm"))
    info = element(
        0x1549A966, element(0x2AD7B1, b"\x0f\x42\x40"), element(0x4461, bytes(8)),
        element(0x7BA9, SECRET), element(0x4D80, b"SECRET app"), element(0x5741, b"SECRET app"),
    )  # fmt: skip
    tracks = [
        element(
            0xAE, element(0xD7, b"\1"), element(0x73C5, b"\1"), element(0x83, bytes([each])),
            element(0x86, codec), element(0x536E, SECRET),
        )
        for each in types
    ]  # fmt: skip
    block = element(0xA3, b"\x81\0\0\x80" + SAMPLE)
    group = element(0xA0, element(0xA1, b"\x81\0\0\0" + SAMPLE), element(0x75A1, SECRET))
    cluster = element(
        0x1F43B675, element(0xE7, b"\0"), block, group, b"\xec\x86SECRET", unknown=live
    )
    tags = element(0x1254C367, element(0x7373, SECRET))
    files = element(0x1941A469, element(0x61A7, SECRET * 20))
    body = (info, element(0x1654AE6B, *tracks), tags, files, cluster, cluster)
    return head + element(0x18538067, *body, unknown=live)
