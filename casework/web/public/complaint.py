"""The pages on which a complaint is told, one question after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict

from casework import i18n
from casework.db import db, transaction
from casework.services import drafts
from casework.web import clock
from casework.web.access import public as open_to_all
from casework.web.public import check, consent, drafting, filing, money, pages
from casework.web.public.blueprint import WRONG, public
from casework.web.public.steps import CHECK, FIRST, Step, Way
from casework.web.public.telling import Telling

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Draft
    from casework.web.public.answers import Answers
    from casework.web.public.forms import PageForm

_BACK: Final = "back"
_LATER: Final = "later"
_SKIP: Final = "skip"


@public.get("/complaint/<step>")
@open_to_all
def step(step: str) -> ResponseReturnValue:
    """Show one page with what stands there already."""
    draft = drafting.current(db.session())
    if draft is not None and draft.case_id is not None:
        return redirect(url_for("public.receipt"))
    way = Way(Telling(db.session(), drafting.answers(draft)))
    here = way.find(step)
    if here is None or not way.reachable(here):
        return redirect(_address((way.open or FIRST).name))
    return _page(way, here, way.form(here))


@public.post("/complaint/<step>")
@open_to_all
def answer(step: str) -> ResponseReturnValue:
    """Keep what was typed, right or wrong, and go where the pressed button leads."""
    draft = drafting.current(db.session())
    if draft is not None and draft.case_id is not None:
        return redirect(url_for("public.receipt"))
    answers = drafting.answers(draft)
    here = Way(Telling(db.session(), answers)).find(step)
    if here is None:
        return redirect(_address(FIRST.name))
    if here.name == "category":
        return _choose(answers)
    if here.name == "more":
        return _more(answers)
    return _keep(answers, here, request.form.get("do", ""))


def _keep(answers: Answers, here: Step, wish: str) -> ResponseReturnValue:
    telling = Telling(db.session(), answers)
    way = Way(telling)
    typed = MultiDict() if wish == _SKIP else request.form
    names = [field.name for field in here.build(telling, typed)]
    changed = money.change_rows(typed, wish) if here.template == "money" else None
    name = here.kept_as(telling)
    answers.keep(name, typed if changed is None else changed, names)
    if wish == _BACK:
        before = way.before(here.name)
        return _go(answers, before.name if before else FIRST.name)
    if wish == _LATER:
        return _later(answers)
    if changed is not None:
        return _go(answers, here.name)
    return _go_on(answers, here, name)


def _go_on(answers: Answers, here: Step, name: str) -> ResponseReturnValue:
    if name not in answers.tried:
        answers.tried.append(name)
    telling = Telling(db.session(), answers)
    if here.asks:
        answers.asked[here.name] = consent.whom(Way(telling).telling, here.name)
    way = Way(Telling(db.session(), answers))
    if way.done(here):
        return _go(answers, way.after(here.name))
    page = _page(way, here, way.form(here))
    fresh = drafting.keep(answers)
    return drafting.hold(page, fresh), WRONG


def _choose(answers: Answers) -> ResponseReturnValue:
    chosen = request.form.get("category", "")
    way = Way(Telling(db.session(), answers))
    if chosen not in way.telling.taxonomy.codes:
        form = FIRST.build(way.telling, MultiDict())
        form.validate()
        return _page(way, FIRST, form), WRONG
    answers.choose(0, chosen)
    return _go_on_from(answers, FIRST, MultiDict({"category": chosen}))


def _more(answers: Answers) -> ResponseReturnValue:
    way = Way(Telling(db.session(), answers))
    here = way.find("more")
    wish = request.form.get("do", "")
    dropped = request.form.get("drop", "")
    added = request.form.get("category", "")
    if here is None:
        return redirect(_address(FIRST.name))
    if wish == _BACK:
        before = way.before(here.name)
        return _go(answers, before.name if before else FIRST.name)
    if wish == _LATER:
        return _later(answers)
    if dropped:
        answers.drop(dropped)
        return _go(answers, here.name)
    if added in way.telling.taxonomy.codes and added not in answers.categories:
        answers.choose(len(answers.categories), added)
        # Whoever adds a problem is asked once more whether there is another.
        answers.tried = [name for name in answers.tried if name != here.name]
        place = len(Telling(db.session(), answers).categories)
        return _go(answers, f"details-{place}")
    return _go_on_from(answers, here, MultiDict())


def _go_on_from(answers: Answers, here: Step, typed: MultiDict[str, str]) -> ResponseReturnValue:
    answers.keep(here.name, typed, typed)
    if here.name not in answers.tried:
        answers.tried.append(here.name)
    way = Way(Telling(db.session(), answers))
    return _go(answers, way.after(here.name))


def _go(answers: Answers, name: str) -> ResponseReturnValue:
    """Keep the answers and go to a page; whoever has sent the complaint meanwhile sees that."""
    fresh = drafting.keep(answers)
    return drafting.hold(redirect(_address(name)), fresh)


def _later(answers: Answers) -> ResponseReturnValue:
    fresh = drafting.keep(answers)
    if fresh is None:
        with transaction() as session:
            draft = drafting.current(session, lock=True)
            if draft is not None and draft.case_id is None:
                drafts.leave(draft)
    return drafting.hold(redirect(url_for("public.later")), fresh)


def _address(name: str) -> str:
    if name == CHECK:
        return url_for("public.check_answers")
    return url_for("public.step", step=name)


def _page(way: Way, here: Step, form: PageForm) -> ResponseReturnValue:
    return pages.show(way, here, form)


@public.get("/complaint/check")
@open_to_all
def check_answers() -> ResponseReturnValue:
    """Show all answers before they are sent; what is still open comes first."""
    draft = drafting.current(db.session())
    if draft is not None and draft.case_id is not None:
        return redirect(url_for("public.receipt"))
    answers = drafting.answers(draft)
    way = Way(Telling(db.session(), answers))
    if way.open is not None:
        return redirect(_address(way.open.name))
    if not answers.reviewed:
        answers.reviewed = True
        drafting.keep(answers)
        way = Way(Telling(db.session(), answers))
    return render_template("public/check.html", sections=check.sections(way), way=way)


@public.post("/complaint/check")
@open_to_all
def send() -> ResponseReturnValue:
    """File the complaint once, however often the button is pressed; show the receipt."""
    try:
        with transaction() as session:
            open_step = _file(session)
    except IntegrityError:
        # Another post of the same draft was quicker: its case is ours, and so is its receipt.
        if drafting.begun() is not None:
            raise
        open_step = None
    return redirect(url_for("public.receipt") if open_step is None else _address(open_step))


def _file(session: Session) -> str | None:
    """File the draft; return the name of the page that is still open, if one is."""
    draft = drafting.current(session, lock=True)
    if draft is None:
        return FIRST.name
    if draft.case_id is not None:
        return None
    way = Way(Telling(session, drafting.answers(draft)))
    if way.open is not None:
        return way.open.name
    drafts.file(session, draft, clock.now(), filing.data(way, i18n.current()))
    return None
