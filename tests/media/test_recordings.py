from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest
from mutagen.mp3 import MP3
from mutagen.ogg import OggPage
from mutagen.oggopus import OggOpus

from casework.media import kinds, mp4, sound
from casework.media.kinds import Cleaned, Form, Refused, Why
from casework.media.sniff import sniff
from tests.samples import recordings
from tests.samples.recordings import SAMPLE, box, element, full


def made(data: bytes) -> Cleaned:
    return sound.clean(data, sniff(data))


def refusal(data: bytes) -> Why:
    with pytest.raises(Refused) as caught:
        made(data)
    return caught.value.why


VORBIS = lambda: recordings.ogg("vorbis")  # noqa: E731 - a sample, as those beside it.


@pytest.mark.parametrize(
    ("make", "form"),
    [
        (recordings.mp3, kinds.MP3),
        (recordings.aac, kinds.AAC),
        (recordings.amr, kinds.AMR),
        (lambda: recordings.amr(wide=True), kinds.AMR),
        (recordings.wav, kinds.WAV),
        (recordings.ogg, kinds.OGG),
        (VORBIS, kinds.OGG),
        (recordings.mp4, kinds.MP4),
        (lambda: recordings.mp4(b"M4A ", (b"soun",)), kinds.M4A),
        (lambda: recordings.mp4(b"3gp4", (b"soun",)), kinds.PHONE_AUDIO),
        (lambda: recordings.mp4(b"3gp4"), kinds.PHONE_VIDEO),
        (lambda: recordings.mp4(b"qt  "), kinds.QUICKTIME),
        (recordings.fragmented, kinds.M4A),
        (recordings.webm, kinds.WEBM_AUDIO),
        (lambda: recordings.webm((1, 2)), kinds.WEBM),
        (lambda: recordings.webm((2,), live=True), kinds.WEBM_AUDIO),
    ],
)
def test_the_sound_stays_and_the_tags_go(make: Callable[[], bytes], form: Form) -> None:
    data = make()
    cleaned = made(data)
    assert (cleaned.original, cleaned.shared_form, cleaned.preview) == (form, form, None)
    assert b"SECRET" in data
    assert b"SECRET" not in cleaned.shared
    assert b"104.92" not in cleaned.shared
    assert cleaned.shared.count(SAMPLE) == data.count(SAMPLE)
    # What is clean already stays as it is.
    assert made(cleaned.shared).shared == cleaned.shared


def test_players_find_no_tags() -> None:
    assert MP3(io.BytesIO(made(recordings.mp3()).shared)).tags is None
    opus = made(recordings.ogg()).shared
    assert not OggOpus(io.BytesIO(opus)).tags


def test_frames_go_on_behind_rubbish() -> None:
    frame = b"\xff\xfb\x90\xc4" + bytes(413)
    assert made(frame * 5 + b"rubbish" + frame * 5 + frame[:9]).shared == frame * 10
    assert made(frame * 5 + b"rubbish" * 20_000 + frame * 5).shared == frame * 5


@pytest.mark.parametrize(
    ("head", "length"),
    [
        (b"\xff\xfd\x90\xc4", 522), (b"\xff\xf3\x90\xc4", 261), (b"\xff\xff\x90\xc4", 312),
        (b"\xff\xe3\x90\xc4", 522), (b"\xff\xfb\x92\xc4", 418),
    ],
)  # fmt: skip
def test_frames_of_every_layer_have_their_length(head: bytes, length: int) -> None:
    frames = (head + bytes(length - 4)) * 3
    assert made(frames).shared == frames


@pytest.mark.parametrize(
    "data",
    [
        b"ID3\4\0\0\0\0\0\0" + b"words", b"\xff\xfb\xf0\xc4" * 900, b"\xff\xfb\x90\xcc" * 2,
        b"\xff\xeb\x90\xc4" * 900, b"\xff\xf1\x50\x80\0\x1f\xfc" * 9, b"\xff" * 900, b"\xff\xd9",
        b"RIFF\0\0\0\0AVI ", b"OggS\0" + bytes(60), b"#!AMR-XX\n",
    ],
)  # fmt: skip
def test_what_only_begins_like_sound_is_refused(data: bytes) -> None:
    with pytest.raises((Refused, EOFError, Exception)):
        made(data)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"#!AMR\n\xff\xff", Why.DAMAGED),
        (b"RIFF\0\0\0\0WAVE", Why.DAMAGED),
        (recordings.wav().replace(b"\x10\0\0\0\1\0", b"\x10\0\0\0\x99\0"), Why.UNKNOWN_KIND),
        (recordings.ogg() + recordings.ogg().replace(b"\7\0\0\0", b"\x08\0\0\0"), None),
    ],
)
def test_other_sound_is_refused(data: bytes, why: Why | None) -> None:
    if why is None:
        with pytest.raises(Exception):  # noqa: B017, PT011 - a broken sum, said by the library.
            made(data)
    else:
        assert refusal(data) is why


def test_a_stream_of_something_else_is_refused() -> None:
    pages = OggPage.from_packets([b"fishead" + bytes(20), b"more"])
    assert refusal(recordings.written(pages)) is Why.UNKNOWN_KIND
    head = OggPage.from_packets([b"OpusHead" + bytes(11)])
    wrong = head + OggPage.from_packets([b"no comments"])
    assert refusal(recordings.written(wrong)) is Why.DAMAGED
    assert refusal(recordings.written(head)) is Why.DAMAGED
    mixed = head + OggPage.from_packets([b"OpusTags" + bytes(8), b"sound"])
    assert refusal(recordings.written(mixed)) is Why.DAMAGED


def test_samples_of_other_tracks_are_blanked() -> None:
    data = recordings.mp4()
    cleaned = made(data).shared
    assert len(cleaned) == len(data)
    assert recordings.HIDDEN in data
    assert recordings.HIDDEN not in cleaned
    assert cleaned.count(SAMPLE) == 2
    assert (3_800_000_000).to_bytes(4, "big") not in cleaned


def film(**changes: bytes) -> bytes:
    """Return a voice note in which the head of a box is followed by other bytes."""
    data = recordings.mp4(b"mp42", (b"soun",))
    for name, content in changes.items():
        place = data.index(name.encode()) + 4
        data = data[:place] + content + data[place + len(content) :]
    return data


LARGE, NONE = b"\xff" * 4, bytes(4)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (film(stsz=bytes(8) + LARGE), Why.BOMB),
        (film(stsz=bytes(4) + b"\0\0\0\1" + LARGE), Why.BOMB),
        (film(stco=bytes(4) + LARGE), Why.DAMAGED),
        (film(stsc=bytes(4) + LARGE), Why.DAMAGED),
        (film(stsc=bytes(8) + b"\0\0\0\2"), Why.DAMAGED),
        (film(stsc=bytes(8) + b"\0\0\0\1\0\0\0\7"), Why.DAMAGED),
        (film(stsc=bytes(8)), Why.DAMAGED),
        (film(stsz=bytes(4) + b"\0\1\0\0"), Why.DAMAGED),
        (film().replace(b"stsz", b"stz2"), Why.UNKNOWN_KIND),
        (film().replace(b"stsc", b"junk"), Why.DAMAGED),
        (film().replace(b"stbl", b"junk"), Why.DAMAGED),
        (film().replace(b"hdlr", b"junk"), Why.DAMAGED),
        (film().replace(b"url \0\0\0\1", b"url \0\0\0\0"), Why.ACTIVE_CONTENT),
        (recordings.mp4(b"mp42", (b"meta",)), Why.UNKNOWN_KIND),
        (recordings.mp4(b"mp42", ()), Why.UNKNOWN_KIND),
        (recordings.fragmented((b"soun", b"meta")), Why.UNKNOWN_KIND),
        (recordings.mp4(b"mp42", (b"soun",), *[box(b"free")] * 20_001), Why.BOMB),
        (box(b"ftyp", b"avif", bytes(4)), Why.UNKNOWN_KIND),
        (box(b"ftyp", b"mp42", bytes(4)) + b"rest", Why.DAMAGED),
        (box(b"ftyp", b"mp42", bytes(4)) + b"\0\0\0\1moov" + b"\xff" * 8, Why.DAMAGED),
        (box(b"ftyp", b"mp42", bytes(4)) + b"\0\0\0\4moov", Why.DAMAGED),
    ],
)
def test_films_that_do_not_fit_are_refused(data: bytes, why: Why) -> None:
    assert refusal(data) is why


def test_large_and_endless_boxes_are_read() -> None:
    large = b"\0\0\0\1mdat" + struct.pack(">Q", 16 + 5) + b"sound"
    endless = b"\0\0\0\0mdat" + b"sound"
    assert [each.end for each in mp4.boxes(large + endless, 0, len(large + endless))] == [21, 34]


def test_long_tables_count_with_wide_numbers() -> None:
    data = film()
    place = data.index(b"stco") + 4
    start = data[place + 8 : place + 12]
    table = full(b"co64", struct.pack(">I", 1), bytes(4), start)
    table += full(b"stsd", bytes(4))
    old = data[data.index(b"stco") - 4 : place + 12]
    # The first table goes where it was; it is the last, so only the boxes around it grow.
    grown = bytearray(data.replace(old, table))
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        at = grown.index(name) - 4
        (size,) = struct.unpack_from(">I", grown, at)
        struct.pack_into(">I", grown, at, size + len(table) - len(old))
    assert made(bytes(grown)).shared.count(SAMPLE) == 1


def test_samples_that_end_behind_the_data_are_refused() -> None:
    data = film()
    place = data.index(b"stsz") + 16
    assert refusal(data[:place] + b"\0\0\xff\xff" + data[place + 4 :]) is Why.DAMAGED


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (recordings.webm((0x11,)), Why.UNKNOWN_KIND),
        (recordings.webm((2,), b"A_VORBIS"), Why.UNKNOWN_KIND),
        (recordings.webm(()), Why.UNKNOWN_KIND),
        (recordings.webm().replace(b"webm", b"mkvv"), Why.UNKNOWN_KIND),
        (recordings.webm()[:-3], Why.DAMAGED),
        (recordings.webm() + b"\0", Why.DAMAGED),
        (recordings.webm() + b"\x10", Why.DAMAGED),
        (recordings.webm() + element(0xEC, b"", unknown=True), Why.DAMAGED),
        (recordings.webm().replace(element(0x73C5, b"\1"), element(0x6D80, b"\1")), Why.ENCRYPTED),
        (recordings.webm() + b"\xec\x80" * 500_001, Why.BOMB),
    ],
)
def test_webm_that_does_not_fit_is_refused(data: bytes, why: Why) -> None:
    assert refusal(data) is why
