"""The blueprint of the supervisor's pages."""

from __future__ import annotations

from typing import Final

from flask import Blueprint

supervisor: Final = Blueprint("supervisor", __name__, url_prefix="/staff")
