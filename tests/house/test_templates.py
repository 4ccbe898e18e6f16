"""Templates: they parse, carry no inline code, and every one is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from tests.house.sources import PACKAGE, ROOT

TEMPLATES = ROOT / "templates"
ALL = sorted(str(path.relative_to(TEMPLATES)) for path in TEMPLATES.rglob("*") if path.is_file())
# Attributes that a content policy of 'self' refuses, and addresses that are code.
INLINE = re.compile(r"""<[^>]*\s(?:style|on[a-z]+)\s*=|javascript:|<style\b""", re.IGNORECASE)
SCRIPT = re.compile(r"<script\b(?P<attributes>[^>]*)>(?P<body>.*?)</script>", re.DOTALL)
# A way out may lead elsewhere; what a page loads or sends may not.
ELSEWHERE = re.compile(r"""(?:\bsrc|\baction|<link[^>]*\bhref)\s*=\s*["'](?:https?:)?//""")


def source(name: str) -> str:
    return (TEMPLATES / name).read_text("utf-8")


@pytest.mark.parametrize("database", ["sqlite"])
def test_every_template_parses(app: Flask) -> None:
    for name in ALL:
        app.jinja_env.get_template(name)


@pytest.mark.parametrize("name", ALL)
def test_no_template_holds_inline_code_or_calls_another_house(name: str) -> None:
    text = source(name)
    assert not INLINE.search(text)
    assert not ELSEWHERE.search(text)
    for script in SCRIPT.finditer(text):
        assert "src=" in script["attributes"]
        assert not script["body"].strip()


@pytest.mark.parametrize("name", [name for name in ALL if name.startswith("public/")])
def test_no_browser_keeps_what_is_typed_into_a_public_form(name: str) -> None:
    # Without this the list of open windows on the disk holds the story, also after leaving.
    for form in re.findall(r"<form\b[^>]*>", source(name)):
        assert 'autocomplete="off"' in form


@pytest.mark.parametrize("name", ALL)
def test_every_template_is_used(name: str) -> None:
    texts = [path.read_text("utf-8") for path in PACKAGE.rglob("*.py")]
    texts += [source(other) for other in ALL if other != name]
    # A folder of pages whose names are codes is used by its folder.
    folder, stem = str(Path(name).parent), Path(name).stem
    parts = (f'"{name}"', f"'{name}'", f'"{folder}/')
    used = any(parts[0] in text or parts[1] in text for text in texts)
    by_folder = any(parts[2] in text and ("{" in text or "+" in text) for text in texts)
    assert used or (by_folder and any(f'"{stem}"' in text for text in texts)), name
