"""XML of office documents: read without entities, written without comments."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import etree

from casework.media.kinds import Refused, Why

# The library says no types outwards, and has no public name for what it returns.
Element: TypeAlias = Any


def parse(data: bytes) -> Element:
    """Return the root of an XML part.

    Raises:
        Refused: ACTIVE_CONTENT when it declares a document type, which no office program does;
            DAMAGED when it is no XML.

    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        declared = b"<!" in data.replace(b"\0", b"").replace(b"<!--", b"")
        raise Refused(Why.ACTIVE_CONTENT if declared else Why.DAMAGED) from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Refused(Why.ACTIVE_CONTENT)
    return root


def dump(root: Element) -> bytes:
    """Return the XML of a part, in UTF-8."""
    text: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return text


def local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]


def drop(element: Element) -> None:
    """Take an element out of its parent, leaving what follows it."""
    parent = element.getparent()
    if parent is None:
        raise Refused(Why.DAMAGED)
    if element.tail:
        before = element.getprevious()
        if before is None:
            parent.text = (parent.text or "") + element.tail
        else:
            before.tail = (before.tail or "") + element.tail
    parent.remove(element)
