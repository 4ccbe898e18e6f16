"""How messages leave the house, as the environment says it."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.config import MailServer, Outgoing, SmsGateway, UnusableSetting, from_environment

MAIL = {
    "CASEWORK_ADDRESS": "https://help.example",
    "CASEWORK_SMTP": "mail.example",
    "CASEWORK_SMTP_FROM": "Casework <casework@help.example>",
}
SMS = {"CASEWORK_SMS_URL": "https://sms.example/v1", "CASEWORK_SMS_BODY": "to={to}&text={text}"}


def outgoing(folder: Path, environ: dict[str, str]) -> Outgoing:
    return from_environment(environ, folder).outgoing


def test_without_a_word_nothing_leaves(tmp_path: Path) -> None:
    assert outgoing(tmp_path, {}) == Outgoing(None, None)


def test_a_mail_server(tmp_path: Path) -> None:
    sender = "Casework <casework@help.example>"
    assert outgoing(tmp_path, MAIL).mail == MailServer("mail.example", 587, "starttls", sender)
    more = {
        "CASEWORK_SMTP": "mail.example:2525",
        "CASEWORK_SMTP_TLS": "tls",
        "CASEWORK_SMTP_USER": "us",
        "CASEWORK_SMTP_PASSWORD": "hush hush",
        "CASEWORK_SMTP_FROM_NEUTRAL": "news@mail.example",
    }
    found = outgoing(tmp_path, MAIL | more).mail
    assert found == MailServer(
        "mail.example", 2525, "tls", sender, "news@mail.example", "us", "hush hush"
    )
    assert "hush" not in repr(found)


def test_a_mail_server_on_this_machine_need_not_encrypt(tmp_path: Path) -> None:
    found = outgoing(
        tmp_path, MAIL | {"CASEWORK_SMTP": "[::1]:25", "CASEWORK_SMTP_TLS": "none"}
    ).mail
    assert found is not None
    assert (found.host, found.port) == ("::1", 25)


@pytest.mark.parametrize("body", ["to={to}&text={text}", '{"to": "{to}", "text": "{text}"}'])
def test_a_gateway(tmp_path: Path, body: str) -> None:
    given = SMS | {"CASEWORK_SMS_BODY": body, "CASEWORK_SMS_HEADER": "Authorization: Bearer hush"}
    found = outgoing(tmp_path, given).sms
    assert found == SmsGateway("https://sms.example/v1", body, ("Authorization", "Bearer hush"))
    assert "hush" not in repr(found)
    bare = outgoing(tmp_path, SMS).sms
    assert bare is not None
    assert bare.header is None


@pytest.mark.parametrize(
    ("given", "named"),
    [
        (MAIL | {"CASEWORK_SMTP_FROM": ""}, "CASEWORK_SMTP_FROM"),
        (MAIL | {"CASEWORK_ADDRESS": ""}, "CASEWORK_ADDRESS"),
        (MAIL | {"CASEWORK_SMTP_TLS": "yes"}, "CASEWORK_SMTP_TLS"),
        (MAIL | {"CASEWORK_SMTP_TLS": "none"}, "CASEWORK_SMTP_TLS"),
        (MAIL | {"CASEWORK_SMTP_USER": "us"}, "CASEWORK_SMTP_PASSWORD"),
        (MAIL | {"CASEWORK_SMTP": "smtp://mail.example"}, "CASEWORK_SMTP "),
        (MAIL | {"CASEWORK_SMTP": "mail.example:mail"}, "CASEWORK_SMTP "),
        (MAIL | {"CASEWORK_SMTP": ":25"}, "CASEWORK_SMTP "),
        (MAIL | {"CASEWORK_SMTP_FROM": "Casework"}, "CASEWORK_SMTP_FROM "),
        (MAIL | {"CASEWORK_SMTP_FROM_NEUTRAL": "a@b\nBcc: c@d"}, "CASEWORK_SMTP_FROM_NEUTRAL"),
        (SMS | {"CASEWORK_SMS_URL": "http://sms.example"}, "CASEWORK_SMS_URL"),
        (SMS | {"CASEWORK_SMS_BODY": "to={to}"}, "CASEWORK_SMS_BODY"),
        (SMS | {"CASEWORK_SMS_BODY": "{to}{text}"}, "CASEWORK_SMS_BODY"),
        (SMS | {"CASEWORK_SMS_HEADER": "Bearer secret"}, "CASEWORK_SMS_HEADER"),
    ],
)
def test_a_wrong_one_is_named(tmp_path: Path, given: dict[str, str], named: str) -> None:
    with pytest.raises(UnusableSetting) as caught:
        from_environment(given, tmp_path)
    assert named in f"{caught.value} "
    assert "secret" not in str(caught.value).replace("Bearer secret.", "")
