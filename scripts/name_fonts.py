# /// script
# requires-python = ">=3.11"
# dependencies = ["babel", "brotli", "fonttools"]
# ///
"""Cuts the fonts of the first page: just the names of the languages and their one sentence.

    uv run --script scripts/name_fonts.py

To be run when a language is added or its sentence changes; a test says so. It writes
name-<language>-<weight>.woff2 and names.txt, the texts they were cut for.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from babel.messages.pofile import read_po
from fontTools import subset

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # The list of languages stands in the tree.

from casework.domain.languages import ENABLED, Language  # noqa: E402 - needs the line above.

FONTS: Final = ROOT / "casework" / "static" / "fonts"
FULL: Final = {"km": "khmer", "my": "myanmar"}
SENTENCE: Final = "A problem with work abroad? We help."


def sentence(language: Language) -> str:
    """Return the sentence of the first page in a language; empty while it is not translated."""
    path = ROOT / "translations" / language.code / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        message = read_po(file, locale=language.code).get(SENTENCE)
    return str(message.string) if message else ""


def cut(source: Path, target: Path, text: str) -> None:
    """Write the part of a font that shows a text, in all the shapes its letters take together."""
    options = subset.Options(flavor="woff2", layout_features=["*"], hinting=False)
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(text=text)
    cutter.subset(font)
    subset.save_font(font, str(target), options)
    print(f"{target.name}: {target.stat().st_size} bytes")


def main() -> int:
    """Cut the fonts of every enabled language that has one."""
    lines = []
    for language in ENABLED:
        if language.font is None:
            continue
        words = sentence(language)
        for weight, text in ((400, language.name + words), (700, language.name)):
            source = FONTS / f"{FULL[language.font]}-{weight}.woff2"
            cut(source, FONTS / f"name-{language.code}-{weight}.woff2", text)
        lines.append(f"{language.code}\t{language.name}\t{words}\n")
    (FONTS / "names.txt").write_text("".join(lines), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
