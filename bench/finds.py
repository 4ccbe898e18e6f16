"""Measures searching, and checks that what is found is right: by reading every name there is."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import select

from bench.client import Answer, Browser, Failed
from bench.targets import Limits
from bench.timing import Row
from casework.db import db
from casework.domain.search_text import fold
from casework.models import Case, CaseParty, PartyName, Person
from casework.services import own_words, paging
from casework.services.visibility import condition

if TYPE_CHECKING:
    from bench.pages import Place
    from bench.readers import Reader

_LONGEST: Final = 40
_REFERENCE: Final = re.compile(r'href="/staff/cases/([A-Z]{2}-[0-9]{2}-[0-9]{6,}-[0-9])"')
# The peer is no quicker with a number: it looks through every text it has.
_PEER: Final = "search English"
_GROWS: Final = Limits(grows=True)
# Parts of names, of one sign, of two, and longer.
_PARTS: Final = {
    "English": ("Golden Manpower", "Mek", "Go", "g"),
    "Khmer": ("ភ្នំពេញ ធនធាន", "អង្គ", "មេ", "ស"),
    "Burmese": ("ဧရာဝတီ အလုပ်", "မြန်", "မြ", "ပ"),
}


def rows(place: Place, reader: Reader, caseworker: Reader) -> Iterator[Row]:
    """Return the rows of all ways to find a case."""
    for script, parts in _PARTS.items():
        for part in parts:
            yield _by_name(place, reader, script, part)
    yield from _by_number(place, reader, caseworker)
    yield _by_own_words(place, caseworker)


def _by_name(place: Place, reader: Reader, script: str, part: str) -> Row:
    name = f"search, firm, {script}, {len(part)} signs"
    path = "/staff/search?" + urlencode({"q": part})
    browser = Browser(place.port, reader.cookies)
    expected = _naming(place.app, reader, part)
    shown = _shown(browser.get(path))
    newest = expected[: paging.PAGE]
    wrong = [each for each in newest if each not in shown and len(shown) < paging.PAGE]
    if wrong or (expected and not shown):
        raise Failed(f"{name}: {len(wrong)} cases are not found")
    return place.page(name, reader, path, f"search {script}", f"{len(expected):,} cases fit")


def _naming(app: Flask, reader: Reader, part: str) -> list[str]:
    """Return the cases against a firm with this part in a name, newest first, the slow way."""
    with app.app_context():
        session, wanted = db.session(), fold(part)
        names = session.execute(select(PartyName.party_id, PartyName.name)).all()
        firms = {row.party_id for row in names if wanted in fold(row.name)}
        pairs = session.execute(select(CaseParty.case_id, CaseParty.party_id)).all()
        cases = {row.case_id for row in pairs if row.party_id in firms}
        seen = select(Case.id, Case.reference).where(condition(reader.actor))
        ordered = session.execute(seen.order_by(Case.filed_at.desc(), Case.id.desc()))
        return [row.reference for row in ordered if row.id in cases]


def _shown(answer: Answer) -> list[str]:
    return list(dict.fromkeys(_REFERENCE.findall(answer.text)))


def _by_own_words(place: Place, caseworker: Reader) -> Row:
    """Return the row of a search through the stories of the cases that somebody keeps.

    The words are those of a story that fewest of the others begin with: it has to be shown.
    """
    with place.app.app_context():
        own = select(Case).where(condition(caseworker.actor), Case.story_sealed.is_not(None))
        kept = own.where(Case.caseworker_id == caseworker.staff_id)
        newest = db.session.scalars(kept.order_by(Case.id.desc()).limit(own_words.MOST))
        stories = {case.reference: (case.story or "")[:_LONGEST] for case in newest}
        told = Counter(stories.values())
        reference = min(stories, key=lambda each: told[stories[each]])
    browser = Browser(place.port, caseworker.cookies)
    asked = {"csrf_token": browser.get("/staff/search").token, "q": stories[reference], "own": "1"}

    def search(_turn: int) -> float:
        answer = browser.post("/staff/search", asked, 200)
        if reference not in _shown(answer):
            raise Failed("the words of a story are not found")
        return answer.seconds

    note = "stories and messages of the newest 2,000 are opened"
    return Row("search, words of own cases", *place.timed(search), limits=_GROWS, note=note)


def _by_number(place: Place, reader: Reader, caseworker: Reader) -> Iterator[Row]:
    with place.app.app_context():
        row = db.session.execute(
            select(Case.reference, Person)
            .join(Person, Person.case_id == Case.id)
            .where(condition(caseworker.actor), Person.telephone_index.is_not(None))
            .order_by(Case.code_hash)
            .limit(1)
        ).one()
        reference, number = row.reference, row.Person.telephone or ""
    browser = Browser(place.port, caseworker.cookies)
    token = browser.get("/staff/search").token

    def by_telephone(_turn: int) -> float:
        answer = browser.post("/staff/search", {"csrf_token": token, "q": number}, 200)
        if reference not in _shown(answer):
            raise Failed("the telephone number is not found")
        return answer.seconds

    yield Row("search, telephone", *place.timed(by_telephone), peer=_PEER, limits=_GROWS)
    whole = "/staff/search?" + urlencode({"q": reference})
    taken = place.timed(lambda _: browser.get(whole, 302).seconds)
    yield Row("search, whole reference", *taken, peer=_PEER, limits=_GROWS)
    part = "/staff/search?" + urlencode({"q": reference[3:11]})
    yield place.page("search, part of a reference", reader, part, _PEER)
