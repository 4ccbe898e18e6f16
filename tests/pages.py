"""A browser for tests that fails when a page is not whole, whatever the test is about."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, Final

import html5lib
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from casework.models import Case, Staff
from casework.services import logins

_TOKEN: Final = re.compile(r'name="[\w-]*csrf_token"[^>]*value="([^"]+)"')
_EACH_TIME_ANEW: Final = re.compile(r'name="[\w-]*csrf_token"[^>]*value="[^"]+"|nonce="[^"]+"')
_NAMES_OTHER: Final = ("for", "aria-describedby", "aria-labelledby")


class CheckedClient(FlaskClient):
    """A client that looks at every page it gets; `faults` lets it get one of our own faults."""

    faults = False

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        response = super().open(*args, **{"buffered": True, **kwargs})
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            assert self.faults or response.status_code < 500
            check_page(response)
        return response

    def submit(
        self, path: str, data: dict[str, Any] | None = None, page: str | None = None
    ) -> TestResponse:
        """Post a form with the token of the page that it stands on (the same path, unless told)."""
        token = _TOKEN.search(self.get(page or path).text)
        assert token, "there is no form on the page"
        return self.post(path, data={"csrf_token": token[1], **(data or {})})

    def enter(self, session: Session, staff: Staff) -> None:
        """Sign a member of staff in; this commits the test's session."""
        now = self.application.config["CLOCK"]()
        token = logins.begin_for_staff(session, now, staff, factor=True)
        session.commit()
        self.set_cookie("desk", token)

    def open_case(self, session: Session, case: Case) -> None:
        """Open a case as if its tracking code had been given; this commits the test's session."""
        token = logins.begin_for_case(session, self.application.config["CLOCK"](), case)
        session.commit()
        self.set_cookie("visit", token)


def said(response: TestResponse) -> str:
    """Return what a page says, without what is made anew for each: two pages can be compared."""
    return _EACH_TIME_ANEW.sub("", response.text)


def check_page(response: TestResponse) -> None:
    """Fail unless a page is whole: valid, named, in a language, without anything inline."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    page = parser.parse(response.text)
    assert not parser.errors, parser.errors
    assert page.get("lang"), "a page says its language"
    assert (page.findtext("head/title") or "").strip(), "a page has a title"
    assert len(list(page.iter("h1"))) == 1, "a page has one heading of the first level"
    elements = list(page.iter())
    ids = Counter(e.get("id") for e in elements if e.get("id"))
    assert max(ids.values(), default=1) == 1, [i for i, times in ids.items() if times > 1]
    named = {i for e in elements for a in _NAMES_OTHER for i in (e.get(a) or "").split()}
    assert named <= set(ids), f"named but not there: {named - set(ids)}"
    inline = [a for e in elements for a in e.keys() if a == "style" or a.startswith("on")]  # noqa: SIM118
    assert not inline, "the content policy forbids inline styles and scripts"
    assert response.headers["Cache-Control"] == "no-store"
    assert "default-src 'self'" in response.headers["Content-Security-Policy"]
    for form in page.iter("form"):
        tokens = [i for i in form.iter("input") if (i.get("name") or "").endswith("csrf_token")]
        assert form.get("method") != "post" or tokens, "a form that changes something has a token"
