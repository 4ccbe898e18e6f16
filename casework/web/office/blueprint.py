"""The blueprint of the pages that a packet leads to; their addresses begin with the language."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

from casework.web import headers

office: Final = Blueprint("office", __name__, url_prefix="/<lang:lang>/office")
# A page whose form was not filled in rightly, and one that is not there.
WRONG, NOT_FOUND = 422, 404

office.before_request(headers.not_listed)
