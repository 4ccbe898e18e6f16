"""What a worker does on a phone, by the names of fields: the same in every language."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from playwright.sync_api import Page

from tests.browser.conftest import press

ANY: Final[dict[str, dict[str, str]]] = {
    "category": {},
    "details": {},
    "story": {"story": "The factory has not paid us since August."},
    "more": {},
    "where": {"origin": "KH", "destination": "TH", "place": "Pathum Thani"},
    "responsible": {"agency": "CDM Trading Manpower", "employer": "KCT", "official": "no"},
    "owed": {"rows-0-amount": "9000", "rows-0-currency": "THB"},
    "paid": {},
    "embassy": {"result": "no_answer"},
    "wants": {},
    "files": {},
    "you": {"filed_by": "self", "naming": "named", "name": "Sok Dara"},
    "contact": {"safe_now": "yes", "way": "message"},
    "office": {"answer": "send"},
    "identity": {"answer": "keep"},
    "authority": {"answer": "keep"},
    "higher": {"answer": "send"},
    "count": {"answer": "send"},
}


@dataclass
class Worker:
    """A person with a phone, a language and a story."""

    page: Page
    language: str
    said: dict[str, dict[str, str]] = field(default_factory=dict)
    look: Callable[[Page], None] = lambda _page: None

    def file(self, category: str) -> tuple[str, str]:
        """Tell the whole complaint; return the case reference and the tracking code."""
        self.page.goto(f"/{self.language}/complaint/category")
        self.look(self.page)
        press(self.page.locator(f"button[value={category}]"))
        while (step := self.step()) != "check":
            self.look(self.page)
            self.answer(step)
        self.look(self.page)
        press(self.page.locator("main form button.btn"))
        self.page.wait_for_url("**/receipt*")
        self.look(self.page)
        code = "".join(self.page.locator(".code span").all_inner_texts())
        return self.page.locator("main .ref").first.inner_text(), code

    def step(self) -> str:
        """Return the name of the page that is open."""
        return self.page.url.rsplit("/", 1)[1].split("?")[0]

    def answer(self, step: str) -> None:
        """Fill in a page and go on."""
        for name, value in {
            **ANY[step.split("-", maxsplit=1)[0]],
            **self.said.get(step, {}),
        }.items():
            self.put(name, value)
        press(self.page.locator("button[name=do][value=go]").last)

    def put(self, name: str, value: str) -> None:
        """Fill one field, whatever kind it is; a field that is not there is not asked."""
        found = self.page.locator(f"main [name='{name}']")
        if found.count() == 0:
            return
        kind = found.first.evaluate("e => e.type || e.tagName")
        if kind in {"radio", "checkbox"}:
            self.page.locator(f"main [name='{name}'][value='{value}']").check()
        elif kind == "select-one":
            found.first.select_option(value)
        else:
            found.first.fill(value)

    def open(self, code: str) -> None:
        """Open the case with its code, on a phone that does not remember it."""
        self.page.context.clear_cookies()
        self.page.goto(f"/{self.language}/case")
        self.look(self.page)
        self.page.locator("main input[name=code]").fill(code)
        press(self.page.locator("main form button.btn").first)
        self.page.wait_for_url("**/case/status*")
        self.look(self.page)
