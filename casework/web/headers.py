"""What every answer tells the browser, and one thing that no request may be.

The referrer is sent nowhere: an address of ours would tell the next site where the person has
been. Forms therefore do not rest on the referrer: their token, the SameSite cookies and the
browser's own word on where the request comes from (Sec-Fetch-Site) protect them.
"""

from __future__ import annotations

from typing import Final, Protocol

from flask import Flask, Response, abort, current_app, g, request

POLICY: Final = (
    "default-src 'self'; frame-ancestors 'none'; form-action 'self'; base-uri 'none'; "
    "object-src 'none'"
)
EVERYWHERE: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": (
        "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A file of somebody else's: whatever it is, a browser may do nothing with it but keep it.
FILE_POLICY: Final = "default-src 'none'; frame-ancestors 'none'; sandbox"
# A page on which a person records their voice, and listens to it before it is sent.
RECORDING: Final = {
    "Content-Security-Policy": f"{POLICY}; media-src 'self' blob:",
    "Permissions-Policy": EVERYWHERE["Permissions-Policy"].replace(
        "microphone=()", "microphone=(self)"
    ),
}
# Two years, as browsers ask for before they take a site into the list they ship.
HTTPS_ONLY: Final = "max-age=63072000; includeSubDomains"
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
_OUR_OWN: Final = frozenset({"same-origin", "none"})


class Answer(Protocol):
    """The headers of an answer, of whichever server."""

    def __setitem__(self, name: str, value: str, /) -> None:
        """Set one header."""


def protect(headers: Answer, *, https: bool) -> None:
    """Put the security headers of every answer into `headers`."""
    for name, value in EVERYWHERE.items():
        headers[name] = value
    if https:
        headers["Strict-Transport-Security"] = HTTPS_ONLY


def init_app(app: Flask) -> None:
    """Send the headers with every answer, and refuse what another site makes a browser send."""
    app.before_request(_refuse_other_sites)
    app.before_request(_refuse_nameless)
    app.after_request(_finish)


def _refuse_other_sites() -> None:
    # Browsers too old to say where a request comes from still have to show the form's token.
    origin = request.headers.get("Sec-Fetch-Site", "same-origin")
    if request.method not in _SAFE and origin not in _OUR_OWN:
        abort(400)


def _refuse_nameless() -> None:
    # No browser sends a part of a form without a name, and no reader of forms expects one.
    if request.method not in _SAFE and (None in request.form or None in request.files):
        abort(400)


def _finish(response: Response) -> Response:
    protect(response.headers, https=current_app.config["SETTINGS"].https)
    # Nothing that a server made for one person may lie in a cache or on a shared telephone.
    response.headers["Cache-Control"] = "no-store"
    for name, value in g.get("own_headers", {}).items():
        response.headers[name] = value
    return response


def of_file() -> None:
    """Let the answer to this request be a file that a browser may only keep."""
    g.own_headers = {"Content-Security-Policy": FILE_POLICY}


def not_listed() -> None:
    """Let the page of this request be in no search engine's list."""
    g.own_headers = {"X-Robots-Tag": "noindex, nofollow"}


def let_record() -> None:
    """Let the page of this request use the microphone, and play what it has recorded."""
    g.own_headers = RECORDING
