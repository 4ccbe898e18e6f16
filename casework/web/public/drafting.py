"""The draft of this browser: found by its cookie, begun with the first answer, kept with each.

The cookie goes when the browser closes; who wants to come back later takes the code along.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from flask import current_app, request
from werkzeug.wrappers import Response

from casework import i18n
from casework.db import db, transaction
from casework.services import drafts
from casework.services.evidence import keeping
from casework.services.throttles import Deed
from casework.web import clock, pace
from casework.web.public.answers import Answers

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.models import Draft
    from casework.services.intake import Secret

COOKIE: Final = "draft"
_CAMPAIGN: Final = re.compile("[a-z0-9-]{1,40}")


def token() -> str:
    """Return the token that the browser holds; empty when it holds none."""
    return request.cookies.get(_cookie(), "")


def current(session: Session, *, lock: bool = False, fresh: str | None = None) -> Draft | None:
    """Return the living draft or receipt of this browser, or of the `fresh` token it will get."""
    held = fresh or token()
    return drafts.find(session, clock.now(), held, lock=lock) if held else None


def begun() -> Draft | None:
    """Return the draft of this browser while it is not sent."""
    draft = current(db.session())
    return draft if draft is not None and draft.case_id is None else None


def secret(fresh: str | None = None) -> Secret | None:
    """Return the code of this browser's unsent draft with its hash; None without a draft.

    It is taken before the transaction that needs it: nobody waits for a slow hash at the lock.
    """
    draft = current(db.session(), fresh=fresh)
    return drafts.secret(draft) if draft is not None and draft.case_id is None else None


def sent() -> bool:
    """Tell whether what this browser holds is the receipt of a complaint that was sent."""
    return is_receipt(current(db.session()))


def is_receipt(draft: Draft | None) -> bool:
    """Tell whether a draft has become the receipt of a complaint that was sent."""
    return draft is not None and draft.case_id is not None


def answers(draft: Draft | None) -> Answers:
    """Return what was typed so far."""
    if draft is None:
        return Answers(campaign=campaign())
    found = Answers.load(drafts.read(draft))
    found.begun = True
    found.files = keeping.count_in_draft(db.session(), draft)
    return found


def keep(answers_now: Answers) -> str | None:
    """Keep what was typed; return the token of the draft when this has begun one.

    Nothing is kept, and None returned, when the complaint has been sent in the meantime.
    """
    if not answers_now.begun:
        pace.count(Deed.DRAFT)
    begun_token = None
    with transaction() as session:
        draft = current(session, lock=True)
        if draft is None:
            draft, begun_token = drafts.begin(session, clock.now(), i18n.current())
        if draft.case_id is None:
            drafts.save(draft, clock.now(), i18n.current(), answers_now.dump())
    return begun_token


def campaign() -> str:
    """Return the code of the poster that led here; empty when there is none of that kind."""
    code = request.args.get("at", "")
    return code if _CAMPAIGN.fullmatch(code) else ""


def hold(response: Response, fresh: str | None) -> Response:
    """Let the browser hold a fresh token."""
    if fresh:
        response.set_cookie(
            _cookie(), fresh, secure=_https(), httponly=True, samesite="Lax", path="/"
        )
    return response


def drop(response: Response) -> Response:
    """Take the token from the browser."""
    response.delete_cookie(_cookie(), secure=_https(), httponly=True, samesite="Lax", path="/")
    return response


def _https() -> bool:
    return bool(current_app.config["SETTINGS"].https)


def _cookie() -> str:
    return f"__Host-{COOKIE}" if _https() else COOKIE
