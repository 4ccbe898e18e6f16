"""The blueprint of the public pages; their addresses begin with the language."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

public: Final = Blueprint("public", __name__, url_prefix="/<lang:lang>")
# A page whose form was not filled in rightly.
WRONG: Final = 422
