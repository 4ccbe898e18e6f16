"""The secret that signs cookies: given, or made at the first start and kept."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path
from typing import Final

from casework.config.checks import UnusableSetting

SECRET_BYTES: Final = 32
_SHORTEST_SECRET: Final = 32


def secret_key(text: str, instance: Path) -> str:
    """Return the secret that is given, or the one that is kept in the instance folder."""
    secret = text or _kept_secret(instance / "secret_key")
    if len(secret) < _SHORTEST_SECRET:
        raise UnusableSetting(f"SECRET_KEY has to have at least {_SHORTEST_SECRET} characters.")
    return secret


def _kept_secret(path: Path) -> str:
    """Return the secret in the file; make it first, readable by its owner only."""
    try:
        if not path.exists():
            _make_secret(path)
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise UnusableSetting(f"Cannot keep a secret in {path}: {error.strerror}.") from error


def _make_secret(path: Path) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
    try:
        # A link appears whole or not at all: of two first starts at once, one wins for both.
        Path(path).hardlink_to(name)
    except FileExistsError:
        pass
    finally:
        Path(name).unlink()
