"""What letters say, in the language of whoever gets them.

To staff: references of cases and why, never a word of a case. To complainants: a constant text.
"""

from __future__ import annotations

from typing import Any, Final

from flask import current_app, render_template, url_for

from casework import i18n
from casework.channels.email import Mail
from casework.config import MailServer, Settings
from casework.i18n import gettext, ngettext
from casework.services.news import ToPerson
from casework.services.staff_letters import ToStaff
from casework.web.auth import unsubscribe, words
from casework.web.staff import words as staff_words

CASES: Final = ("notices/cases/subject.txt", "notices/cases/body.txt")
ACCOUNT: Final = ("notices/account/subject.txt", "notices/account/body.txt")
NEWS: Final = ("notices/news/subject.txt", "notices/news/body.txt")


def to_staff(server: MailServer, letter: ToStaff) -> Mail:
    """Return a mail to a member of staff."""
    settings: Settings = current_app.config["SETTINGS"]
    with (
        current_app.test_request_context(base_url=settings.address),
        i18n.in_locale(letter.language),
    ):
        return _about_account(server, letter) if letter.account else _about_cases(server, letter)


def _about_account(server: MailServer, letter: ToStaff) -> Mail:
    said = words.told(letter.account) if letter.account else ""
    link = url_for("auth.account", _external=True)
    subject, body = _texts(ACCOUNT, words=said, link=link)
    return Mail(server.sender, letter.email, subject, body)


def _about_cases(server: MailServer, letter: ToStaff) -> Mail:
    stop = unsubscribe.link(letter.staff_id)
    subject, body = _texts(
        CASES,
        lines=[
            (reference, staff_words.say(staff_words.NOTICE, kind))
            for reference, kind in letter.cases
        ],
        count=len({reference for reference, _ in letter.cases}),
        link=url_for("staff.cases", _external=True),
        stop=stop,
    )
    return Mail(server.sender, letter.email, subject, body, stop)


def to_person(sender: str, letter: ToPerson) -> Mail:
    """Return a mail to a complainant; a short message has the same words."""
    with current_app.test_request_context(), i18n.in_locale(letter.language):
        subject, body = _texts(NEWS)
    return Mail(sender, letter.address, subject, body)


def _texts(templates: tuple[str, str], **values: Any) -> tuple[str, str]:
    """Return subject and body. They are no pages: their words are not escaped."""
    spoken = {"_": gettext, "ngettext": ngettext}
    subject, body = (render_template(each, **spoken, **values) for each in templates)
    return " ".join(subject.split()), body.strip() + "\n"
