"""Posts that no browser would send: forms with things wrong, and bodies that are none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_from_bytes

from hypothesis import strategies as st

# What has broken programs before: encodings, numbers, dates, names, markup, paths, formats.
_TEXTS: Final = (
    "",
    " ",
    "\x00",
    "a\x00b",
    "\r\n",
    "\r\nSet-Cookie: a=b",
    "\ufeff",
    "\u200b" * 50,
    "\u202egpj.exe",
    "\ud800",
    "\udfff\ud800",
    "\U0010ffff",
    "\ufffe",
    "é" * 300,
    "A" * 10_000,
    "A" * 300_000,
    "ក" * 60_000,
    "1" * 5_000,
    "0",
    "-1",
    "-0",
    "+1",
    "1e999",
    "NaN",
    "Infinity",
    "9" * 40,
    "2147483648",
    "-2147483649",
    "9223372036854775808",
    "18446744073709551616",
    "0x10",
    "1_000",
    "1,000.00",
    "0.1",
    "٣",
    "၁၂၃",
    "៣",
    "½",
    "²",
    "0000-00-00",
    "9999-12-31",
    "10000-01-01",
    "2026-02-30",
    "31-12-9999",
    "1-1-1",
    "0-0-0",
    "-1-1-2026",
    "2026-11-23T09:00",
    "23/11/2026",
    "29-2-2025",
    "99-99-9999",
    "true",
    "null",
    "None",
    "undefined",
    "[]",
    "{}",
    '{"a":',
    "<script>alert(1)</script>",
    "' OR 1=1 --",
    '"; DROP TABLE cases; --',
    "%s%s%s%n",
    "%(name)s",
    "{0}",
    "{{7*7}}",
    "${7*7}",
    "../" * 9,
    "..\\..\\",
    "/etc/passwd",
    "file:///etc/passwd",
    "//evil.example",
    "javascript:alert(1)",
    "http://[::1",
    "mailto:a@b",
    "a@b",
    "@",
    "a@" + "b" * 300,
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "KH-26-000000-0",
    "KH-26-999999-9",
    "coordinator",
    "administrator",
    "superuser",
    "send",
    "keep",
    "yes",
    "no",
    "unsure",
    "x" * 64,
    "1" * 20,
    "0" * 20,
    "๐" * 20,
    "12345 12345 12345 12345",
    "🇰🇭",
    "👩‍👩‍👧‍👦",
    "Z̸̢͝a̶lgo",
    "\u1039" * 40,
    "្" * 40,
    "\x1b[31m",
    "\x7f",
)
_BYTES: Final = (
    b"\xff\xfe",
    b"\xc3\x28",
    b"\xed\xa0\x80",
    b"\xf0\x28\x8c\xbc",
    b"%",
    b"%zz",
    b"%00",
    b"+",
    b"&",
    b"=",
)
CORPUS: Final = (*(each.encode("utf-8", "surrogatepass") for each in _TEXTS), *_BYTES)

_MULTIPART: Final = "multipart/form-data; boundary=b"
# Bodies that are no form at all, or that lie about what they are.
BROKEN: Final[tuple[tuple[str, bytes], ...]] = (
    ("application/json", b'{"csrf_token": []}'),
    ("application/json", b"[" * 20_000),
    ("text/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]><a>&b;</a>"),
    ("", b"a=b"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"a=\xff\xfe"),
    ("application/x-www-form-urlencoded; charset=nonsense", b"a=b"),
    ("application/x-www-form-urlencoded", b"&".join(b"f%d=1" % n for n in range(3000))),
    ("application/x-www-form-urlencoded", b"&" * 5000),
    ("multipart/form-data", b"--\r\n"),
    ("multipart/form-data; boundary=", b"--\r\n\r\n----"),
    ("multipart/form-data; boundary=" + "b" * 5000, b"--" + b"b" * 5000),
    (_MULTIPART, b""),
    (_MULTIPART, b"--b"),
    (_MULTIPART, b"--b--"),
    (_MULTIPART, b"\r\n" * 20_000 + b"--b--"),
    (_MULTIPART, b"\r" + b"\n" * 50_000),
    (_MULTIPART, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nwithout an end'),
    (_MULTIPART, b"--b\r\nContent-Disposition: form-data\r\n\r\nno name\r\n--b--"),
    (_MULTIPART, b"--b\r\nX: " + b"y" * 100_000 + b"\r\n\r\n\r\n--b--"),
    (
        _MULTIPART,
        b'--b\r\nContent-Disposition: form-data; name="f"; filename="\x00../a"\r\n\r\nx\r\n--b--',
    ),
    (_MULTIPART, b'--b\r\nContent-Disposition: form-data; name="\r\n"\r\n\r\nx\r\n--b--'),
    (_MULTIPART, b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n\r\n' * 2500 + b"--b--"),
    (
        _MULTIPART,
        b'--b\r\nContent-Disposition: form-data; name="csrf_token"; filename="a"\r\n\r\nx\r\n--b--',
    ),
)


@dataclass(frozen=True)
class Form:
    """A form of a page: who sees it, where it goes, and what it would send."""

    who: str
    path: str
    fields: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Post:
    """A request that is sent."""

    who: str
    path: str
    content_type: str
    body: bytes


def _value() -> st.SearchStrategy[bytes]:
    odd = st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
    return st.one_of(st.sampled_from(CORPUS), odd, st.binary(max_size=40))


@st.composite
def posts(draw: st.DrawFn, forms: list[Form]) -> Post:
    """Draw a form and break it: other values, fields twice, gone or unknown, or no form."""
    form = draw(st.sampled_from(forms))
    if draw(st.integers(0, 9)) == 0:
        content_type, body = draw(st.sampled_from(BROKEN))
        return Post(form.who, form.path, content_type, body)
    fields = [(name, value.encode()) for name, value in form.fields]
    for _ in range(draw(st.integers(1, 4))):
        fields = _broken(draw, fields)
    if draw(st.integers(0, 4)) == 0:
        return Post(form.who, form.path, _MULTIPART, _multipart(fields))
    return Post(form.who, form.path, "application/x-www-form-urlencoded", _urlencoded(fields))


def _broken(draw: st.DrawFn, fields: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """Return the fields with one thing wrong; the token of the form stays, to get past it."""
    free = [at for at, (name, _) in enumerate(fields) if name != "csrf_token"]
    if not free or draw(st.integers(0, 5)) == 0:
        return [
            *fields,
            (
                draw(st.sampled_from(("role", "office_id", "id", "version", "a[]", ""))),
                draw(_value()),
            ),
        ]
    at = draw(st.sampled_from(free))
    how = draw(st.integers(0, 4))
    if how == 0:
        return fields[:at] + fields[at + 1 :]
    changed = (fields[at][0], draw(_value()))
    if how == 1:
        return [*fields, changed]
    return [*fields[:at], changed, *fields[at + 1 :]]


def _urlencoded(fields: list[tuple[str, bytes]]) -> bytes:
    pairs = (f"{quote_from_bytes(n.encode())}={quote_from_bytes(v)}" for n, v in fields)
    return "&".join(pairs).encode()


def _multipart(fields: list[tuple[str, bytes]]) -> bytes:
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="' + name.encode() + b'"\r\n\r\n' + value
        for name, value in fields
    )
    return b"\r\n".join([*parts, b"--b--\r\n"])
