from __future__ import annotations

import json
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

import pytest

from casework.services import published
from casework.services.published import Amount, BadLine, Line
from tests.published_lines import PLAIN, SHIPPED, one, read

SCOPES: Final = (
    '"scopes" of a "consent" have to be a list of:'
    " referral, narrative, identity, documents, statistics."
)


def reason(row: dict[str, Any] | bytes) -> str:
    found = read(row)[0]
    assert isinstance(found, BadLine), found
    assert str(found) == f"Line 1: {found.reason}"
    return found.reason


def test_every_shipped_line_can_be_read() -> None:
    found = list(published.read_lines(BytesIO(SHIPPED)))
    assert len(found) == 40
    assert all(isinstance(line, Line) for line in found)


def test_a_plain_line_says_only_what_it_says() -> None:
    assert one() == Line(1, "XX-1", "KH", "TH", ("unpaid_wages",))


def test_empty_lines_count_and_say_nothing() -> None:
    first, second = read(b"\xef\xbb\xbf" + json.dumps(PLAIN).encode(), b"  ", b"{")
    assert isinstance(first, Line)
    assert isinstance(second, BadLine)
    assert second.number == 3


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"\xff\xfe", "It is not UTF-8 text."),
        (b"hello", "It is not JSON."),
        (b"[" * 100_000, "It is not JSON."),
        (b'{"id": ' + b"9" * 5000 + b"}", "It is not JSON."),
        (b'{"id": NaN}', "It is not JSON."),
        (b"[1]", "It is JSON, but not an object in braces."),
    ],
)
def test_what_is_no_object_is_told_so(raw: bytes, why: str) -> None:
    assert reason(raw) == why


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"id": None}, '"id" is missing.'),
        ({"id": " "}, '"id" is missing.'),
        ({"id": 7}, '"id" has to be text.'),
        ({"id": "x" * 58}, '"id" is longer than 57 characters.'),
        ({"id": "a\u202eb"}, '"id" holds characters that cannot be seen.'),
        ({"origin_country": None}, '"origin_country" is missing.'),
        ({"destination_country": ""}, '"destination_country" is missing.'),
        (
            {"origin_country": "Cambodia"},
            '"origin_country" has to be a country code of two capital letters.',
        ),
        ({"categories": None}, '"categories" is missing.'),
        ({"categories": "wages"}, '"categories" has to be a list of words.'),
        ({"categories": [1]}, '"categories" has to be a list of words.'),
        ({"categories": ["x"] * 101}, '"categories" is too long.'),
        ({"categories": ["x" * 201]}, '"categories" is too long.'),
        ({"summary": "x" * 20_001}, '"summary" is longer than 20000 characters.'),
        ({"workers": "six"}, '"workers" has to be a whole number from 1 to 1000000.'),
        ({"workers": 0}, '"workers" has to be a whole number from 1 to 1000000.'),
        ({"workers": True}, '"workers" has to be a whole number from 1 to 1000000.'),
        ({"workers": 1.5}, '"workers" has to be a whole number from 1 to 1000000.'),
        ({"documented": "no"}, '"documented" has to be true, false or null.'),
        ({"amounts": {}}, '"amounts" has to be a list of objects in braces.'),
        ({"amounts": ["300"]}, '"amounts" has to be a list of objects in braces.'),
        ({"amounts": [{}] * 101}, '"amounts" has more than 100 rows.'),
        ({"amounts": [{"amount": "300"}]}, 'An "amount" in "amounts" has to be a number.'),
        ({"amounts": [{"amount": True}]}, 'An "amount" in "amounts" has to be a number.'),
        ({"remedy": [{"amount": -1}]}, 'An "amount" in "remedy" is below zero or too large.'),
        ({"remedy": [{"amount": 10**15}]}, 'An "amount" in "remedy" is below zero or too large.'),
        (
            {"amounts": [{"amount": 1, "currency": "baht"}]},
            'A "currency" in "amounts" has to be a code such as THB.',
        ),
        ({"statement": "x"}, '"statement_lang" is missing.'),
        (
            {"statement": "x", "statement_lang": "Khmer"},
            '"statement_lang" has to be a language code such as km, because there is a statement.',
        ),
        (
            {"consent": [{"recipient_kind": "role", "recipient": "TH:police"}]},
            SCOPES,
        ),
        (
            {"consent": [{"scopes": [["referral"]]}]},
            SCOPES,
        ),
        (
            {"consent": [{"scopes": [], "given": "yes"}]},
            '"given" of a "consent" has to be true or false.',
        ),
        (
            {"consent": [{"scopes": [], "recipient_kind": "person", "recipient": "TH"}]},
            '"recipient_kind" has to be one of: office, role, state.',
        ),
        (
            {"consent": [{"scopes": ["referral"], "recipient_kind": "state"}]},
            '"recipient" is missing.',
        ),
        (
            {"consent": [{"scopes": [], "recipient_kind": "role", "recipient": "TH:king"}]},
            '"recipient" has to be a country and a kind of office, such as TH:labour_authority.',
        ),
        (
            {"consent": [{"scopes": [], "recipient_kind": "office", "recipient": "The Office"}]},
            '"recipient" has to be the id of an office, such as th-dlpw.',
        ),
    ],
)
def test_what_is_wrong_is_said_in_plain_words(values: dict[str, Any], why: str) -> None:
    assert reason(PLAIN | values) == why


def test_a_line_that_never_ends_does_not_fill_the_memory() -> None:
    long = b'{"summary": "' + b"x" * 3 * published.LONGEST_LINE + b'"}'
    bad, good = read(long, PLAIN)
    assert isinstance(bad, BadLine)
    assert bad.reason == "It is longer than 200000 bytes."
    assert isinstance(good, Line)
    assert good.number == 2


def test_a_line_of_just_the_longest_length_is_read() -> None:
    raw = json.dumps(PLAIN).encode()
    padded = raw + b" " * (published.LONGEST_LINE - len(raw) - 1)
    assert [type(each) for each in read(padded, PLAIN)] == [Line, Line]


def test_amounts_are_exact() -> None:
    raw = json.dumps(PLAIN)[:-1] + ', "amounts": [{"what": "a", "amount": 0.1, "currency": "USD"}]}'
    (line,) = read(raw.encode())
    assert isinstance(line, Line)
    assert line.amounts == (Amount("a", Decimal("0.10"), "USD"),)
