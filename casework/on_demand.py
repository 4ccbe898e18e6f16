"""Libraries that most processes never need: they are loaded when something of them is asked for.

Each takes time at the start and room for as long as the process lives; a server that nobody signs
in to with a passkey needs none of what reads passkeys. Type checkers see the library itself:

    if TYPE_CHECKING:
        import webauthn
    else:
        webauthn = Library("webauthn")
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Library:
    """Stands for a module until it is used, and passes everything on to it."""

    def __init__(self, name: str) -> None:
        """Take the full name of the module."""
        self._name = name

    def __getattr__(self, name: str) -> Any:
        """Return what the module calls so; raise what loading it raises."""
        return getattr(import_module(self._name), name)
