"""Every letter in every language; and what no letter says."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

from casework.cli import wording
from casework.config import MailServer
from casework.domain.languages import CODES
from casework.domain.letters import Channel
from casework.models import AccountNotice
from casework.services.news import ToPerson
from casework.services.own_notices import Told
from casework.services.staff_letters import ToStaff
from casework.web.staff import words
from tests.conftest import BEGINNING
from tests.house.sources import ROOT

FOLDER = ROOT / "templates" / "notices"
SERVER = MailServer("localhost", 25, "none", "casework@help.example")
# What a text may name: functions that translate, and for staff what `wording` gives.
TRANSLATING = {"_", "ngettext"}
FOR_STAFF = {"lines", "count", "link", "stop", "words"}
LONGEST_SMS = 160


def variables(app: Flask, path: Path) -> set[str]:
    parsed = app.jinja_env.parse(path.read_text("utf-8"))
    return meta.find_undeclared_variables(parsed)


def test_every_notice_has_a_folder_with_a_subject_and_a_body() -> None:
    found = {tuple(sorted(each.name for each in one.iterdir())) for one in FOLDER.iterdir()}
    assert found == {("body.txt", "subject.txt")}
    used = {path for pair in (wording.CASES, wording.ACCOUNT, wording.NEWS) for path in pair}
    assert used == {str(path.relative_to(ROOT / "templates")) for path in FOLDER.rglob("*.txt")}


def test_what_a_complainant_gets_holds_no_variable_at_all(app: Flask) -> None:
    for path in (FOLDER / "news").iterdir():
        assert variables(app, path) <= {"_"}, path
        assert "%(" not in path.read_text("utf-8")


def test_what_staff_get_holds_nothing_but_references_and_reasons(app: Flask) -> None:
    for path in FOLDER.rglob("*.txt"):
        assert variables(app, path) <= TRANSLATING | FOR_STAFF, path


@pytest.mark.parametrize("code", sorted(CODES))
def test_news_is_the_same_for_everybody_and_short(app: Flask, code: str) -> None:
    with app.app_context():
        mails = [
            wording.to_person("news@mail.example", ToPerson(Channel.SMS, address, code))
            for address in ("+66812345678", "sokha@mail.example")
        ]
    assert len({(mail.subject, mail.body, mail.sender, mail.stop) for mail in mails}) == 1
    said = f"{mails[0].subject} {mails[0].body}".casefold()
    assert mails[0].stop is None
    assert len(mails[0].body) <= LONGEST_SMS
    for word in ("casework", "complaint", "case ", "office", "http", "embassy", "%", "&#"):
        assert word not in said


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("kind", sorted(words.NOTICE))
def test_staff_read_of_cases_by_reference(app: Flask, code: str, kind: str) -> None:
    letter = ToStaff(7, "malee@cso.example", code, (("KH-26-000001-5", kind),) * 2)
    with app.app_context():
        mail = wording.to_staff(SERVER, letter)
    assert mail.body.count("KH-26-000001-5: ") == 2
    assert mail.stop is not None
    assert mail.stop in mail.body
    assert mail.stop.startswith("http://localhost/staff/no-more-mail/")
    assert "http://localhost/staff/cases" in mail.body
    assert "\n" not in mail.subject
    assert not [part for part in ("&#", "%(", "<", "{{") if part in mail.body]


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize("told", Told)
def test_staff_read_what_happened_to_their_account(app: Flask, code: str, told: Told) -> None:
    notice = AccountNotice(staff_id=7, kind=told.value, number=3, at=BEGINNING)
    letter = ToStaff(7, "malee@cso.example", code, account=notice)
    with app.app_context():
        mail = wording.to_staff(SERVER, letter)
    assert mail.stop is None, "nobody can stop this"
    assert "http://localhost/staff/account" in mail.body
