"""One HTTP request to a server that an administrator has named; it is followed nowhere else."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from contextlib import closing, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection, InvalidURL
from socket import SHUT_RDWR
from typing import Final
from urllib.parse import urlsplit

from casework.channels.patience import Patience, ends
from casework.channels.trouble import Never, TryAgain
from casework.config import encrypted
from casework.domain.letters import Trouble

_DONE: Final = range(200, 300)
# The server is at fault, or busy, or has not been told yet who we are: that is put right there.
_LATER: Final = frozenset({408, 425, 429, *range(500, 600)})
_NOT_US: Final = frozenset({401, 403, 407})


def post(url: str, body: bytes, headers: Mapping[str, str], patience: Patience) -> None:
    """Send a body to an address and take any 2xx for a yes; raise TryAgain or Never."""
    if not encrypted(url):
        raise Never(Trouble.ADDRESS)
    try:
        status = _asked(url, body, headers, patience)
    except TimeoutError as error:
        raise TryAgain(Trouble.LATE) from error
    except OSError as error:
        raise TryAgain(Trouble.DOWN) from error
    except (InvalidURL, ValueError) as error:
        raise Never(Trouble.ADDRESS) from error
    except HTTPException as error:
        raise TryAgain(Trouble.DOWN) from error
    if status in _NOT_US:
        raise TryAgain(Trouble.REFUSED)
    if status in _LATER:
        raise TryAgain(Trouble.BUSY)
    if status not in _DONE:
        raise Never(Trouble.REFUSED)


def _asked(url: str, body: bytes, headers: Mapping[str, str], patience: Patience) -> int:
    """Return the status of the answer; what it says is not read."""
    parts = urlsplit(url)
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    with closing(_connection(url, patience)) as server:

        def cut() -> None:
            if server.sock is not None:
                with suppress(OSError):
                    server.sock.shutdown(SHUT_RDWR)

        with ends(patience, cut):
            server.request("POST", target, body, dict(headers))
            return server.getresponse().status


def _connection(url: str, patience: Patience) -> HTTPConnection:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port
    if parts.scheme == "http":
        return HTTPConnection(host, port, timeout=patience.step)
    return HTTPSConnection(host, port, timeout=patience.step, context=ssl.create_default_context())
