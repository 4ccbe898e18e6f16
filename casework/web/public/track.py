"""Giving the code, and the page that says where the case is."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.domain.facts import Actor
from casework.models import Case
from casework.web.access import public as open_to_all
from casework.web.access import requires_complainant
from casework.web.public.blueprint import public


@public.get("/case")
@open_to_all
def track() -> ResponseReturnValue:
    return redirect(url_for("public.home"))


@public.get("/case/status")
@requires_complainant()
def status(actor: Actor, case: Case) -> ResponseReturnValue:
    return render_template("public/later.html", case=case, actor=actor)
