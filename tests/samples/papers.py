"""PDF files: with authors, actions, attachments and pictures with places in them."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.samples import pictures

SECRET: Final = "SECRET Sokha"


def pdf(change: Callable[[pikepdf.Pdf], None] | None = None, **saving: object) -> bytes:
    """Return one page with a word and a photo on it, after `change`."""
    made = pikepdf.Pdf.new()
    page = made.add_blank_page(page_size=(300, 200))
    photo = made.make_stream(
        pictures.jpeg(), Type=Name.XObject, Subtype=Name.Image, Width=96, Height=64,
        ColorSpace=Array([Name.ICCBased, made.make_stream(b"SECRET profile", N=3)]),
        BitsPerComponent=8, Filter=Name.DCTDecode,
    )  # fmt: skip
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page.Resources = Dictionary(XObject=Dictionary(A=photo), Font=Dictionary(F=font))
    page.Contents = made.make_stream(
        b"q 96 0 0 64 10 10 cm /A Do Q BT /F 20 Tf 20 120 Td (wages) Tj ET"
    )
    page.PieceInfo = Dictionary(Maker=Dictionary(Private=String(SECRET)))
    made.docinfo["/Author"] = SECRET
    with made.open_metadata() as notes:
        notes["dc:creator"] = [SECRET]
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **saving)  # type: ignore[arg-type]
    return out.getvalue()


def script() -> Dictionary:
    return Dictionary(S=Name.JavaScript, JS=String("app.alert('SECRET')"))


def attached(made: pikepdf.Pdf) -> None:
    made.attachments["a.exe"] = b"MZ SECRET"


def opening(action: Dictionary) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        made.Root.OpenAction = action
        made.Root.AA = Dictionary(WC=action)
        made.pages[0].obj["/AA"] = Dictionary(O=action)
        made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), action])))

    return change


def noted(action: Dictionary, kind: Name = Name.Link) -> Callable[[pikepdf.Pdf], None]:
    def change(made: pikepdf.Pdf) -> None:
        note = Dictionary(
            Type=Name.Annot, Subtype=kind, Rect=Array([0, 0, 50, 50]), A=action, T=String(SECRET)
        )
        made.pages[0].obj["/Annots"] = Array([made.make_indirect(note)])

    return change


def form(made: pikepdf.Pdf) -> None:
    noted(script(), Name.Widget)(made)
    fields = made.pages[0].obj["/Annots"]
    made.Root.AcroForm = Dictionary(Fields=fields, XFA=made.make_stream(b"<xdp>SECRET</xdp>"))
