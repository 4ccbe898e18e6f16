"""Published complaints as lines of a file: read and checked, not yet understood.

A line is one JSON object. What is wrong with it is said in plain words, so that whoever made
the file can mend it; the other lines are read all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, BinaryIO, Final, NoReturn

from casework.domain.facts import OfficeRole, RecipientKind, Said, Scope

LONGEST_LINE: Final = 200_000  # bytes, which hold a long story and its translation.
LONGEST_TEXT: Final = 20_000  # characters of a story, a summary or a note.
LONGEST_NAME: Final = 200
LONGEST_ID: Final = 57  # With its prefix it has to fit the submission key.
MOST_WORKERS: Final = 1_000_000
MOST_ROWS: Final = 100
_LARGEST_AMOUNT: Final = Decimal(10) ** 15
_CENT: Final = Decimal("0.01")
_COUNTRY: Final = re.compile("[A-Z]{2}")
_CURRENCY: Final = re.compile("[A-Z]{3}")
_LANGUAGE: Final = re.compile("[a-z]{2,3}")
_RECIPIENTS: Final = {
    RecipientKind.OFFICE: (re.compile("[a-z0-9-]+"), "the id of an office, such as th-dlpw"),
    RecipientKind.ROLE: (
        re.compile(f"[A-Z]{{2}}:({'|'.join(OfficeRole)})"),
        "a country and a kind of office, such as TH:labour_authority",
    ),
    RecipientKind.STATE: (_COUNTRY, "a country code of two capital letters"),
}
_SAID: Final = {True: Said.YES, False: Said.NO, None: Said.UNSURE}


class BadLine(ValueError):
    """A line that cannot be filed: its number in the file, and why, in words."""

    def __init__(self, number: int, reason: str) -> None:
        """Keep both, for whoever reports it."""
        super().__init__(f"Line {number}: {reason}")
        self.number = number
        self.reason = reason


class _Unusable(ValueError):
    """Why a line cannot be used; its number is added where it is known."""


@dataclass(frozen=True)
class Amount:
    """A sum of money as published, with the words that say what it is."""

    what: str
    amount: Decimal | None
    currency: str


@dataclass(frozen=True)
class Granted:
    """What the person decided about one recipient."""

    recipient_kind: RecipientKind
    recipient: str
    scopes: tuple[Scope, ...]
    given: bool = True


@dataclass(frozen=True)
class Line:
    """One published complaint. Words are the publisher's own; an empty text means not said."""

    number: int
    id: str
    origin: str
    destination: str
    categories: tuple[str, ...]
    place: str = ""
    sector: str = ""
    workers: int | None = None
    sex: str = ""
    documented: Said = Said.UNSURE
    summary: str = ""
    statement: str = ""
    statement_language: str = ""
    statement_english: str = ""
    severity: str = ""
    recruiter: str = ""
    embassy_contacted: Said = Said.UNSURE
    embassy_note: str = ""
    outcome: str = ""
    source: str = ""
    remark: str = ""
    amounts: tuple[Amount, ...] = ()
    remedies: tuple[Amount, ...] = ()
    consent: tuple[Granted, ...] = ()


def read_lines(file: BinaryIO) -> Iterator[Line | BadLine]:
    """Yield each line of a file as what it says, or as what is wrong with it; skip empty ones."""
    number = 0
    while raw := file.readline(LONGEST_LINE):
        number += 1
        if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
            _skip_rest(file)
            yield BadLine(number, f"It is longer than {LONGEST_LINE} bytes.")
        elif raw.strip():
            try:
                yield _line(number, _document(raw))
            except _Unusable as error:
                yield BadLine(number, str(error))


def _skip_rest(file: BinaryIO) -> None:
    while (rest := file.readline(LONGEST_LINE)) and not rest.endswith(b"\n"):
        pass


def _document(raw: bytes) -> Mapping[str, Any]:
    try:
        # A file from Windows may begin with a mark of its byte order.
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unusable("It is not UTF-8 text.") from error
    try:
        document = json.loads(text, parse_float=Decimal, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        raise _Unusable("It is not JSON.") from error
    if not isinstance(document, dict):
        raise _Unusable("It is JSON, but not an object in braces.")
    return document


def _no_number(_constant: str) -> NoReturn:
    raise ValueError


def _line(number: int, row: Mapping[str, Any]) -> Line:
    title, address = _text(row, "source_title"), _text(row, "source_url")
    year = _whole(row, "year", 9999)
    return Line(
        number=number,
        id=_id(row),
        origin=_coded(row, "origin_country", _COUNTRY, "a country code of two capital letters"),
        destination=_coded(
            row, "destination_country", _COUNTRY, "a country code of two capital letters"
        ),
        categories=_categories(row),
        place=_text(row, "place", LONGEST_NAME),
        sector=_text(row, "sector", LONGEST_NAME),
        workers=_whole(row, "workers", MOST_WORKERS),
        sex=_text(row, "sex", LONGEST_NAME),
        documented=_said(row, "documented"),
        summary=_text(row, "summary"),
        statement=_text(row, "statement"),
        statement_language=_statement_language(row),
        statement_english=_text(row, "statement_en"),
        severity=_text(row, "severity_hint", LONGEST_NAME),
        recruiter=_text(row, "recruiter", LONGEST_NAME),
        embassy_contacted=_said(row, "embassy_contacted"),
        embassy_note=_text(row, "embassy_note"),
        outcome=_text(row, "outcome"),
        source=", ".join(filter(None, (title, address, str(year or "")))),
        remark=_text(row, "note"),
        amounts=tuple(_amount(each, "what", "amounts") for each in _rows(row, "amounts")),
        remedies=tuple(_amount(each, "type", "remedy") for each in _rows(row, "remedy")),
        consent=tuple(_granted(each) for each in _rows(row, "consent")),
    )


def _id(row: Mapping[str, Any]) -> str:
    found = _text(row, "id", LONGEST_ID)
    if not found:
        raise _Unusable('"id" is missing.')
    if not found.isprintable():
        raise _Unusable('"id" holds characters that cannot be seen.')
    return found


def _categories(row: Mapping[str, Any]) -> tuple[str, ...]:
    words = row.get("categories")
    if words is None:
        raise _Unusable('"categories" is missing.')
    if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
        raise _Unusable('"categories" has to be a list of words.')
    if len(words) > MOST_ROWS or any(len(word) > LONGEST_NAME for word in words):
        raise _Unusable('"categories" is too long.')
    return tuple(dict.fromkeys(word.strip() for word in words if word.strip()))


def _text(row: Mapping[str, Any], name: str, longest: int = LONGEST_TEXT) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Unusable(f'"{name}" has to be text.')
    if len(value) > longest:
        raise _Unusable(f'"{name}" is longer than {longest} characters.')
    return value.strip()


def _coded(row: Mapping[str, Any], name: str, shape: re.Pattern[str], wanted: str) -> str:
    value = _text(row, name, LONGEST_NAME)
    if not value:
        raise _Unusable(f'"{name}" is missing.')
    if not shape.fullmatch(value):
        raise _Unusable(f'"{name}" has to be {wanted}.')
    return value


def _statement_language(row: Mapping[str, Any]) -> str:
    if not _text(row, "statement"):
        return ""
    wanted = "a language code such as km, because there is a statement"
    return _coded(row, "statement_lang", _LANGUAGE, wanted)


def _said(row: Mapping[str, Any], name: str) -> Said:
    value = row.get(name)
    if value is not None and not isinstance(value, bool):
        raise _Unusable(f'"{name}" has to be true, false or null.')
    return _SAID[value]


def _whole(row: Mapping[str, Any], name: str, largest: int) -> int | None:
    value = row.get(name)
    if value is None:
        return None
    if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= largest:
        raise _Unusable(f'"{name}" has to be a whole number from 1 to {largest}.')
    return value


def _rows(row: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = row.get(name)
    if rows is None:
        return []
    if not isinstance(rows, list) or not all(isinstance(each, dict) for each in rows):
        raise _Unusable(f'"{name}" has to be a list of objects in braces.')
    if len(rows) > MOST_ROWS:
        raise _Unusable(f'"{name}" has more than {MOST_ROWS} rows.')
    return rows


def _amount(row: Mapping[str, Any], words: str, where: str) -> Amount:
    value, currency = row.get("amount"), _text(row, "currency", LONGEST_NAME)
    if currency and not _CURRENCY.fullmatch(currency):
        raise _Unusable(f'A "currency" in "{where}" has to be a code such as THB.')
    amount = None if value is None else _sum(value, where)
    return Amount(_text(row, words, LONGEST_NAME), amount, currency)


def _sum(value: object, where: str) -> Decimal:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise _Unusable(f'An "amount" in "{where}" has to be a number.')
    if not 0 <= value < _LARGEST_AMOUNT:
        raise _Unusable(f'An "amount" in "{where}" is below zero or too large.')
    return Decimal(value).quantize(_CENT, ROUND_HALF_UP)


def _granted(row: Mapping[str, Any]) -> Granted:
    scopes, given = row.get("scopes"), row.get("given", True)
    known = [scope.value for scope in Scope]
    if not isinstance(scopes, list) or not all(scope in known for scope in scopes):
        raise _Unusable(f'"scopes" of a "consent" have to be a list of: {", ".join(known)}.')
    if not isinstance(given, bool):
        raise _Unusable('"given" of a "consent" has to be true or false.')
    kinds = "|".join(RecipientKind)
    kind = RecipientKind(
        _coded(row, "recipient_kind", re.compile(kinds), "one of: " + kinds.replace("|", ", "))
    )
    recipient = _coded(row, "recipient", *_RECIPIENTS[kind])
    return Granted(kind, recipient, tuple(map(Scope, scopes)), given)
