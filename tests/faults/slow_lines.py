"""Phones at two kilobytes a second, hundreds at once: what each sends takes its time."""

from __future__ import annotations

import asyncio
import contextlib
import time
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import urlsplit

BYTES_A_SECOND: Final = 2_000
_PIECE: Final = 250
_END: Final = b"\r\n\r\n"


@dataclass
class Lines:
    """Slow phones at a server; each sends one prepared request over and over."""

    url: str
    cookies: list[str]
    body: bytes
    content_type: str
    path: str
    answered: dict[int, int] = field(default_factory=dict)
    broken: int = 0

    def _request(self, cookie: str) -> bytes:
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {urlsplit(self.url).netloc}\r\n"
            f"Content-Type: {self.content_type}\r\nContent-Length: {len(self.body)}\r\n"
            f"Cookie: {cookie}\r\nConnection: close\r\n\r\n"
        )
        return head.encode("ascii") + self.body

    async def _phone(self, cookie: str, begin_after: float) -> None:
        await asyncio.sleep(begin_after)
        parts = urlsplit(self.url)
        whole = self._request(cookie)
        while True:
            reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
            try:
                for at in range(0, len(whole), _PIECE):
                    writer.write(whole[at : at + _PIECE])
                    await writer.drain()
                    await asyncio.sleep(_PIECE / BYTES_A_SECOND)
                status = int((await reader.readuntil(b"\r\n")).split()[1])
                self.answered[status] = self.answered.get(status, 0) + 1
                async for _line in reader:
                    await asyncio.sleep(_PIECE / BYTES_A_SECOND)
            except (OSError, asyncio.IncompleteReadError):
                self.broken += 1
                await asyncio.sleep(0.2)
            finally:
                writer.close()

    @contextlib.asynccontextmanager
    async def busy(self):  # type: ignore[no-untyped-def]
        """Let all phones send for as long as the block lasts."""
        whole = len(self._request(self.cookies[0])) / BYTES_A_SECOND
        tasks = [
            asyncio.create_task(self._phone(cookie, whole * n / len(self.cookies)))
            for n, cookie in enumerate(self.cookies)
        ]
        await asyncio.sleep(whole + 1)
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)


async def seconds_of(url: str, path: str, cookie: str, times: int) -> list[float]:
    """Ask for a page again and again, as at a desk; return how long each took."""
    parts = urlsplit(url)
    request = (
        f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nCookie: {cookie}\r\n"
        "Connection: close\r\n\r\n"
    )
    found = []
    for _ in range(times):
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        writer.write(request.encode("ascii"))
        answer = await asyncio.wait_for(reader.read(), 60)
        found.append(time.perf_counter() - begun)
        writer.close()
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        await asyncio.sleep(0.05)
    return found
