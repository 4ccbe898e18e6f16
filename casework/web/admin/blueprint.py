"""The blueprint of administration: settings and accounts, and never a word of a case."""

from __future__ import annotations

from typing import Any, Final

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.web.access import requires
from casework.web.admin import words

admin: Final = Blueprint("admin", __name__, url_prefix="/admin")
# A form that was not filled in rightly.
WRONG: Final = 422


@admin.get("/")
@requires(Permission.SETTINGS)
def home(actor: Actor) -> ResponseReturnValue:
    """Lead to where administration begins."""
    del actor
    return redirect(url_for("admin.accounts"))


@admin.context_processor
def _shared() -> dict[str, Any]:
    return {"a": words}
