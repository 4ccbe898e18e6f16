"""Papers: what anybody wrote stands on them as it was written, in fonts of our own."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from fontTools.ttLib import TTFont
from hypothesis import given, settings
from hypothesis import strategies as st

from casework import papers
from tests import paper
from tests.browser import payloads

NOW: Final = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
FONTS: Final = Path(papers.__file__).parent / "reference" / "fonts"
SQUARE: Final = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
# What a typesetter of markup would run, include or stumble over.
MARKUP: Final = (
    '#read("packet.typ")',
    '#include "packet.typ"',
    "#panic()",
    "#{99991*99989}",
    "$ 99991 dot 99989 $",
    "$x$ *b* _i_ `r` @y <z> = h",
    "\\u{41} \\ /* c */ // d",
    '", "title": "x',
    '"\\n\\"}',
    '#eval("1+1")',
    "#sys.inputs.data",
)


def data(*lines: str, label: str = "Label", cells: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "language": "en",
        "title": "Case KH-26-000001-1",
        "office": "An office",
        "foot": "A desk",
        "opening": ["Please answer."],
        "parts": [
            {"kind": "facts", "title": "Facts", "rows": [{"label": label, "lines": list(lines)}]},
            {
                "kind": "table",
                "title": "Table",
                "widths": [1],
                "align": ["left"],
                "head": ["Cell"],
                "rows": [[cell] for cell in cells],
                "after": ["The end."],
            },
        ],
        "answer": {
            "title": "How to answer",
            "qr": SQUARE,
            "lines": ["Scan this."],
            "address": "https://help.example/en/office",
            "link": "https://help.example/en/office#code",
            "code": "ABCD",
            "after": ["Once."],
        },
    }


def printed(*lines: str, **more: Any) -> str:
    return paper.text(papers.pdf(papers.PACKET, data(*lines, **more), NOW))


def between(words: str) -> str:
    """Return squeezed words without what stands at the foot and the head of each paper."""
    return re.sub(r"Adesk\d+/\d+(CaseKH-26-000001-1Anoffice)?", "", words)


def visible(text: str) -> str:
    """Return a text as a paper shows it, and as its words are read from it."""
    return paper.squeezed(papers.printable(text))


def test_what_would_run_elsewhere_stands_as_it_was_written() -> None:
    hostile = (*payloads.ALL, *MARKUP)
    words = between(paper.squeezed(printed(*hostile, label=MARKUP[0], cells=hostile)))
    missing = [each for each in hostile if words.count(visible(each)) < 2]
    assert not missing
    assert payloads.PRODUCT not in words


def test_a_paper_is_for_archives_and_names_what_it_is() -> None:
    made = papers.pdf(papers.PACKET, data("Words"), NOW)
    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>A</pdfaid:conformance>" in made
    assert paper.facts(made)[1]["Title"] == "Case KH-26-000001-1"
    assert made == papers.pdf(papers.PACKET, data("Words"), NOW)


def test_every_font_in_a_paper_is_ours() -> None:
    scripts = ("Latin", "ភាសាខ្មែរ", "မြန်မာ", "ภาษาไทย", "ພາສາລາວ")
    made = papers.pdf(papers.PACKET, data(*scripts), NOW)
    families = {name.partition("-")[0] for name in paper.fonts(made)}
    ours = {"NotoSans", "NotoSansKhmer", "NotoSansMyanmar", "NotoSansThai", "NotoSansLao"}
    assert families == ours


@given(st.lists(st.text(max_size=60), max_size=4), st.text(max_size=30))
@settings(max_examples=25)
def test_no_text_is_too_strange(lines: list[str], label: str) -> None:
    made = papers.pdf(papers.PACKET, data(*lines, label=label, cells=tuple(lines)), NOW)
    assert made.startswith(b"%PDF")


def test_what_no_font_holds_is_marked_and_what_is_invisible_is_left_out() -> None:
    assert papers.printable("a\u202eb\x00c\u2028d") == "abc d"
    assert papers.printable("中 😀\ufe0f") == f"{papers.MISSING} {papers.MISSING}"
    assert papers.printable("e\u0301\nក\u200bខ") == "é\nក\u200bខ"


def test_a_long_name_stays_on_the_paper() -> None:
    long = "Xaisomboun" * 40
    assert long in paper.squeezed(printed(long, label=long, cells=(long,)))
    widest = paper.widest(papers.pdf(papers.PACKET, data(long, label=long, cells=(long,)), NOW))
    assert widest < 1


def test_the_list_of_signs_is_that_of_the_fonts() -> None:
    held: set[int] = set()
    for font in FONTS.glob("*.ttf"):
        held |= set(TTFont(font).getBestCmap())
    assert held == papers._held()
    assert "SIL Open Font License" in (FONTS / "OFL.txt").read_text("utf-8")
