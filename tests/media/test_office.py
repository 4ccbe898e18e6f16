from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from casework.media import kinds, links, markup, office, packages
from casework.media.kinds import Form, Refused, Why
from casework.media.sniff import sniff
from tests.faults import hostile_documents
from tests.samples.documents import docx, open_document, packed, pptx, relations, xlsx

SHEET = "table.ods"


def made(data: bytes) -> dict[str, bytes]:
    """Return the parts of the cleaned document."""
    form = sniff(data)
    cleaned = office.clean(data, form)
    assert (cleaned.original, cleaned.shared_form, cleaned.preview) == (form, form, None)
    assert sniff(cleaned.shared) == form
    with zipfile.ZipFile(io.BytesIO(cleaned.shared)) as package:
        assert package.testzip() is None
        assert not package.comment
        assert {each.date_time[0] for each in package.infolist()} == {1980}
        return {name: package.read(name) for name in package.namelist()}


def refusal(data: bytes) -> Why:
    with pytest.raises(Refused) as caught:
        made(data)
    return caught.value.why


@pytest.mark.parametrize(
    ("make", "form", "word"),
    [
        (docx, kinds.DOCX, b"My wages"),
        (xlsx, kinds.XLSX, b"Wages"),
        (pptx, kinds.PPTX, b"hlinkshowjump"),
        (open_document, kinds.ODT, b"My wages"),
        (lambda: open_document("spreadsheet"), kinds.ODS, b"My wages"),
        (lambda: open_document("presentation"), kinds.ODP, b"My wages"),
    ],
)
def test_what_it_says_stays_and_who_wrote_it_goes(
    make: Callable[[], bytes], form: Form, word: bytes
) -> None:
    data = make()
    assert sniff(data) == form
    parts = made(data)
    whole = b"\n".join(parts.values())
    assert word in whole
    for trace in (b"SECRET", b"Exif", b"00AB12CD", b"GPS"):
        assert trace not in whole
    for name, content in parts.items():
        if name.endswith((".xml", ".rels")):
            markup.parse(content)


def test_relations_lead_to_parts_that_are_there() -> None:
    parts = made(docx())
    assert set(parts) == {
        "[Content_Types].xml", "_rels/.rels", "word/_rels/document.xml.rels", "word/document.xml",
        "word/comments.xml", "word/settings.xml", "word/media/image1.jpeg",
    }  # fmt: skip
    assert b"docProps" not in parts["_rels/.rels"]
    related = parts["word/_rels/document.xml.rels"]
    assert b"https://help.example/a" in related
    assert b"about:blank" in related
    assert b'embed="rId1"' in parts["word/document.xml"]


def test_a_table_forgets_its_printer_and_stays_whole() -> None:
    parts = made(xlsx())
    assert b"pageSetup" in parts["xl/worksheets/sheet1.xml"]
    assert b"rId1" not in parts["xl/worksheets/sheet1.xml"]
    assert b"<f>SUM(A1:A2)</f>" in parts["xl/worksheets/sheet1.xml"]
    assert b"printerSettings" not in b"".join(parts.values())


def test_a_chart_loses_the_table_it_was_made_from() -> None:
    body = '<c:externalData xmlns:c="c" r:id="rId5"/><w:p>after</w:p>'
    more = {"word/embeddings/a.xlsx": b"PK"}
    parts = made(docx(body, more, ("package", "embeddings/a.xlsx", "")))
    assert b"externalData" not in parts["word/document.xml"]
    assert b"after" in parts["word/document.xml"]
    assert "word/embeddings/a.xlsx" not in parts


def test_an_open_document_lists_what_it_has() -> None:
    chart = {
        "Object 1/content.xml": b"<a/>",
        "META-INF/manifest.xml": (
            b'<m:manifest xmlns:m="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
            b'<m:file-entry m:full-path="Object 1/" m:media-type="application/x-chart"/>'
            b"</m:manifest>"
        ),
    }
    parts = made(open_document("text", '<draw:object xlink:href="./Object 1"/>', chart))
    manifest = parts["META-INF/manifest.xml"]
    assert next(iter(parts)) == "mimetype"
    assert b"application/x-chart" in manifest
    for name in set(parts) - {"mimetype", "META-INF/manifest.xml"}:
        assert f'full-path="{name}"'.encode() in manifest
    assert b"Thumbnails" not in manifest


@pytest.mark.parametrize("file", list(hostile_documents.files_of_office()), ids=lambda f: f[0])
def test_what_runs_or_fetches_is_refused_or_let_go(file: tuple[str, bytes]) -> None:
    name, data = file
    try:
        parts = made(data)
    except Refused:
        return
    whole = b"\n".join(parts.values())
    for trace in (b"SECRET", b"javascript:", b"evil.example", b"DDE", b"<!ENTITY", b"passwd"):
        assert trace not in whole, name


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (docx("", {"word/vbaProject.bin": b"x"}), Why.ACTIVE_CONTENT),
        (
            docx("", {}, ("attachedTemplate", "http://evil.example/", "External")),
            Why.ACTIVE_CONTENT,
        ),
        (docx("", {}, ("aFChunk", "settings.xml", "")), Why.ACTIVE_CONTENT),
        (docx('<w:fldSimple w:instr="DDE a b"/>'), Why.ACTIVE_CONTENT),
        (docx("", {"word/a.xml": b"<!DOCTYPE a><a/>"}), Why.ACTIVE_CONTENT),
        (docx("", {"word/a.xml": b"MZ"}), Why.DAMAGED),
        (docx("", {"word/media/a.emf": b"x"}), Why.UNKNOWN_KIND),
        (docx("", {"word/media/a.png": b"x"}), Why.UNKNOWN_KIND),
        (docx("", {"../a.xml": b"x"}), Why.DAMAGED),
        (docx("", {f"word/a{n}.xml": b"<a/>" for n in range(2001)}), Why.BOMB),
        (docx("", {"word/a.xml": bytes(2_000_000)}), Why.BOMB),
        (docx()[:-40], Why.DAMAGED),
        (packed({"[Content_Types].xml": b"<a/>"}), Why.UNKNOWN_KIND),
        (packed({"a.txt": b"a"}), Why.UNKNOWN_KIND),
        (packed({}), Why.UNKNOWN_KIND),
        (b"PK\3\4" + packed({}), Why.DAMAGED),
        (pptx("ppaction://program?a"), Why.ACTIVE_CONTENT),
        (xlsx("WEBSERVICE(A1)"), Why.ACTIVE_CONTENT),
        (open_document("graphics"), Why.UNKNOWN_KIND),
        (open_document("text", "", {"Basic/a.xml": b"<a/>"}), Why.ACTIVE_CONTENT),
        (open_document("text", "", {"other.xml": b"<a/>"}), Why.UNKNOWN_KIND),
        (open_document("text", '<draw:image xlink:href="http://a/"/>'), Why.ACTIVE_CONTENT),
        (packed({"mimetype": b"application/vnd.oasis.opendocument.text"}), Why.DAMAGED),
        (
            packed(
                {
                    "mimetype": b"application/vnd.oasis.opendocument.text",
                    "META-INF/manifest.xml": b"<m/>",
                }
            ),
            Why.DAMAGED,
        ),
    ],
)
def test_reasons_are_the_right_ones(data: bytes, why: Why) -> None:
    assert refusal(data) is why


def test_a_package_without_its_roots_is_damaged() -> None:
    main = b'<a ContentType="%s"/>' % b"".join((kinds.DOCX.media_type.encode(), b".main+xml"))
    assert refusal(packed({"[Content_Types].xml": main})) is Why.DAMAGED


def test_locked_parts_are_named_as_such() -> None:
    data = bytearray(docx())
    place = data.index(b"PK\1\2") + 8
    data[place] |= 1
    assert refusal(bytes(data)) is Why.ENCRYPTED


def test_what_a_part_says_of_its_size_is_not_believed() -> None:
    data = docx("", {"word/a.xml": bytes(40_000_000)})
    lying = data.replace((40_000_000).to_bytes(4, "little"), (4).to_bytes(4, "little"))
    with pytest.raises(Refused):
        packages.parts_of(lying)


@pytest.mark.parametrize(
    ("target", "leads"),
    [
        ("https://help.example/?a=b#c", "https://help.example/?a=b#c"),
        ("mailto:a@b.example", "mailto:a@b.example"), ("#Sheet1", "#Sheet1"),
        ("javascript:alert(1)", "about:blank"), ("file:///etc/passwd", "about:blank"),
        ("\\\\server\\share", "about:blank"), ("a.docx", "about:blank"),
        ("http://a b", "about:blank"),
    ],
)  # fmt: skip
def test_links_lead_to_the_web_or_nowhere(target: str, leads: str) -> None:
    assert links.harmless(target) == leads


@pytest.mark.parametrize(
    "formula",
    ["SUM(A1:B2)", 'IF(A1>2,"call me","")', 'HYPERLINK("https://a","b")', "Wages!A1",
     'CONCATENATE(A1,"|")', "RECALL(A1)"],
)  # fmt: skip
def test_common_formulas_pass(formula: str) -> None:
    links.check_formula(formula)


@pytest.mark.parametrize(
    "field", ['HYPERLINK "https://a/link"', "PAGE", 'TOC \\o "1-3"', "DATE", "REF link", "AUTHOR"]
)
def test_common_fields_pass(field: str) -> None:
    links.check_fields(links.FIELD + field)


def test_what_follows_a_dropped_element_stays() -> None:
    root = markup.parse(b"<a>one<b/>two<c/>three</a>")
    markup.drop(root[0])
    markup.drop(root[0])
    assert markup.dump(root).endswith(b"<a>onetwothree</a>")
    root = markup.parse(b"<a><b/><c/>three</a>")
    markup.drop(root[1])
    assert markup.dump(root).endswith(b"<a><b/>three</a>")
    with pytest.raises(Refused):
        markup.drop(root)


def test_relations_are_of_the_part_they_stand_beside() -> None:
    more = {
        "word/_rels/comments.xml.rels": relations(("image", "media/image1.jpeg", "")),
        "word/header1.xml": b"<a/>",
    }
    assert "word/_rels/comments.xml.rels" in made(docx("", more))
