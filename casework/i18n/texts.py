"""Texts in the current language: that of the request, or the one that `in_locale` has set."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, Final, cast

import flask_babel
from flask import g
from flask_babel.speaklater import LazyString
from markupsafe import Markup, escape

from casework.domain.languages import ENGLISH

# Pages say the same texts again and again; more of them than this are looked up anew.
_TEXTS_KEPT: Final = 16_384
# Where a request keeps the code of its language: a page asks for it a thousand times.
_CODE: Final = "written_in"


def gettext(message: str, **variables: Any) -> str:
    """Return a text in the current language; a text that nobody has translated as it is."""
    found = _text(current(), message)
    return found % variables if variables else found


def ngettext(singular: str, plural: str, num: int, **variables: Any) -> str:
    """Return a text that depends on a number, in the current language."""
    return _counted(current(), singular, plural, num) % ({"num": num} | variables)


# Kept by type too: what was made safe elsewhere equals the same text of somebody's that was not.
@lru_cache(maxsize=_TEXTS_KEPT, typed=True)
def _text(_language: str, message: str) -> str:
    # The empty text is where a catalogue keeps its own head.
    return flask_babel.gettext(message) if message else ""


@lru_cache(maxsize=_TEXTS_KEPT, typed=True)
def _counted(_language: str, singular: str, plural: str, num: int) -> str:
    found: str = flask_babel.get_translations().ungettext(singular, plural, num)
    return found


@lru_cache(maxsize=_TEXTS_KEPT)
def _safe(language: str, message: str) -> Markup:
    return escape(_text(language, message))


def shown(message: str, **variables: Any) -> Markup:
    """Return a text of a page, safe to stand there.

    Jinja's own way takes every text for safe, also one that an administrator has written.
    """
    # What looks like a text and is none may have been made safe elsewhere, which is true of that
    # one alone.
    found = _safe(current(), message) if type(message) is str else escape(gettext(message))
    return found % variables if variables else found


def shown_many(singular: str, plural: str, num: int, /, **variables: Any) -> Markup:
    """Return a text that depends on a number, safe to stand on a page."""
    found = escape(_counted(current(), singular, plural, num))
    return found % ({"num": num} | variables)


@contextmanager
def in_locale(code: str) -> Iterator[None]:
    """Write in another reader's language for a while."""
    before = g.get(_CODE)
    with flask_babel.force_locale(code):
        g.written_in = code
        try:
            yield
        finally:
            g.written_in = before


def refresh() -> None:
    """Ask anew which language the request is answered in: the reader has chosen another."""
    g.pop(_CODE, None)
    flask_babel.refresh()


def lazy(text: str, **values: Any) -> str:
    """Return a text that is translated when it is shown: for forms, which are made at import.

    Import it as `_l`, the name by which the extractor knows it. It stands for a str wherever
    one is shown or formatted, and is typed as one because the form library asks for that.
    """
    return cast("str", LazyString(gettext, text, **values))


def current() -> str:
    """Return the code of the language being written in."""
    try:
        found: str | None = g.get(_CODE)
    except RuntimeError:
        # There is no application here, so nobody reads in another language.
        return ENGLISH.code
    if found is None:
        # No language of ours has more to its code: a test of the house sees to that.
        found = g.written_in = str(flask_babel.get_locale())
    return found


def forget() -> None:
    """Look every text up anew: another application may have other catalogues."""
    for kept in (_text, _counted, _safe):
        kept.cache_clear()
