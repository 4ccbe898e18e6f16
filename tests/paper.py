"""Papers as a reader has them: the words on their pages, and their pages as pictures."""

from __future__ import annotations

import io
import re
from typing import Final

import pikepdf
import pypdfium2

# Where a long word was let break, and what stands for a letter drawn as a part of another.
_INVISIBLE: Final = re.compile("[\u200b\ufffe\x02\r\n ]+")


def text(paper: bytes) -> str:
    """Return the words of all pages."""
    document = pypdfium2.PdfDocument(paper)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def squeezed(words: str) -> str:
    """Return words without anything between them: where lines end says nothing."""
    return _INVISIBLE.sub("", words)


def facts(paper: bytes) -> tuple[int, dict[str, str]]:
    """Return how many pages there are, and what the file says of itself."""
    document = pypdfium2.PdfDocument(paper)
    try:
        return len(document), document.get_metadata_dict()
    finally:
        document.close()


def widest(paper: bytes) -> float:
    """Return how far to the right anything is written: 1 is the edge of the paper."""
    document = pypdfium2.PdfDocument(paper)
    try:
        edge: float = max(
            page.get_textpage().get_charbox(index)[2] / page.get_width()
            for page in document
            for index in range(page.get_textpage().count_chars())
        )
        return edge
    finally:
        document.close()


def fonts(paper: bytes) -> set[str]:
    """Return the names of the fonts that a paper carries, without the marks of their cuts."""
    with pikepdf.open(io.BytesIO(paper)) as document:
        named = [each for each in document.objects if isinstance(each, pikepdf.Dictionary)]
        return {str(each["/FontName"]).rpartition("+")[2] for each in named if "/FontName" in each}
