from __future__ import annotations

import io
import zlib
from collections.abc import Callable

import pikepdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

from casework.media import kinds, pdf
from casework.media.kinds import Cleaned, Refused, Why
from tests.samples import papers, pictures


def made(data: bytes) -> Cleaned:
    return pdf.clean(data, kinds.PDF)


def refusal(data: bytes) -> Why:
    with pytest.raises(Refused) as caught:
        made(data)
    return caught.value.why


def words(data: bytes) -> str:
    document = pypdfium2.PdfDocument(data)
    text: str = document[0].get_textpage().get_text_bounded()
    return text


def everything(data: bytes) -> bytes:
    with pikepdf.open(io.BytesIO(data)) as paper:
        parts = [each.unparse() for each in paper.objects]
        parts += [
            each.read_raw_bytes() for each in paper.objects if isinstance(each, pikepdf.Stream)
        ]
        return b"\n".join([*parts, paper.trailer.unparse()])


LAUNCH = Dictionary(S=Name.Launch, F=String("SECRET.exe"))
FAR = Dictionary(S=Name.URI, URI=String("https://SECRET"))


@pytest.mark.parametrize(
    "change",
    [
        None,
        papers.opening(papers.script()),
        papers.opening(LAUNCH),
        papers.noted(papers.script()),
        papers.noted(FAR),
        papers.noted(LAUNCH, Name.FileAttachment),
        papers.form,
        papers.attached,
    ],
)
def test_the_page_stays_and_all_else_goes(change: Callable[[pikepdf.Pdf], None] | None) -> None:
    cleaned = made(papers.pdf(change))
    assert cleaned.shared_form == kinds.PDF
    assert words(cleaned.shared) == "wages"
    whole = everything(cleaned.shared)
    for trace in (
        b"SECRET", b"/JavaScript", b"/Launch", b"/URI", b"/Annots", b"/AcroForm", b"/Names",
        b"/Metadata", b"/PieceInfo", b"/OpenAction", b"/AA", b"/EmbeddedFile", b"/Info", b"Exif",
        b"ICCBased",
    ):  # fmt: skip
        assert trace not in whole, trace
    assert cleaned.preview is not None
    preview = Image.open(io.BytesIO(cleaned.preview))
    assert max(preview.size) <= 480
    red, _, blue = preview.getpixel((20, 150))  # type: ignore[misc]
    assert red > 200 > blue, "the photo is on the page"


def test_what_was_filled_in_becomes_part_of_the_page() -> None:
    def change(paper: pikepdf.Pdf) -> None:
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        look = paper.make_stream(
            b"BT /F 12 Tf 2 2 Td (Sokha) Tj ET", Type=Name.XObject, Subtype=Name.Form,
            BBox=Array([0, 0, 80, 20]), Resources=Dictionary(Font=Dictionary(F=font)),
        )  # fmt: skip
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T=String("name"), F=4,
            V=String("Sokha"), Rect=Array([10, 160, 90, 180]), AP=Dictionary(N=look),
        )  # fmt: skip
        paper.pages[0].obj["/Annots"] = Array([paper.make_indirect(field)])
        paper.Root.AcroForm = Dictionary(Fields=paper.pages[0].obj["/Annots"])

    assert "Sokha" in words(made(papers.pdf(change)).shared)


def test_earlier_states_are_gone() -> None:
    data = papers.pdf()
    added = b"\n99 0 obj<</S/JavaScript/JS(SECRET)>>endobj\nstartxref\n0\n%%EOF"
    assert b"SECRET" not in everything(made(data + added).shared)


def test_a_paper_without_a_password_to_read_it_is_read() -> None:
    data = papers.pdf(encryption=pikepdf.Encryption(user="", owner="b"))
    cleaned = made(data)
    assert words(cleaned.shared) == "wages"
    assert b"/Encrypt" not in everything(cleaned.shared)


def streamed(content: bytes, **entries: object) -> bytes:
    """Return a paper whose page draws a stream that is written as it is."""

    def change(paper: pikepdf.Pdf) -> None:
        stream = paper.make_stream(b"")
        stream.write(content, filter=entries.pop("Filter", None))  # type: ignore[arg-type]
        for name, value in entries.items():
            stream[f"/{name}"] = value
        paper.pages[0].obj.Resources.XObject.B = stream

    return papers.pdf(
        change, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none
    )


TWICE = Array([Name.FlateDecode, Name.FlateDecode])


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (papers.pdf(encryption=pikepdf.Encryption(user="a", owner="b")), Why.ENCRYPTED),
        (b"%PDF-1.7\n%%EOF", Why.DAMAGED),
        (streamed(zlib.compress(bytes(120_000_000)), Filter=Name.FlateDecode), Why.BOMB),
        (streamed(zlib.compress(zlib.compress(b"a")), Filter=TWICE), Why.BOMB),
        (streamed(b"a", Width=100_000, Height=100_000), Why.BOMB),
    ],
)
def test_reasons_are_the_right_ones(data: bytes, why: Why) -> None:
    assert refusal(data) is why


def test_a_paper_without_pages_is_damaged() -> None:
    out = io.BytesIO()
    pikepdf.Pdf.new().save(out)
    assert refusal(out.getvalue()) is Why.DAMAGED


def test_too_much_in_all_is_a_bomb() -> None:
    packed = zlib.compress(bytes(90_000_000), 9)

    def change(paper: pikepdf.Pdf) -> None:
        for name in ("/B", "/C", "/D"):
            stream = paper.make_stream(b"")
            stream.write(packed, filter=Name.FlateDecode)
            paper.pages[0].obj.Resources.XObject[name] = stream

    level = pikepdf.StreamDecodeLevel.none
    assert (
        refusal(papers.pdf(change, compress_streams=False, stream_decode_level=level)) is Why.BOMB
    )


def test_too_many_pages_are_a_bomb() -> None:
    def change(paper: pikepdf.Pdf) -> None:
        for _ in range(1000):
            paper.add_blank_page(page_size=(9, 9))

    assert refusal(papers.pdf(change)) is Why.BOMB


@pytest.mark.parametrize("filters", [Name.DCTDecode, Array([Name.FlateDecode, Name.DCTDecode])])
def test_photos_in_a_paper_lose_their_notes(filters: Name | Array) -> None:
    photo = pictures.jpeg()
    content = zlib.compress(photo) if isinstance(filters, Array) else photo
    data = streamed(
        content, Filter=filters, Type=Name.XObject, Subtype=Name.Image, Width=96, Height=64,
        ColorSpace=Name.DeviceRGB, BitsPerComponent=8,
        DecodeParms=Array([Dictionary(), Dictionary()]),
    )  # fmt: skip
    assert b"SECRET" not in everything(made(data).shared)


def test_photos_of_the_newer_kind_lose_their_notes() -> None:
    out = io.BytesIO()
    pictures.drawing().save(out, "JPEG2000")
    box = b"\0\0\0\x12uuidSECRET box"
    data = streamed(out.getvalue() + box, Filter=Name.JPXDecode, Width=96, Height=64)
    whole = everything(made(data).shared)
    assert b"SECRET" not in whole
    assert b"jp2c" in whole


def test_a_damaged_stream_is_left_as_it_is() -> None:
    data = streamed(b"no zlib", Filter=Name.FlateDecode)
    assert words(made(data).shared) == "wages"
