"""Open XML: text, spreadsheet, presentation (ECMA-376)."""

from __future__ import annotations

import posixpath
import re
from typing import Final
from urllib.parse import unquote

from casework.media import links, markup, pictures, wording
from casework.media.kinds import Refused, Why

_TYPES: Final = "[Content_Types].xml"
_ROOT_RELATIONS: Final = "_rels/.rels"
_HOME: Final = r"(?:word|xl|ppt)"
_RELATIONS: Final = re.compile(rf"(?:{_HOME}/(?:\w+/)*)?_rels/[^/]*\.rels")
_PICTURE: Final = re.compile(rf"{_HOME}/media/[^/]+\.(?:jpe?g|png|gif)", re.IGNORECASE)
_CONTENT: Final = re.compile(rf"{_HOME}/(?:[\w-]+/)*[\w-]+\.(?:xml|vml)", re.ASCII)
# What runs, loads or hides another document.
_ACTIVE: Final = re.compile(
    r".*(?:vba|activex|macrosheet|dialogsheet|externallink|connections\.xml|querytable|"
    r"webextension|customui|usercustomization|attachedtoolbars|ctrlprop|afchunk|slicercache|"
    r"xmlmaps|recipientdata|mailmerge|oleobject|\.(?:bin|html?|mht|rtf|swf|exe|js|vbs|jar|dll)$).*",
    re.IGNORECASE,
)
# What only remembers who worked on it, with what, and what no program needs to show it.
_LEFT_OUT: Final = re.compile(
    rf"docProps/.*|customXml/.*|_xmlsignatures/.*|{_HOME}/printerSettings/.*|"
    rf"{_HOME}/(?:\w+/)*embeddings/[^/]+\.(?:xlsx|docx|pptx)|word/people\.xml|word/fonts/.*|"
    rf"ppt/fonts/.*|{_HOME}/media/[^/]+\.svg|xl/persons/.*|xl/threadedComments/.*|"
    rf"xl/calcChain\.xml|xl/revisions/.*|ppt/changesInfos/.*|ppt/revisionInfo\.xml|"
    rf"ppt/tags/.*|ppt/customXml/.*|docMetadata/.*|{_HOME}/(?:\w+/)*_rels/[^/]*\.bin\.rels",
    re.IGNORECASE,
)
_USABLE_TYPE: Final = re.compile(
    r"application/(?:vnd\.openxmlformats-[\w.+-]+|vnd\.ms-(?:word|excel|powerpoint|office)[\w.+-]+"
    r"\+xml|xml)|image/(?:jpe?g|png|gif)|text/xml"
)
_RUNNING_RELATION: Final = re.compile(
    r"attachedTemplate|oleObject|control|vbaProject|externalLink|aFChunk|frame|subDocument|"
    r"connections|queryTable|mailMerge|webextension|macrosheet|customUI|activeX|recipientData",
    re.IGNORECASE,
)
_LINK: Final = "/hyperlink"
_R: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_R_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"


def clean(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return the parts of a document that shows the same and tells nothing of its makers.

    Raises:
        Refused: ACTIVE_CONTENT, UNKNOWN_KIND or DAMAGED.

    """
    if _TYPES not in parts or _ROOT_RELATIONS not in parts:
        raise Refused(Why.DAMAGED)
    kept = {name: content for name, content in parts.items() if not _leave_out(name)}
    cleaned = {_TYPES: _types(parts[_TYPES], kept)}
    gone = {}
    for name in [each for each in kept if _RELATIONS.fullmatch(each)]:
        cleaned[name], gone[_source(name)] = _relations(name, kept)
    for name, content in kept.items():
        if _PICTURE.fullmatch(name):
            cleaned[name] = pictures.bare(content)
        elif name not in cleaned:
            cleaned[name] = _content(name, content, gone.get(name, frozenset()))
    return cleaned


def _leave_out(name: str) -> bool:
    if _LEFT_OUT.fullmatch(name):
        return True
    if name == _TYPES or _RELATIONS.fullmatch(name) or _PICTURE.fullmatch(name):
        return False
    if _ACTIVE.fullmatch(name):
        raise Refused(Why.ACTIVE_CONTENT)
    if not _CONTENT.fullmatch(name):
        raise Refused(Why.UNKNOWN_KIND)
    return False


def _types(content: bytes, kept: dict[str, bytes]) -> bytes:
    """Return the list of types, of the kept parts only."""
    root = markup.parse(content)
    endings = {name.rpartition(".")[2].lower() for name in kept}
    for entry in list(root):
        name, kind = entry.get("PartName", "").lstrip("/"), entry.get("ContentType", "")
        ending = entry.get("Extension", "").lower()
        if name not in kept and ending not in endings:
            markup.drop(entry)
        elif not _USABLE_TYPE.fullmatch(kind) and ending != "vml":
            raise Refused(Why.ACTIVE_CONTENT)
    return markup.dump(root)


def _source(name: str) -> str:
    """Return the part whose relations these are: word/_rels/document.xml.rels tells of one."""
    folder, _, file = name.rpartition("_rels/")
    return folder + file.removesuffix(".rels")


def _relations(name: str, kept: dict[str, bytes]) -> tuple[bytes, frozenset[str]]:
    """Return the relations to kept parts, and the names of those taken out."""
    root = markup.parse(kept[name])
    base = posixpath.dirname(_source(name))
    gone = set()
    for relation in list(root):
        kind, target = relation.get("Type", ""), relation.get("Target", "")
        if relation.get("TargetMode") == "External":
            if not kind.endswith(_LINK):
                raise Refused(Why.ACTIVE_CONTENT)
            relation.set("Target", links.harmless(target))
        elif _path(base, target) not in kept:
            gone.add(relation.get("Id", ""))
            markup.drop(relation)
        elif _RUNNING_RELATION.search(kind.rpartition("/")[2]):
            raise Refused(Why.ACTIVE_CONTENT)
    return markup.dump(root), frozenset(gone)


def _path(base: str, target: str) -> str:
    # The root is an absolute folder here, so that no way leads out of it.
    return posixpath.normpath(posixpath.join("/", base, unquote(target.partition("#")[0])))[1:]


def _content(name: str, content: bytes, gone: frozenset[str]) -> bytes:
    root = markup.parse(content)
    for element in list(root.iter()):
        _let_go(element, gone)
    wording.tidy(root, drawing=name.endswith(".vml"))
    return markup.dump(root)


def _let_go(element: markup.Element, gone: frozenset[str]) -> None:
    """Take out what refers to a part that was taken out; a page's printer is only forgotten."""
    for key, value in element.attrib.items():
        if value in gone and key.startswith((f"{{{_R}}}", f"{{{_R_STRICT}}}")):
            if markup.local(str(element.tag)) in {"pageSetup", "legacyDrawing", "control"}:
                del element.attrib[key]
            elif element.getparent() is not None:
                markup.drop(element)
            return
