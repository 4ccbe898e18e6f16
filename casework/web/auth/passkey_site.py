"""Where passkeys are good: at the address that people know the installation by."""

from __future__ import annotations

import ipaddress
from typing import Final
from urllib.parse import urlsplit

from flask import Response, abort, current_app, request

from casework.services.passkey_answers import Site
from casework.web.auth import waiting

_USUAL: Final = {"http": 80, "https": 443}


def here() -> Site | None:
    """Return the site; None where it has no name: passkeys are never good for a bare number."""
    address = current_app.config["SETTINGS"].address or request.host_url
    parts = urlsplit(address)
    host = (parts.hostname or "").lower()
    if _is_number(host):
        return None
    port = "" if parts.port in {None, _USUAL[parts.scheme]} else f":{parts.port}"
    return Site(host, f"{parts.scheme}://{host}{port}")


def needed() -> Site:
    """Return the site, or end the request where passkeys cannot be used."""
    return here() or abort(404)


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return not host
    return True


def ask(question: tuple[str, str]) -> Response:
    """Answer the script with a question, and let the browser hold its token."""
    token, options = question
    waiting.hold(token)
    return Response(options, mimetype="application/json")
