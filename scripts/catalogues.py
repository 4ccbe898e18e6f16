#!/usr/bin/env python3
"""Keeps the catalogues of texts: extract, update, compile, check.

    scripts/catalogues.py extract   writes translations/messages.pot from code, templates and data
    scripts/catalogues.py update    extracts, then brings every language's catalogue up to date
    scripts/catalogues.py compile   makes the .mo files that are older than their .po
    scripts/catalogues.py check     says what is stale, missing, unsure or broken; 1 if anything is

The files carry no dates, line numbers or versions, so that they change only when a text does.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Final

from babel import Locale
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from babel.plural import to_gettext

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # The data's extractor and the list of languages stand in the tree.

from casework.domain.languages import CODES, ENGLISH  # noqa: E402 - needs the line above.

FOLDER: Final = ROOT / "translations"
TEMPLATE: Final = FOLDER / "messages.pot"
KEYWORDS: Final = DEFAULT_KEYWORDS | {
    "_l": None,
    "lazy_gettext": None,
    "lazy_ngettext": (1, 2),
    "lazy_pgettext": ((1, "c"), 2),
}
COMMENT_TAGS: Final = ("Translators:",)
# Header lines that carry nothing, or would change with the day or the version of a tool.
_NOISE: Final = re.compile(
    rb'^"(?:Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date'
    rb"|Last-Translator|Language-Team|Generated-By): .*\n",
    re.MULTILINE,
)
_PLACEHOLDER: Final = re.compile(r"%\(\w+\)[#0 +-]*[\d.]*[a-zA-Z]|(?<!%)%[sd]")


def translated_locales() -> list[str]:
    """Return the enabled locales that need a catalogue: all but the source language."""
    return sorted(CODES - {ENGLISH.code})


def catalogue_path(locale: str) -> Path:
    """Return where the catalogue of a locale stands."""
    return FOLDER / locale / "LC_MESSAGES" / "messages.po"


def extracted() -> Catalog:
    """Return the template: every text marked in code, templates and shipped data."""
    template = Catalog(
        charset="utf-8",
        header_comment="# The texts of Casework that are to be translated.",
        fuzzy=False,
    )
    with (ROOT / "babel.cfg").open(encoding="utf-8") as mapping:
        methods, options = parse_mapping_cfg(mapping, "babel.cfg")
    for filename, line, text, comments, context in extract_from_dir(
        ROOT, methods, options, KEYWORDS, COMMENT_TAGS, strip_comment_tags=True
    ):
        template.add(
            text, None, [(filename, line)], auto_comments=comments, context=context or None
        )
    return template


def rendered(catalogue: Catalog) -> bytes:
    """Return the text of a catalogue's file, ordered by the file each text comes from."""
    out = BytesIO()
    write_po(out, catalogue, width=100, no_location=True, sort_by_file=True, ignore_obsolete=True)
    return _NOISE.sub(b"", out.getvalue())


def read(locale: str) -> Catalog:
    """Return the catalogue of a locale; an empty one where there is no file yet."""
    path = catalogue_path(locale)
    if path.exists():
        with path.open("rb") as file:
            return read_po(file, locale=locale)
    name = Locale.parse(locale).english_name
    catalogue = Catalog(
        locale=locale,
        charset="utf-8",
        header_comment=f"# The texts of Casework in {name}.",
        fuzzy=False,
    )
    # Babel's own table of plurals lacks several of our languages; CLDR's has them all.
    catalogue.mime_headers = [("Plural-Forms", to_gettext(Locale.parse(locale).plural_form))]
    return catalogue


def extract() -> int:
    """Write the template."""
    FOLDER.mkdir(exist_ok=True)
    template = extracted()
    TEMPLATE.write_bytes(rendered(template))
    print(f"{len(template)} texts in {TEMPLATE.relative_to(ROOT)}")
    return 0


def update() -> int:
    """Write the template and bring every catalogue up to date with it.

    A text whose English changed comes back empty: an old sense under new words would be wrong
    where nobody notices.
    """
    extract()
    with TEMPLATE.open("rb") as file:
        template = read_po(file)
    for locale in translated_locales():
        catalogue = read(locale)
        catalogue.update(template, no_fuzzy_matching=True, update_header_comment=False)
        path = catalogue_path(locale)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(rendered(catalogue))
        missing = sum(1 for message in catalogue if message.id and not _translated(message))
        print(f"{locale}: {missing} of {len(catalogue)} to be translated")
    return 0


def compile_all() -> int:
    """Make the .mo files that are older than their .po."""
    for source in sorted(FOLDER.glob("*/LC_MESSAGES/messages.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        # Written aside and moved into place: a running server never reads half a catalogue.
        aside = target.with_suffix(".mo.new")
        with aside.open("wb") as file:
            write_mo(file, catalogue)
        aside.replace(target)
    return 0


def check() -> int:
    """Say everything that is wrong with the catalogues; 1 if anything is."""
    template = extracted()
    problems = list(_template_problems(template))
    for locale in translated_locales():
        problems += [f"{locale}: {problem}" for problem in catalogue_problems(template, locale)]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def _template_problems(template: Catalog) -> Iterator[str]:
    if not TEMPLATE.exists() or TEMPLATE.read_bytes() != rendered(template):
        yield f"{TEMPLATE.relative_to(ROOT)} is stale: run `make catalogues`"


def catalogue_problems(template: Catalog, locale: str) -> Iterator[str]:
    """Yield what is wrong with the catalogue of a locale, held against the template."""
    if not catalogue_path(locale).exists():
        yield "has no catalogue: run `make catalogues`"
        return
    catalogue = read(locale)
    if _keys(catalogue) != _keys(template):
        yield "does not hold the texts that are in use: run `make catalogues`"
    for message in catalogue:
        if message.id and (problem := _message_problem(message)):
            yield f"{problem}: {_forms(message.id)[0]!r}"


def _message_problem(message: Message) -> str | None:
    if not _translated(message):
        return "not translated"
    if message.fuzzy:
        return "unsure (fuzzy)"
    if not _placeholders_agree(message):
        return "placeholders differ"
    return None


def _keys(catalogue: Catalog) -> set[tuple[str, str | None]]:
    return {(_forms(message.id)[0], message.context) for message in catalogue if message.id}


def _forms(text: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the singular and the plurals of a text, of which most have only one."""
    return [text] if isinstance(text, str) else list(text or ())


def _translated(message: Message) -> bool:
    forms = _forms(message.string)
    return bool(forms) and all(forms)


def _placeholders(text: str) -> list[str]:
    return sorted(set(_PLACEHOLDER.findall(text)))


def _placeholders_agree(message: Message) -> bool:
    """Whether each form carries what the English carries.

    "One case" may do without the number; where a language has a single form it stands for every
    count, and has to carry what the plural carries.
    """
    english = [_placeholders(text) for text in _forms(message.id)]
    forms = [_placeholders(text) for text in _forms(message.string)]
    if len(forms) == 1:
        return forms[0] == english[-1]
    return all(form in english for form in forms) and forms[-1] == english[-1]


COMMANDS: Final[dict[str, Callable[[], int]]] = {
    "extract": extract,
    "update": update,
    "compile": compile_all,
    "check": check,
}


def main() -> int:
    """Run the command named on the command line."""
    parser = argparse.ArgumentParser(description="Keep the catalogues of texts.")
    parser.add_argument("command", choices=COMMANDS)
    return COMMANDS[parser.parse_args().command]()


if __name__ == "__main__":
    sys.exit(main())
