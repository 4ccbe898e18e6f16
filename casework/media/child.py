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
# Seconds of work: what bursts is small, and what is large by nature, such as a photo of 48
# million points in HEIC, may take longer. Bytes of address space: such a photo needs half.
_SECONDS: Final = 1.6
_SECONDS_FOR_EACH_MEGABYTE: Final = 0.2
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
        _hurry(len(data))
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


def _hurry(size: int) -> None:
    """Set how long the process may work on so many bytes, and how much it may hold."""
    seconds = _SECONDS + _SECONDS_FOR_EACH_MEGABYTE * size / _MEGABYTE
    # Nobody answers the signal of this clock: it ends the process.
    signal.setitimer(signal.ITIMER_PROF, seconds)
    whole = int(seconds) + 2
    resource.setrlimit(resource.RLIMIT_CPU, (whole, whole))
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _lock_in() -> None:
    """Give up what a broken decoder could misuse: files, sockets, other programs."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    # Nothing can be opened any more, neither file nor socket; what is open stays usable.
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


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
