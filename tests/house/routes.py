"""Writes down every address of the application, for the list that test_routes.py holds it to.

    python -m tests.house.routes > tests/house/routes.txt

Read the difference before committing it: each new line is a door.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask

from casework.app import create_app
from casework.config import from_environment
from casework.web.access import Access, declared

UNSPOKEN = {"HEAD", "OPTIONS"}


def lines(app: Flask) -> list[str]:
    """Return a line for each address: methods, path, endpoint, what it takes to open it."""
    return sorted(
        f"{','.join(sorted((rule.methods or set()) - UNSPOKEN)):9} {rule.rule:45} "
        f"{rule.endpoint:28} {_needs(declared(app.view_functions[rule.endpoint]))}"
        for rule in app.url_map.iter_rules()
    )


def _needs(access: Access | None) -> str:
    if access is None:
        return "UNDECLARED"
    particular = access.area or access.action
    return f"{access.needs.value} {particular}" if particular else access.needs.value


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        settings = from_environment({"SECRET_KEY": "k" * 64}, Path(folder))
        sys.stdout.write("\n".join(lines(create_app(settings))) + "\n")
