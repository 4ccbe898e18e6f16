"""The process in which files are opened: reads one from its input, writes the copies to its output.

It is started by convert.py, once for each file. The answer is one line of JSON, then the bytes
of the shared copy, then those of the preview.
"""

from __future__ import annotations

import importlib
import json
import os
import resource
import signal
import sys
import warnings
from collections.abc import Callable
from typing import Final

from casework.media import sniff
from casework.media.kinds import Cleaned, Form, Kind, Refused, Why

_MEGABYTE: Final = 1024 * 1024
# Seconds of work, and bytes of address space: a photo of 50 million points needs half of both.
_SECONDS: Final = 1.8
_MEMORY: Final = 1024 * _MEGABYTE
_CLEANERS: Final = {
    Kind.PHOTO: "photo",
    Kind.PDF: "pdf",
    Kind.DOCUMENT: "office",
    Kind.TEXT: "text",
    Kind.VOICE: "sound",
    Kind.VIDEO: "sound",
}
type_of_cleaner = Callable[[bytes, Form], Cleaned]


def main() -> None:
    """Answer for the file on the standard input."""
    try:
        # A hostile file can make a library warn; what it warns of is the file's text.
        warnings.simplefilter("ignore")
        data = sys.stdin.buffer.read()
        form = sniff.sniff(data)
        cleaner: type_of_cleaner = importlib.import_module(
            f"casework.media.{_CLEANERS[form.kind]}"
        ).clean
        _lock_in()
        answer = _answer(cleaner(data, form))
    except Refused as refused:
        answer = _refusal(refused.why)
    except (MemoryError, RecursionError):
        answer = _refusal(Why.BOMB)
    except Exception:  # noqa: BLE001 - whatever a decoder trips over, the file is at fault.
        answer = _refusal(Why.DAMAGED)
    _say(answer)


def _lock_in() -> None:
    """Give up what a broken decoder could misuse: files, sockets, other programs, time, memory."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (3, 3))
    # Nothing can be opened any more, neither file nor socket; what is open stays usable.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    # Nobody answers this signal: it ends the process.
    signal.setitimer(signal.ITIMER_PROF, _SECONDS)


def _answer(made: Cleaned) -> list[bytes]:
    head = {
        "original": made.original.media_type,
        "shared": made.shared_form.media_type,
        "size": len(made.shared),
        "preview": len(made.preview or b""),
    }
    return [json.dumps(head).encode() + b"\n", made.shared, made.preview or b""]


def _refusal(why: Why) -> list[bytes]:
    return [json.dumps({"refused": why.value}).encode() + b"\n"]


def _say(answer: list[bytes]) -> None:
    for piece in answer:
        rest = memoryview(piece)
        while rest:
            rest = rest[os.write(1, rest) :]


if __name__ == "__main__":
    main()
