"""What an archive says of itself, and the ways in which it can be wrong."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Final

FORMAT: Final = 1
FILE: Final = "manifest.json"


class BackupError(RuntimeError):
    """Something about a backup is not as it should be; the text is one sentence."""


class Stopped(RuntimeError):
    """Somebody asked to stop. What was copied stays, and need not be copied again."""


@dataclass(frozen=True)
class TableFile:
    """A table in the archive: its rows, their sum (see rows.Sum), and the hash of its file."""

    name: str
    rows: int
    sum: str
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What is in the archive. `keys` and `wrapping` are marks of the keys, never the keys.

    `files` are the sealed evidence files with their size and hash; `gone` those whose case was
    destroyed while the backup was made.
    """

    made_at: str
    version: str
    revision: str
    keys: str
    wrapping: dict[str, str]
    tables: list[TableFile] = field(default_factory=list)
    files: dict[str, tuple[int, str]] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)

    def dump(self) -> bytes:
        """Return the manifest as text in UTF-8."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=1).encode()


def load(text: bytes) -> Manifest:
    """Return the manifest of an archive; raise BackupError."""
    try:
        said: dict[str, Any] = json.loads(text)
        if said.pop("format") != FORMAT:
            raise BackupError("The backup was made by another version of Casework.")
        said["tables"] = [TableFile(**each) for each in said["tables"]]
        said["files"] = {path: (size, digest) for path, (size, digest) in said["files"].items()}
        return Manifest(**said)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BackupError("The list of what is in the backup cannot be read.") from error
