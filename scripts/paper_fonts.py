# /// script
# requires-python = ">=3.11"
# dependencies = ["fonttools"]
# ///
"""Cuts the fonts of papers: of each script the letters, in all the shapes they take together.

    uv run --script scripts/paper_fonts.py FOLDER

FOLDER holds the Noto fonts as the Debian package fonts-noto-core installs them, in
/usr/share/fonts/truetype/noto. It writes casework/reference/fonts/<script>-<weight>.ttf, and into
signs.txt which signs they hold, as ranges in hexadecimal. The fonts of the pages cannot be used:
browsers load each for the letters of one script, and take Latin letters from the machine.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from fontTools import subset, ttLib

TARGET: Final = Path(__file__).resolve().parent.parent / "casework" / "reference" / "fonts"
WEIGHTS: Final = {"Regular": 400, "Bold": 700}
# What text of any script is made of beside its letters: spaces, digits, joiners, marks.
SHARED: Final = [0x20, 0xA0, *range(0x200B, 0x200E), 0x25CC]
SCRIPTS: Final[dict[str, tuple[str, list[int]]]] = {
    "latin": (
        "NotoSans",
        [
            *range(0x20, 0x250),
            *range(0x2B0, 0x370),
            *range(0x1E00, 0x1F00),
            *range(0x2000, 0x2070),
            *range(0x20A0, 0x20C0),
            *range(0x2100, 0x2150),
            0xFFFD,
        ],
    ),
    "khmer": ("NotoSansKhmer", [*SHARED, *range(0x1780, 0x1800), *range(0x19E0, 0x1A00)]),
    "myanmar": (
        "NotoSansMyanmar",
        [*SHARED, *range(0x1000, 0x10A0), *range(0xA9E0, 0xAA00), *range(0xAA60, 0xAA80)],
    ),
    "thai": ("NotoSansThai", [*SHARED, *range(0xE00, 0xE80)]),
    "lao": ("NotoSansLao", [*SHARED, *range(0xE80, 0xF00)]),
}


def cut(source: Path, target: Path, signs: list[int]) -> None:
    """Write the part of a font that holds some signs."""
    options = subset.Options(layout_features=["*"], hinting=False, notdef_outline=True)
    font = subset.load_font(str(source), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=signs)
    cutter.subset(font)
    subset.save_font(font, str(target), options)
    print(f"{target.name}: {target.stat().st_size} bytes")


def held(target: Path) -> set[int]:
    """Return the signs that a font holds."""
    return set(ttLib.TTFont(target).getBestCmap())


def ranges(signs: set[int]) -> list[str]:
    """Return signs as ranges, each with both its ends."""
    begins = sorted(each for each in signs if each - 1 not in signs)
    ends = sorted(each for each in signs if each + 1 not in signs)
    return [f"{begin:04X}-{end:04X}\n" for begin, end in zip(begins, ends, strict=True)]


def main(folder: Path) -> int:
    """Cut the fonts of every script from those in a folder."""
    signs = set()
    for script, (family, wanted) in SCRIPTS.items():
        for name, weight in WEIGHTS.items():
            target = TARGET / f"{script}-{weight}.ttf"
            cut(folder / f"{family}-{name}.ttf", target, wanted)
            signs |= held(target)
    (TARGET / "signs.txt").write_text("".join(ranges(signs)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
