"""The blueprint of the public pages; their addresses begin with the language."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

public: Final = Blueprint("public", __name__, url_prefix="/<lang:lang>")
# What a browser is asked to forget of us when somebody leaves (W3C Clear Site Data).
EVERYTHING: Final = '"cache", "cookies", "storage"'
# A page whose form was not filled in rightly.
WRONG: Final = 422
