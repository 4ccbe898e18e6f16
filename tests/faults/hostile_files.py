"""Hostile files, the same at every run: what a decoder, a reader or a browser must not get."""

from __future__ import annotations

import random
import struct
import zlib
from collections.abc import Callable, Iterator
from typing import Final

from tests.faults import hostile_documents
from tests.samples import documents, papers, pictures, recordings

SECRET: Final = "SECRET"
Hostile = tuple[str, bytes]
# The test file of the virus scanners, put together here so that no scanner stops at this one.
_EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
GOOD: Final[dict[str, Callable[[], bytes]]] = {
    "photo.jpg": pictures.jpeg,
    "two.jpg": pictures.multi_picture,
    "turned.jpg": lambda: pictures.jpeg(6),
    "photo.png": pictures.png,
    "through.png": lambda: pictures.png("RGBA"),
    "photo.webp": pictures.webp,
    "moving.gif": pictures.gif,
    "photo.heic": pictures.heic,
    "voice.mp3": recordings.mp3,
    "voice.aac": recordings.aac,
    "voice.amr": recordings.amr,
    "wide.amr": lambda: recordings.amr(wide=True),
    "voice.wav": recordings.wav,
    "voice.opus": recordings.ogg,
    "voice.ogg": lambda: recordings.ogg("vorbis"),
    "film.mp4": recordings.mp4,
    "film.mov": lambda: recordings.mp4(b"qt  "),
    "voice.m4a": lambda: recordings.mp4(b"M4A ", (b"soun",)),
    "voice.3gp": lambda: recordings.mp4(b"3gp4", (b"soun",)),
    "iphone.m4a": recordings.fragmented,
    "voice.weba": recordings.webm,
    "film.webm": lambda: recordings.webm((1, 2), live=True),
    "letter.docx": documents.docx,
    "table.xlsx": documents.xlsx,
    "show.pptx": documents.pptx,
    "letter.odt": documents.open_document,
    "table.ods": lambda: documents.open_document("spreadsheet"),
    "paper.pdf": papers.pdf,
}
# What is no evidence at all, by its first bytes.
_OTHERS: Final[dict[str, bytes]] = {
    "a.exe": b"MZ\x90\0\3\0\0\0" + bytes(60) + b"PE\0\0",
    "a.elf": b"\x7fELF\2\1\1" + bytes(60),
    "a.macho": b"\xcf\xfa\xed\xfe" + bytes(60),
    "a.class": b"\xca\xfe\xba\xbe\0\0\0\x34",
    "a.dex": b"dex\n035\0" + bytes(60),
    "a.wasm": b"\0asm\1\0\0\0",
    "a.sh": b"#!/bin/sh\nrm -rf ~\n",
    "a.bat": b"@echo off\r\ndel /s *\r\n",
    "a.lnk": b"L\0\0\0\1\x14\2\0" + bytes(60),
    "a.url": b"[InternetShortcut]\r\nURL=file://x/a.exe\r\n",
    "a.desktop": b"[Desktop Entry]\nExec=sh\n",
    "a.reg": b"Windows Registry Editor Version 5.00\r\n",
    "a.html": b"<!DOCTYPE html><html><script>alert(1)</script>",
    "b.html": b"\n\n  <HTML><body onload=alert(1)>",
    "c.html": b"wages <img src=x onerror=alert(1)>",
    "d.html": "<script>alert(1)</script>".encode("utf-16"),
    "a.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "b.svg": b'<?xml version="1.0"?><svg><script>alert(1)</script></svg>',
    "a.hta": b"<hta:application><script>x</script>",
    "a.php": b"<?php system($_GET[0]); ?>",
    "a.asp": b"<% eval request(0) %>",
    "a.xsl": b"<?xml-stylesheet href='x'?><a/>",
    "a.eml": b"MIME-Version: 1.0\r\nContent-Type: text/html\r\n\r\n<p>",
    "a.mht": b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\n--a",
    "a.rtf": b"{\\rtf1\\ansi{\\object\\objocx}}",
    "a.ps": b"%!PS-Adobe-3.0\n(file) run\n",
    "a.ics": b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    "a.doc": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    "locked.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
    "a.rar": b"Rar!\x1a\7\1\0" + bytes(40),
    "a.7z": b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40),
    "a.gz": b"\x1f\x8b\x08\0" + bytes(40),
    "a.xz": b"\xfd7zXZ\0" + bytes(40),
    "a.bz2": b"BZh91AY&SY" + bytes(40),
    "a.cab": b"MSCF\0\0\0\0" + bytes(40),
    "a.iso": bytes(32769) + b"CD001" + bytes(40),
    "a.tar": b"a.sh".ljust(257, b"\0") + b"ustar\x0000" + bytes(300),
    "a.sqlite": b"SQLite format 3\0" + bytes(90),
    "a.tiff": b"II*\0\x08\0\0\0" + bytes(60),
    "a.bmp": b"BM" + bytes(60),
    "a.ico": b"\0\0\1\0\1\0" + bytes(60),
    "a.avif": recordings.box(b"ftyp", b"avif", bytes(4), b"avif"),
    "a.swf": b"CWS\x0a" + bytes(60),
    "a.flac": b"fLaC" + bytes(60),
    "a.mkv": recordings.element(0x1A45DFA3, recordings.element(0x4282, b"matroska")),
    "a.avi": b"RIFF\x40\0\0\0AVI LIST" + bytes(60),
    "a.emf": b"\1\0\0\0" + bytes(36) + b" EMF" + bytes(60),
    "a.ttf": b"\0\1\0\0\0\x0f" + bytes(60),
    "a.pcap": b"\xd4\xc3\xb2\xa1" + bytes(60),
    "a.ole": b"\xd0\xcf\x11\xe0",
    "a.com": _EICAR,
    "b.com": b"\xef\xbb\xbf" + _EICAR,
    "turned.txt": "invoice\u202etxt.exe".encode(),
    "nul.txt": b"wages\0kept",
    "bell.txt": b"wages\x1b]0;x\x07kept",
    "latin.txt": b"caf\xe9",
    "surrogate.txt": b"\xed\xa0\x80 wages",
    "overlong.txt": b"\xc0\xaescript",
    "empty.jpg": b"",
    "spaces.txt": b"   \n",
}


def files() -> Iterator[Hostile]:
    """Return every hostile file: the name it is sent under, and its bytes."""
    yield from _OTHERS.items()
    yield from ((f"one-{byte}.jpg", bytes([byte])) for byte in (0, 10, 0x25, 0x50, 0x89, 0xFF))
    yield from ((name, make()) for name, make in GOOD.items())
    for name, make in GOOD.items():
        yield from _spoiled(name, make())
    yield from _bombs()
    yield from hostile_documents.files()


def _spoiled(name: str, data: bytes) -> Iterator[Hostile]:
    """Return what a cut line, a bad disk and a clever sender make of a file."""
    for share in (0.04, 0.35, 0.7, 0.97):
        yield f"cut-{share}-{name}", data[: max(1, int(len(data) * share))]
    chance = random.Random(name)
    for number in range(2):
        broken = bytearray(data)
        for _ in range(12):
            broken[chance.randrange(len(broken))] = chance.randrange(256)
        yield f"spoiled-{number}-{name}", bytes(broken)
    yield f"../../{name}.html", data + b"\n<script>alert('SECRET')</script>"
    yield f"invoice\u202e{name}.exe", data + b"MZ SECRET" + _EICAR
    yield f"before\n{name}", b"<html><script>alert('SECRET')</script>" + data
    yield f'"{name}\0.php', data + documents.packed({"SECRET.sh": b"#!/bin/sh SECRET"})


def _bombs() -> Iterator[Hostile]:
    note = zlib.compress(bytes(40_000_000), 9)
    profile = pictures.chunk(b"iCCP", b"a\0\0" + note)
    yield "wide.png", pictures.png_of(50_000, 50_000)
    yield "long.png", pictures.png_of(1, 2_000_000_000)
    yield "deep.png", pictures.png_of(8000, 8000, rows=1000)
    yield "note.png", pictures.png_of(10, 10, pictures.chunk(b"zTXt", b"a\0\0" + note))
    yield "profile.png", pictures.png_of(10, 10, profile)
    yield "many.png", pictures.png_of(10, 10, *[pictures.chunk(b"tEXt", b"a\0b")] * 100_000)
    yield "large.jpg", pictures.jpeg_of(65_500, 65_500)
    yield "larger.jpg", pictures.jpeg_of(14_000, 14_000)
    yield "none.jpg", pictures.jpeg_of(0, 0)
    yield "large.gif", b"GIF89a" + struct.pack("<HH", 65_535, 65_535) + bytes(60)
    webp = bytearray(pictures.webp())
    if b"VP8X" in webp:
        place = webp.index(b"VP8X") + 12
        webp[place : place + 6] = b"\xff\x3f\0\xff\x3f\0"
    yield "large.webp", bytes(webp)
    heic = pictures.heic()
    place = heic.index(b"ispe") + 8
    yield "large.heic", heic[:place] + struct.pack(">II", 60_000, 60_000) + heic[place + 8 :]
    yield "cloned.heic", heic.replace(b"hvc1", b"grid")
    box, deep = recordings.box, b""
    for _ in range(2000):
        deep = box(b"moov", deep)
    yield "deep.mp4", box(b"ftyp", b"mp42", bytes(4)) + deep
    yield "boxes.mp4", recordings.mp4(b"mp42", (b"soun",), *[box(b"free")] * 50_000)
    film = recordings.mp4(b"mp42", (b"soun",))
    for name in (b"stsz", b"stsc", b"stco"):
        place = film.index(name) + 8 + 4 * (name == b"stsz")
        yield f"endless-{name.decode()}.mp4", film[:place] + b"\xff" * 4 + film[place + 4 :]
    place = film.index(b"url ") + 7
    yield "elsewhere.mp4", film[:place] + b"\0" + film[place + 1 :]
    yield "places.mp4", recordings.fragmented((b"soun", b"meta"))
    yield "places-only.mp4", recordings.mp4(b"mp42", (b"meta",))
    yield "subtitles.webm", recordings.webm((0x11,))
    yield "vorbis.webm", recordings.webm((2,), b"A_VORBIS")
    yield "deep.webm", b"\x1a\x45\xdf\xa3\x01\xff\xff\xff\xff\xff\xff\xff" * 3000
    yield "zeros.mp3", b"ID3\4\0\0\x7f\x7f\x7f\x7f" + bytes(5_000_000)
    yield "noise.mp3", recordings.mp3() + b"\xff\xfb" * 2_000_000
    two = recordings.ogg() + recordings.ogg().replace(b"\7\0\0\0", b"\x08\0\0\0")
    yield "two.ogg", two
    yield "letters.txt", b"wages " * 4_000_000
    yield "open.txt", b"<" * 4_000_000
    yield "marks.txt", b"from: " * 4_000_000
    yield "too-large.jpg", pictures.jpeg() + bytes(25 * 1024 * 1024)
