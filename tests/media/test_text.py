from __future__ import annotations

import pytest

from casework.media import kinds, text
from casework.media.kinds import Refused, Why
from casework.media.sniff import sniff


@pytest.mark.parametrize(
    ("data", "made"),
    [
        (b"wages\r\nkept\rhere\n", "wages\nkept\nhere\n"),
        ("ប្រាក់ខែ".encode("utf-8-sig"), "ប្រាក់ខែ"),
        ("လစာ".encode("utf-16"), "လစာ"),
        ("\ufeffwages".encode("utf-16-be"), "wages"),
        (b"01/02/2026, 10:11 - Boss: give me < 500 > baht", None),
        (b"From: my boss\nTo: me\nDate: today", None),
    ],
)
def test_words_are_written_anew(data: bytes, made: str | None) -> None:
    cleaned = text.clean(data, sniff(data))
    assert cleaned.shared_form == kinds.TEXT
    assert cleaned.preview is None
    assert cleaned.shared.decode() == (made if made is not None else data.decode())


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", Why.EMPTY), (b"  \n", Why.UNKNOWN_KIND), (b"a\0b", Why.UNKNOWN_KIND),
        (b"a\x1bb", Why.UNKNOWN_KIND), (b"a\x7fb", Why.UNKNOWN_KIND),
        (b"\xff\xfea", Why.UNKNOWN_KIND),
        (b"caf\xe9", Why.UNKNOWN_KIND), (b"<script>", Why.ACTIVE_CONTENT),
        ("<svg/>".encode("utf-16"), Why.ACTIVE_CONTENT), (b"#!/bin/sh", Why.ACTIVE_CONTENT),
        ("a\u202eb".encode(), Why.ACTIVE_CONTENT), (b"JavaScript:a", Why.ACTIVE_CONTENT),
        (b"MIME-Version: 1.0\n", Why.ACTIVE_CONTENT),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Why.UNKNOWN_KIND),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            Why.ENCRYPTED,
        ),
    ],
)  # fmt: skip
def test_what_is_no_plain_text_is_refused(data: bytes, why: Why) -> None:
    with pytest.raises(Refused) as caught:
        sniff(data)
    assert caught.value.why is why
