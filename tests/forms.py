"""Filling in forms as a browser does: what stands in them is sent unless somebody changed it."""

from __future__ import annotations

import re
from typing import Any

from werkzeug.test import TestResponse

from tests.pages import CheckedClient


def text(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def form_of(page: str) -> dict[str, Any]:
    """Return what a form would send if nobody changed it."""
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input[^>]*>", page):
        name, value = re.search(r'name="([^"]+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and value and ("checkbox" not in tag or " checked" in tag):
            found.setdefault(name[1], []).append(value[1])
    for name, body in re.findall(
        r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.DOTALL
    ):
        found[name] = [body]
    for name, body in re.findall(r'<select[^>]*name="([^"]+)".*?>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', body) or re.search(r'value="([^"]*)"', body)
        found[name] = [chosen[1] if chosen else ""]
    found.pop("csrf_token", None)
    return found


def edit(client: CheckedClient, path: str, **changed: Any) -> TestResponse:
    return client.submit(path, {**form_of(client.get(path).text), **changed})
