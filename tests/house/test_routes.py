"""Every address declares who may open it, and there is none that nobody has written down."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from casework.domain.areas import Permission
from casework.web.access import Needs, declared
from tests.house import routes

PINNED = Path(__file__).parent / "routes.txt"


def test_every_endpoint_declares_its_access(app: Flask) -> None:
    undeclared = {e for e, view in app.view_functions.items() if declared(view) is None}
    assert undeclared == set()


def test_the_addresses_are_those_that_are_written_down(app: Flask) -> None:
    found, pinned = routes.lines(app), PINNED.read_text("utf-8").splitlines()
    new, gone = sorted(set(found) - set(pinned)), sorted(set(pinned) - set(found))
    assert (new, gone) == ([], []), "see tests/house/routes.py for how to write them down"


def test_what_stands_below_staff_is_not_for_everybody(app: Flask) -> None:
    open_to_all = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/staff") and _needs(app, rule.endpoint) is Needs.NOTHING
    }
    assert open_to_all == {
        "auth.sign_in",
        "auth.sign_out",
        "auth.invitation",
        "auth.passkey",
        "auth.passkey_question",
        "auth.provider_sign_in",
        "auth.provider_return",
        "auth.unsubscribe",
        "auth.stop_mail",
    }


def test_what_an_administrator_opens_is_for_administrators(app: Flask) -> None:
    for rule in app.url_map.iter_rules():
        access = declared(app.view_functions[rule.endpoint])
        if rule.rule.startswith("/staff/admin") or rule.endpoint.startswith("admin."):
            assert access is not None
            assert access.area is Permission.SETTINGS, rule


def test_no_secret_of_a_case_stands_in_an_address(app: Flask) -> None:
    # An administrator's `code` names a country or a rule.
    rules = [rule for rule in app.url_map.iter_rules() if not rule.endpoint.startswith("admin.")]
    arguments = {name for rule in rules for name in rule.arguments}
    assert not arguments & {"code", "tracking_code", "name", "telephone", "story", "q", "query"}


def _needs(app: Flask, endpoint: str) -> Needs | None:
    access = declared(app.view_functions[endpoint])
    return access.needs if access else None
