"""What a member of staff does in a browser, by addresses and names of fields."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.conftest import press, sign_in


@dataclass
class Desk:
    """A browser at a desk, and who sits at it."""

    page: Page

    def enter(self, email: str) -> Desk:
        """Sign in."""
        sign_in(self.page, email)
        return self

    def queue(self) -> str:
        """Return the text of the list of cases."""
        self.page.goto("/staff/cases")
        return self.page.locator("main").inner_text()

    def status_of(self, path: str) -> int:
        """Return the status with which an address answers."""
        answer = self.page.goto(path)
        assert answer is not None
        return answer.status

    def case(self, reference: str) -> Page:
        """Open a case."""
        assert self.status_of(f"/staff/cases/{reference}") == 200
        return self.page

    def do(self, reference: str, deed: str, **values: str) -> None:
        """Take an action on a case through its form, and come back to the case."""
        assert self.status_of(f"/staff/cases/{reference}/{deed}") == 200, deed
        for name, value in values.items():
            found = self.page.locator(f"main form[method=post] [name='{name}']")
            if found.first.get_attribute("type") in {"radio", "checkbox"}:
                self.page.locator(f"main [name='{name}'][value='{value}']").check()
            elif found.first.evaluate("e => e.tagName") == "SELECT":
                found.first.select_option(value)
            else:
                found.first.fill(value)
        press(self.page.locator("main form[method=post] button.btn").last)
        self.page.wait_for_url(f"**/staff/cases/{reference}")
