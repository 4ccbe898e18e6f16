"""Office documents, built part by part: with authors, paths and pictures with places in them."""

from __future__ import annotations

import io
import zipfile
from typing import Final

from tests.samples import pictures

SECRET: Final = "SECRET Sokha"
_W: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_A: Final = "http://schemas.openxmlformats.org/drawingml/2006/main"
_S: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_P: Final = "http://schemas.openxmlformats.org/presentationml/2006/main"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_OFFICE: Final = "application/vnd.openxmlformats-officedocument."
_N: Final = "urn:oasis:names:tc:opendocument:xmlns:"
MAIN: Final = {
    "docx": ("word/document.xml", f"{_OFFICE}wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", f"{_OFFICE}spreadsheetml.sheet.main+xml"),
    "pptx": ("ppt/presentation.xml", f"{_OFFICE}presentationml.presentation.main+xml"),
}


def packed(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
        package.comment = SECRET.encode()
    return out.getvalue()


def relations(*entries: tuple[str, str, str]) -> bytes:
    """Return relations of (kind, target, mode)."""
    made = "".join(
        f'<Relationship Id="rId{number}" Type="{_R}/{kind}" Target="{target}"'
        + (f' TargetMode="{mode}"/>' if mode else "/>")
        for number, (kind, target, mode) in enumerate(entries, 1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{made}</Relationships>'.encode()


def _types(ending: str) -> bytes:
    main, kind = MAIN[ending]
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType='
        '"application/xml"/><Default Extension="rels" ContentType='
        '"application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="jpeg" ContentType="image/jpeg"/>'
        '<Default Extension="bin" ContentType="application/vnd.ms-office.x"/>'
        f'<Override PartName="/{main}" ContentType="{kind}"/></Types>'
    ).encode()


def document(body: str = "") -> bytes:
    """Return the main part of a text; `body` comes behind its first words."""
    return (
        f'<w:document xmlns:w="{_W}" xmlns:r="{_R}" xmlns:a="{_A}"><w:body>'
        '<w:p w:rsidR="00AB12CD"><w:r><w:t>My wages</w:t></w:r>'
        f'<w:ins w:author="{SECRET}" w:id="1"><w:r><w:t>were kept</w:t></w:r></w:ins>'
        f'<a:cNvPr id="1" name="C:\\Users\\{SECRET}\\a.jpg"/><a:blip r:embed="rId1"/>'
        f"</w:p>{body}</w:body></w:document>"
    ).encode()


def _properties() -> bytes:
    return f"<coreProperties><creator>{SECRET}</creator></coreProperties>".encode()


def docx(
    body: str = "", more: dict[str, bytes] | None = None, *extra: tuple[str, str, str]
) -> bytes:
    """Return a text with a picture, a link, comments; with more parts and relations to them."""
    links = (
        ("image", "media/image1.jpeg", ""),
        ("hyperlink", "https://help.example/a", "External"),
        ("hyperlink", f"file:///C:/Users/{SECRET}/a.doc", "External"),
        ("comments", "comments.xml", ""),
        *extra,
    )
    comment = f'<w:comment w:id="1" w:author="{SECRET}" w:initials="S"/>'
    comments = f'<w:comments xmlns:w="{_W}">{comment}</w:comments>'
    settings = (
        f'<w:settings xmlns:w="{_W}"><w:rsids><w:rsidRoot w:val="00AB12CD"/></w:rsids></w:settings>'
    )
    return packed(
        {
            "[Content_Types].xml": _types("docx"),
            "_rels/.rels": relations(
                ("officeDocument", "word/document.xml", ""),
                ("metadata/core-properties", "docProps/core.xml", ""),
            ),
            "word/_rels/document.xml.rels": relations(*links),
            "word/document.xml": document(body),
            "word/comments.xml": comments.encode(),
            "word/settings.xml": settings.encode(),
            "word/people.xml": f"<people><person>{SECRET}</person></people>".encode(),
            "word/media/image1.jpeg": pictures.jpeg(),
            "docProps/core.xml": _properties(),
            "docProps/thumbnail.jpeg": pictures.jpeg(),
            "customXml/item1.xml": f"<a>{SECRET}</a>".encode(),
            **(more or {}),
        }
    )


def xlsx(
    formula: str = "SUM(A1:A2)", more: dict[str, bytes] | None = None, *extra: tuple[str, str, str]
) -> bytes:
    """Return a table with one formula, made on somebody's computer and printer."""
    sheet = (
        f'<worksheet xmlns="{_S}" xmlns:r="{_R}"><sheetData><row r="1"><c r="A1"><f>{formula}</f>'
        '<v>3</v></c></row></sheetData><pageSetup r:id="rId1"/></worksheet>'
    )
    authors = f"<authors><author>{SECRET}</author></authors>"
    book = (
        f'<workbook xmlns="{_S}" xmlns:r="{_R}"><fileSharing userName="{SECRET}"/>'
        f'<absPath url="C:\\Users\\{SECRET}\\"/>'
        '<sheets><sheet name="Wages" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    return packed(
        {
            "[Content_Types].xml": _types("xlsx"),
            "_rels/.rels": relations(("officeDocument", "xl/workbook.xml", "")),
            "xl/_rels/workbook.xml.rels": relations(
                ("worksheet", "worksheets/sheet1.xml", ""), *extra
            ),
            "xl/workbook.xml": book.encode(),
            "xl/worksheets/sheet1.xml": sheet.encode(),
            "xl/worksheets/_rels/sheet1.xml.rels": relations(
                ("printerSettings", "../printerSettings/printerSettings1.bin", "")
            ),
            "xl/printerSettings/printerSettings1.bin": SECRET.encode(),
            "xl/comments1.xml": f'<comments xmlns="{_S}">{authors}</comments>'.encode(),
            "docProps/app.xml": _properties(),
            **(more or {}),
        }
    )


def pptx(
    action: str = "ppaction://hlinkshowjump?jump=nextslide", more: dict[str, bytes] | None = None
) -> bytes:
    """Return a presentation of one slide with one button."""
    slide = (
        f'<p:sld xmlns:p="{_P}" xmlns:a="{_A}" xmlns:r="{_R}"><a:hlinkClick action="{action}"/>'
        '<a:blip r:embed="rId1"/></p:sld>'
    )
    show = f'<p:presentation xmlns:p="{_P}" xmlns:r="{_R}"><p:sldId r:id="rId1"/></p:presentation>'
    author = f'<p:cmAuthor id="1" name="{SECRET}" initials="S"/>'
    authors = f'<p:cmAuthorLst xmlns:p="{_P}">{author}</p:cmAuthorLst>'
    return packed(
        {
            "[Content_Types].xml": _types("pptx"),
            "_rels/.rels": relations(("officeDocument", "ppt/presentation.xml", "")),
            "ppt/_rels/presentation.xml.rels": relations(("slide", "slides/slide1.xml", "")),
            "ppt/presentation.xml": show.encode(),
            "ppt/slides/slide1.xml": slide.encode(),
            "ppt/slides/_rels/slide1.xml.rels": relations(("image", "../media/image1.jpeg", "")),
            "ppt/media/image1.jpeg": pictures.jpeg(),
            "ppt/commentAuthors.xml": authors.encode(),
            **(more or {}),
        }
    )


def open_document(
    kind: str = "text", body: str = "", more: dict[str, bytes] | None = None
) -> bytes:
    """Return an OpenDocument with a picture, a note of somebody, and its parts of memory."""
    spaces = "".join(
        f' xmlns:{each}="{_N}{name}:1.0"'
        for each, name in (
            ("office", "office"), ("text", "text"), ("draw", "drawing"), ("table", "table"),
            ("script", "script"), ("form", "form"),
        )
    )  # fmt: skip
    spaces += (
        ' xmlns:xlink="http://www.w3.org/1999/xlink" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    )
    content = (
        f"<office:document-content{spaces}><office:body><office:text><text:p>My wages"
        f"<office:annotation><dc:creator>{SECRET}</dc:creator></office:annotation>"
        f'<text:a xlink:href="file:///home/{SECRET}/a.odt">a</text:a>'
        '<draw:image xlink:href="Pictures/1.jpg"/></text:p>'
        f"{body}</office:text></office:body></office:document-content>"
    )
    manifest = (
        f'<m:manifest xmlns:m="{_N}manifest:1.0"><m:file-entry m:full-path="/" m:media-type='
        f'"application/vnd.oasis.opendocument.{kind}"/></m:manifest>'
    )
    remembered = f"<a>{SECRET}</a>".encode()
    parts = {
        "mimetype": f"application/vnd.oasis.opendocument.{kind}".encode(),
        "content.xml": content.encode(),
        "meta.xml": remembered,
        "settings.xml": remembered,
        "Thumbnails/thumbnail.png": pictures.png(),
        "Configurations2/accelerator/current.xml": b"",
        "Pictures/1.jpg": pictures.jpeg(),
        "META-INF/manifest.xml": manifest.encode(),
    }
    return packed(parts | (more or {}), zipfile.ZIP_STORED)
