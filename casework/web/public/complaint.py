"""The pages on which a complaint is told, one question after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from casework.db import db, transaction
from casework.services import drafts
from casework.web.access import public as open_to_all
from casework.web.public import consent, drafting, money, pages
from casework.web.public.blueprint import WRONG, public
from casework.web.public.steps import FIRST, Step, Way
from casework.web.public.telling import Telling

if TYPE_CHECKING:
    from casework.web.public.answers import Answers

GO: Final = "go"
BACK: Final = "back"
LATER: Final = "later"
SKIP: Final = "skip"


def way_of(answers: Answers) -> Way:
    """Return the way that these answers make."""
    return Way(Telling(db.session(), answers))


@public.get("/complaint/<step>")
@open_to_all
def step(step: str) -> ResponseReturnValue:
    """Show one page with what stands there already."""
    draft = drafting.current(db.session())
    if drafting.is_receipt(draft):
        return redirect(url_for("public.receipt"))
    way = way_of(drafting.answers(draft))
    here = way.find(step)
    if here is None or not way.reachable(here):
        return redirect(pages.address(way))
    return pages.show(way, here, way.form(here))


@public.post("/complaint/<step>")
@open_to_all
def answer(step: str) -> ResponseReturnValue:
    """Keep what was typed, right or wrong, and go where the pressed button leads."""
    draft = drafting.current(db.session())
    if drafting.is_receipt(draft):
        return redirect(url_for("public.receipt"))
    answers = drafting.answers(draft)
    way = way_of(answers)
    here = way.find(step)
    if here is None:
        return redirect(pages.address(way))
    if here is FIRST:
        return _choose(answers, way)
    return keep(answers, way, here, request.form.get("do", GO))


def _choose(answers: Answers, way: Way) -> ResponseReturnValue:
    """Take the first category: one tap goes on."""
    chosen = request.form.get("category", "")
    if chosen not in way.telling.taxonomy.codes:
        form = FIRST.build(way.telling, MultiDict())
        form.validate()
        return pages.show(way, FIRST, form), WRONG
    answers.choose(0, chosen)
    answers.keep(FIRST.name, MultiDict({"category": chosen}), ["category"])
    return _go_on(answers, way, FIRST)


def keep(answers: Answers, way: Way, here: Step, wish: str) -> ResponseReturnValue:
    """Keep what was typed on a page of the way, and go where the pressed button leads."""
    typed = MultiDict[str, str]() if wish == SKIP else MultiDict(request.form)
    changed = money.change_rows(typed, wish) if here.template == "money" else None
    fields = [field.name for field in here.build(way.telling, typed)]
    answers.keep(here.kept_as(way.telling), typed if changed is None else changed, fields)
    if wish == BACK:
        return _go(answers, pages.address_of(way.before(here.name)))
    if wish == LATER:
        return _later(answers)
    if changed is not None:
        return _go(answers, pages.address_of(here))
    if here.name == "more" and wish == GO and (added := _changed_problems(answers, way)):
        return _go(answers, added)
    return _go_on(answers, way, here)


def _changed_problems(answers: Answers, way: Way) -> str | None:
    """Add or take out a category; return the address that follows when a button asked for it."""
    added, dropped = request.form.get("category", ""), request.form.get("drop", "")
    if dropped:
        answers.drop(dropped)
        return url_for("public.step", step="more")
    if added not in way.telling.taxonomy.codes or added in answers.categories:
        return None
    answers.choose(len(answers.categories), added)
    # Whoever adds a problem is asked once more whether there is another.
    answers.tried = [name for name in answers.tried if name != "more"]
    details = [each for each in way.again().steps if each.place is not None]
    return pages.address_of(details[-1])


def _go_on(answers: Answers, before: Way, here: Step) -> ResponseReturnValue:
    """Go to the page that follows, or show this one again with what is wrong."""
    way = before.again()
    name = here.kept_as(way.telling)
    if name not in answers.tried:
        answers.tried.append(name)
    if here.asks:
        answers.asked[here.name] = consent.about(way.telling, here.name)
        # Which pages follow hangs on whom this one asked about.
        way = way.again()
    if way.done(here):
        return _go(answers, pages.address(way, way.after(here.name)))
    fresh = drafting.keep(answers)
    return drafting.hold(pages.show(way, here, way.form(here)), fresh), WRONG


def _go(answers: Answers, address: str) -> ResponseReturnValue:
    """Keep the answers and go on."""
    return drafting.hold(redirect(address), drafting.keep(answers))


def _later(answers: Answers) -> ResponseReturnValue:
    """Keep the answers and show the code that opens them again."""
    fresh = drafting.keep(answers)
    secret = drafting.secret(fresh)
    with transaction() as session:
        draft = drafting.current(session, lock=True, fresh=fresh)
        if draft is not None and draft.case_id is None:
            drafts.leave(draft, secret)
    return drafting.hold(redirect(url_for("public.later")), fresh)
