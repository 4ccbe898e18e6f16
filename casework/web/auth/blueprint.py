"""The blueprint of signing in and of one's own account."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

auth: Final = Blueprint("auth", __name__, url_prefix="/staff")
# A page that is shown again because something in its form is wrong.
WRONG: Final = 422
# A page that is shown again because there were too many tries.
LATER: Final = 429
