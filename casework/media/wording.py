"""What the XML of an Open XML part tells of people, and what in it would run."""

from __future__ import annotations

import re
from typing import Final

from casework.media import links, markup
from casework.media.kinds import Refused, Why
from casework.media.markup import Element

# Attributes that name whoever wrote a comment or a change.
_TELLING: Final = frozenset({"author", "initials", "userName", "userId", "providerId"})
_NAMING: Final = frozenset({"cmAuthor"})
_LEFT_OUT: Final = frozenset({"rsids", "absPath", "docVars", "fileSharing", "dataBinding"})
_RUNNING: Final = frozenset(
    {"mailMerge", "attachedTemplate", "altChunk", "subDoc", "control", "ddeLink", "oleLink"}
    | {"webPublishing", "frameset", "oleObj", "OLEObject", "script", "ocx"}
)
_FORMULAS: Final = frozenset({"f", "formula", "formula1", "formula2", "definedName", "oldFormula"})
_ACTION: Final = re.compile(
    r"(?:ppaction://(?:hlinkshowjump.*|hlinksldjump|noaction|media|customshow.*))?"
)
_PATH: Final = re.compile(r"[\\/]|:")
_ELSEWHERE: Final = re.compile(r"\s*(?:[a-z][\w+.-]*:|[\\/]{2})", re.IGNORECASE)


def tidy(root: Element, *, drawing: bool) -> None:
    """Take names and paths out of a part; `drawing` is True for one in VML.

    Raises:
        Refused: ACTIVE_CONTENT.

    """
    fields: list[str] = []
    for element in list(root.iter()):
        name = markup.local(str(element.tag))
        if name in _RUNNING:
            raise Refused(Why.ACTIVE_CONTENT)
        if name in _LEFT_OUT:
            markup.drop(element)
            continue
        _check_words(element, name, fields)
        _tidy_attributes(element, name)
        if drawing:
            _stay_here(element)
    links.check_fields("".join(fields))


def _check_words(element: Element, name: str, fields: list[str]) -> None:
    if name in {"instrText", "delInstrText"}:
        fields.append(element.text or "")
    elif name == "fldChar" and "begin" in element.attrib.values():
        fields.append(links.FIELD)
    elif name in _FORMULAS:
        links.check_formula(element.text or "")
    elif name == "author" and not len(element):
        element.text = None


def _tidy_attributes(element: Element, name: str) -> None:
    for key, value in element.attrib.items():
        plain = markup.local(key)
        if plain.startswith("rsid"):
            del element.attrib[key]
        elif plain in _TELLING or (name in _NAMING and plain == "name"):
            element.set(key, "")
        elif plain == "instr":
            links.check_fields(value)
        elif plain == "action" and not _ACTION.fullmatch(value):
            raise Refused(Why.ACTIVE_CONTENT)
        elif name == "cNvPr" and plain in {"name", "descr", "title"} and _PATH.search(value):
            # Older programs keep the path of the picture here, with the name of its owner.
            element.set(key, "")


def _stay_here(element: Element) -> None:
    """Refuse a drawing that fetches a picture from elsewhere."""
    for key, value in element.attrib.items():
        plain = markup.local(key)
        if plain in {"src", "althref"} and _ELSEWHERE.match(value):
            raise Refused(Why.ACTIVE_CONTENT)
        if plain == "href":
            element.set(key, links.harmless(value))
