"""Styles, fonts and icons. Addresses carry the content's hash, so browsers keep them for good."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Final
from wsgiref.headers import Headers
from xml.etree import ElementTree as ET

from flask import Flask, current_app
from markupsafe import Markup
from whitenoise import WhiteNoise

from casework.web import headers

if TYPE_CHECKING:
    from casework.config import Settings

STATIC: Final = Path(__file__).resolve().parent.parent / "static"
# A room has one hash: a style that changes does not make phones load the fonts again.
ROOMS: Final = ("css", "fonts", "images", "js", "vendor")
_ASIDE: Final = frozenset({".gz", ".br"})
_SVG: Final = "{http://www.w3.org/2000/svg}"
_HASH_CHARACTERS: Final = 12
_TEN_YEARS: Final = 10 * 365 * 24 * 3600


def room_hash(folder: Path) -> str:
    """Return a short hash of the names and contents of the files in a folder."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        if path.suffix not in _ASIDE:
            digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:_HASH_CHARACTERS]


def read_icons(path: Path) -> dict[str, Markup]:
    """Return the drawings of the sprite by name, each to stand inline beside its word."""
    # The file is our own, shipped with the code.
    sprite = ET.parse(path).getroot()  # noqa: S314
    return {symbol.attrib["id"]: _inline(symbol) for symbol in sprite.iter(f"{_SVG}symbol")}


def _inline(symbol: ET.Element) -> Markup:
    inside = "".join(ET.tostring(child, encoding="unicode") for child in symbol)
    plain = inside.replace("ns0:", "").replace(f' xmlns:ns0="{_SVG[1:-1]}"', "")
    return Markup('<svg viewBox="%s" aria-hidden="true">%s</svg>') % (
        symbol.attrib["viewBox"],
        Markup(plain),  # noqa: S704 - drawn by us, see above.
    )


def init_app(app: Flask, settings: Settings) -> None:
    """Serve the files beside the application, and let templates name them."""

    def protected(answer: Headers, _path: str, _url: str) -> None:
        headers.protect(answer, https=settings.https)

    rooms = {name: room_hash(STATIC / name) for name in ROOMS}
    server = WhiteNoise(
        app.wsgi_app,
        max_age=_TEN_YEARS,
        allow_all_origins=False,
        add_headers_function=protected,
        immutable_file_test=lambda _path, _url: True,
    )
    for name, room in rooms.items():
        server.add_files(STATIC / name, f"static/{name}/{room}/")
    app.config["ROOMS"] = rooms
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals.update(
        static_url=static_url, icon=read_icons(STATIC / "icons.svg").__getitem__
    )


def static_url(path: str) -> str:
    """Return the address of a file such as css/public.css; its room has to be one of ROOMS."""
    room, _, name = path.partition("/")
    return f"/static/{room}/{current_app.config['ROOMS'][room]}/{name}"
