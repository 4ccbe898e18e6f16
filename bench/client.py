"""A browser for measuring: keeps its connection and cookies, fills in forms, takes the time."""

from __future__ import annotations

import gzip
import http.client
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

_TOKEN: Final = re.compile(r'name="csrf(?:_token|middlewaretoken)"[^>]*value="([^"]+)"')
_FORM: Final = "application/x-www-form-urlencoded"
_PATIENCE: Final = 120  # seconds until an answer is given up.


class Failed(AssertionError):
    """A page was not what it should have been."""


@dataclass(frozen=True)
class Answer:
    """What came back: status, body, bytes on the wire, where to, and how many seconds it took."""

    status: int
    text: str
    size: int
    location: str
    seconds: float

    @property
    def token(self) -> str:
        """The token of the form on the page."""
        found = _TOKEN.search(self.text)
        if found is None:
            raise Failed("there is no form on the page")
        return found[1]


class Browser:
    """One visitor of the server at a port of this machine."""

    def __init__(self, port: int, cookies: Mapping[str, str] | None = None) -> None:
        self.port, self.cookies = port, dict(cookies or {})
        self.connection = self._connected()

    def _connected(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=_PATIENCE)

    def get(self, path: str, status: int = 200) -> Answer:
        """Read a page; raise Failed when the status is another."""
        return self._ask("GET", path, None, status)

    def post(self, path: str, data: Mapping[str, Any], status: int = 302) -> Answer:
        """Send a form; raise Failed when the status is another."""
        return self._ask("POST", path, urlencode(data, doseq=True), status)

    def _ask(self, method: str, path: str, body: str | None, status: int) -> Answer:
        headers = {
            "Accept-Encoding": "gzip",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        } | ({"Content-Type": _FORM} if body is not None else {})
        started = time.perf_counter()
        try:
            raw, response = self._exchange(method, path, body, headers)
        except (http.client.HTTPException, ConnectionError):
            # The server closes a connection that was quiet for a while; a browser tries once more.
            self.connection.close()
            self.connection = self._connected()
            raw, response = self._exchange(method, path, body, headers)
        seconds = time.perf_counter() - started
        self._keep_cookies(response)
        text = _opened(raw, response.getheader("Content-Encoding", ""))
        if response.status != status:
            raise Failed(f"{method} {path}: {response.status}\n{text[:2000]}")
        return Answer(
            response.status, text, len(raw), response.getheader("Location") or "", seconds
        )

    def _exchange(
        self, method: str, path: str, body: str | None, headers: Mapping[str, str]
    ) -> tuple[bytes, http.client.HTTPResponse]:
        self.connection.request(method, path, body, dict(headers))
        response = self.connection.getresponse()
        return response.read(), response

    def _keep_cookies(self, response: http.client.HTTPResponse) -> None:
        for line in response.headers.get_all("Set-Cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value


def _opened(raw: bytes, encoding: str) -> str:
    if encoding == "gzip":
        raw = gzip.decompress(raw)
    return raw.decode("utf-8", "replace")
