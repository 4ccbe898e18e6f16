"""OpenDocument: text, spreadsheet, presentation (ODF 1.3)."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from casework.media import links, markup, pictures
from casework.media.kinds import Form, Refused, Why
from casework.media.markup import Element

_MANIFEST: Final = "META-INF/manifest.xml"
_CONTENT: Final = re.compile(r"(?:Object \d{1,4}/)?(?:content|styles)\.xml")
_PICTURE: Final = re.compile(r"Pictures/[^/]+")
# What is made anew, what only remembers, and what no program needs to show the document.
_LEFT_OUT: Final = re.compile(
    r"mimetype|(?:Object \d{1,4}/)?(?:meta|settings)\.xml|META-INF/.*|Thumbnails/.*|"
    r"Configurations2/.*|layout-cache|manifest\.rdf|ObjectReplacements/.*|Versions/.*|"
    r"VersionList\.xml|Fonts/.*"
)
_ACTIVE: Final = re.compile(
    r"(?:Basic|Scripts|Dialogs|Object \d+$|VBA).*|.*\.(?:bin|jar|class|exe)"
)
_NAMESPACE: Final = "urn:oasis:names:tc:opendocument:xmlns:"
_SCRIPT: Final = f"{{{_NAMESPACE}script:1.0}}"
_MANIFEST_SPACE: Final = f"{_NAMESPACE}manifest:1.0"
_HREF: Final = "{http://www.w3.org/1999/xlink}href"
_RUNNING: Final = frozenset(
    {"object-ole", "plugin", "applet", "floating-frame", "event-listeners", "dde-source"}
    | {"dde-connection-decl", "dde-connection", "dde-link", "dde-links", "execute-macro", "script"}
    | {"section-source", "table-source", "cell-range-source", "database-source-sql", "param"}
    | {"database-source-table", "database-source-query", "connection-resource"}
)
_POINTING: Final = frozenset({"a", "bookmark-ref", "hyperlink"})
_TELLING: Final = frozenset(
    {"creator", "creator-initials", "sender-initials", "author-name", "author-initials"}
    | {"initial-creator", "printed-by", "file-name", "user-defined", "sender-firstname"}
    | {"sender-lastname", "sender-email", "sender-company", "sender-street", "sender-city"}
    | {"sender-phone-private", "sender-phone-work"}
)
_EMPTY_META: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta xmlns:office='
    b'"urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.3">'
    b"<office:meta/></office:document-meta>"
)
_TYPES: Final = {b"\xff\xd8": "image/jpeg", b"\x89P": "image/png", b"GI": "image/gif"}


def clean(parts: dict[str, bytes], form: Form) -> dict[str, bytes]:
    """Return the parts of a document that shows the same and tells nothing of its makers.

    Raises:
        Refused: ACTIVE_CONTENT, ENCRYPTED, UNKNOWN_KIND or DAMAGED.

    """
    types = _types_of(parts)
    kept = {name: content for name, content in parts.items() if not _leave_out(name)}
    if "content.xml" not in kept:
        raise Refused(Why.DAMAGED)
    folders = {name.rpartition("/")[0] for name in kept}
    cleaned = {name: _cleaned(name, content, {*kept, *folders}) for name, content in kept.items()}
    cleaned["meta.xml"] = _EMPTY_META
    manifest = _manifest(cleaned, form, {name: types.get(f"{name}/", "") for name in folders})
    return {"mimetype": form.media_type.encode(), **cleaned, _MANIFEST: manifest}


def _types_of(parts: dict[str, bytes]) -> dict[str, str]:
    """Return what the manifest says of each part; raise Refused when it says: encrypted."""
    if _MANIFEST not in parts:
        raise Refused(Why.DAMAGED)
    root = markup.parse(parts[_MANIFEST])
    if next(root.iter("{*}encryption-data", "{*}encrypted-key"), None) is not None:
        raise Refused(Why.ENCRYPTED)
    space = f"{{{_MANIFEST_SPACE}}}"
    return {
        entry.get(f"{space}full-path", ""): entry.get(f"{space}media-type", "")
        for entry in root.iter(f"{space}file-entry")
    }


def _leave_out(name: str) -> bool:
    if _ACTIVE.fullmatch(name):
        raise Refused(Why.ACTIVE_CONTENT)
    if _LEFT_OUT.fullmatch(name):
        return True
    if not _CONTENT.fullmatch(name) and not _PICTURE.fullmatch(name):
        raise Refused(Why.UNKNOWN_KIND)
    return False


def _cleaned(name: str, content: bytes, known: set[str]) -> bytes:
    if _PICTURE.fullmatch(name):
        return pictures.bare(content)
    root = markup.parse(content)
    base = name.rpartition("/")[0]
    for element in list(root.iter()):
        _tidy(element, base, known)
    for forms in list(root.iter("{*}forms")):
        markup.drop(forms)
    return markup.dump(root)


def _tidy(element: Element, base: str, known: set[str]) -> None:
    name = markup.local(str(element.tag))
    if name in _RUNNING or str(element.tag).startswith(_SCRIPT):
        raise Refused(Why.ACTIVE_CONTENT)
    if name in _TELLING:
        element.text = None
    for key, value in element.attrib.items():
        if markup.local(key) in {"formula", "condition", "expression"}:
            links.check_formula(value)
    target = element.get(_HREF)
    if target is None:
        return
    if name in _POINTING:
        element.set(_HREF, links.harmless(target))
    elif target and not _is_inside(target, base, known):
        raise Refused(Why.ACTIVE_CONTENT)


def _is_inside(target: str, base: str, known: set[str]) -> bool:
    """Return True when the target is a part; one left out, such as a drawn copy, was one."""
    path = target.removeprefix("./")
    whole = f"{base}/{path}" if base else path
    return whole in known or path.startswith("#") or _LEFT_OUT.fullmatch(whole) is not None


def _manifest(parts: dict[str, bytes], form: Form, folders: dict[str, str]) -> bytes:
    space = f"{{{_MANIFEST_SPACE}}}"
    root = etree.Element(f"{space}manifest", nsmap={"manifest": _MANIFEST_SPACE})
    root.set(f"{space}version", "1.3")
    entries = {"/": form.media_type}
    entries |= {f"{name}/": kind for name, kind in folders.items() if name.startswith("Object")}
    entries |= {name: _TYPES.get(content[:2], "text/xml") for name, content in parts.items()}
    for path, media_type in entries.items():
        entry = etree.SubElement(root, f"{space}file-entry")
        entry.set(f"{space}full-path", path)
        entry.set(f"{space}media-type", media_type)
    return markup.dump(root)
