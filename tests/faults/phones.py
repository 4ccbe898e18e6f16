"""Phones on bad lines: what they send is sent again until an answer comes, as people do."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, field
from typing import Final

import requests

from tests.public_way import WAGES

_TOKEN: Final = re.compile(r'name="[\w-]*csrf_token"[^>]*value="([^"]+)"')
_REFERENCE: Final = re.compile(r"\b[A-Z]{2}-\d{2}-\d{6}-\d\b")
_ANSWER_WITHIN: Final = 60  # seconds.
_TIRED_AFTER: Final = 300  # tries at one page.
_BROKEN: Final = 500


def form_token(page: requests.Response) -> str:
    """Return the token of the form on a page."""
    found = _TOKEN.search(page.text)
    assert found, f"there is no form at {page.url}: {page.status_code}"
    return found[1]


class Refused(Exception):
    """Somebody without patience got the answer that it is not saved."""


@dataclass
class Phone:
    """A browser that keeps its cookies; somebody patient asks until there is an answer.

    `cut` counts lines that broke; `faults` holds when an answer said that something is wrong,
    and `last` is the newest of them.
    """

    url: str
    lang: str = "en"
    patient: bool = True
    cut: int = 0
    faults: list[float] = field(default_factory=list)
    last: requests.Response | None = None
    step: str = "category"
    line: requests.Session = field(default_factory=requests.Session)

    def ask(self, method: str, path: str, **values: object) -> requests.Response:
        """Ask until there is an answer that is no fault; raise Refused without patience."""
        for _ in range(_TIRED_AFTER):
            try:
                answer = self._once(method, path, values)
            except requests.RequestException:
                self.cut += 1
            else:
                if answer.status_code < _BROKEN:
                    return answer
                self.faults.append(time.monotonic())
                self.last = answer
            if not self.patient:
                raise Refused
            time.sleep(0.2)
        raise AssertionError(f"no answer to {method} {path}")

    def _once(self, method: str, path: str, values: dict[str, object]) -> requests.Response:
        return self.line.request(
            method,
            f"{self.url}{path}",
            timeout=_ANSWER_WITHIN,
            allow_redirects=False,
            **values,  # type: ignore[arg-type]
        )

    def submit(self, path: str, typed: dict[str, object] | None = None) -> requests.Response:
        """Post a form with the token of its page."""
        data = {"csrf_token": form_token(self.ask("GET", path)), **(typed or {})}
        return self.ask("POST", path, data=data)

    def walk(self, first: str = "category", until: str = "check") -> None:
        """Fill in page after page from one until another is reached."""
        step = first
        while step != until:
            self.step = step
            answer = self.submit(f"/{self.lang}/complaint/{step}", {"do": "go", **WAGES[step]})
            assert answer.status_code == requests.codes.found, (step, answer.status_code)
            step = answer.headers["Location"].rsplit("/", 1)[1]
        self.step = step

    def add_file(self, name: str, content: bytes) -> None:
        """Add a file to the complaint."""
        path = f"/{self.lang}/complaint/files"
        data = {"csrf_token": form_token(self.ask("GET", path)), "do": "add"}
        answer = self.ask("POST", path, data=data, files={"file": (name, content, "image/png")})
        assert answer.status_code == requests.codes.found, answer.status_code

    def send(self) -> str:
        """Send the complaint; return the reference on the receipt: it is acknowledged now."""
        self.submit(f"/{self.lang}/complaint/check")
        receipt = self.ask("GET", f"/{self.lang}/receipt")
        found = _REFERENCE.search(receipt.text)
        assert found, f"no receipt: {receipt.status_code} {receipt.headers.get('Location')}"
        return found[0]
