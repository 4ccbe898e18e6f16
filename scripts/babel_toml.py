"""Finds the texts to be translated in the data shipped with the code (casework/reference)."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Final

# The convention of every shipped table: what stands under these keys is shown to people. Names of
# institutions stand under `name` and are never translated.
KEYS: Final = frozenset({"text", "hint", "label", "title", "short", "name_msg"})

Row = tuple[int, None, str, list[str]]


def extract_toml(
    fileobj: IO[bytes],
    keywords: Mapping[str, object],  # noqa: ARG001 - the extractor's signature is Babel's.
    comment_tags: Sequence[str],  # noqa: ARG001 - the extractor's signature is Babel's.
    options: Mapping[str, object],  # noqa: ARG001 - the extractor's signature is Babel's.
) -> Iterator[Row]:
    """Yield each text in the order of the file, as (line, function, text, comments).

    The parser knows no lines, so every text stands on line 1: the catalogue shows none anyway.
    """
    for text in _texts(tomllib.load(fileobj)):
        yield 1, None, text, []


def _texts(value: object, key: str = "") -> Iterator[str]:
    """Yield the texts in a value that stands under a key, at whatever depth."""
    if isinstance(value, dict):
        for inner_key, inner in value.items():
            yield from _texts(inner, inner_key)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner, key)
    elif isinstance(value, str) and value and key in KEYS:
        yield value
