"""The first page in a language, beginning again, and leaving in a hurry."""

from __future__ import annotations

from typing import Any

from flask import make_response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.services import drafts
from casework.web import context, sessions
from casework.web.access import public as open_to_all
from casework.web.public import drafting, pages
from casework.web.public.blueprint import EVERYTHING, public
from casework.web.public.steps import Way
from casework.web.public.telling import Telling
from casework.web.sessions import Visitor


@public.context_processor
def _campaign() -> dict[str, Any]:
    return {"at": drafting.campaign() or None}


@public.get("/")
@open_to_all
def home() -> ResponseReturnValue:
    """Say what this is; offer to begin, to go on with a draft, to see a case."""
    draft = drafting.begun()
    way = Way(Telling(db.session(), drafting.answers(draft)))
    return render_template(
        "public/home.html",
        goes_on_at=pages.address(way) if draft else "",
        sent=drafting.sent(),
        danger=pages.danger(way.telling.destination, way),
    )


@public.post("/complaint/again")
@open_to_all
def again() -> ResponseReturnValue:
    """Begin anew: an unsent draft is deleted, a receipt is only let go."""
    if drafting.begun() is not None:
        with transaction() as session:
            drafts.discard(session, drafting.token())
    first = url_for("public.step", step="category", at=drafting.campaign() or None)
    return drafting.drop(redirect(first))


@public.post("/leave")
@open_to_all
def leave() -> ResponseReturnValue:
    """Forget everything at this browser and go to a page that says nothing."""
    sessions.forget(Visitor.COMPLAINANT)
    response = make_response(render_template("public/leave.html"))
    response.headers["Refresh"] = f"0; url={context.elsewhere()}"
    response.headers["Clear-Site-Data"] = EVERYTHING
    return drafting.drop(response)
