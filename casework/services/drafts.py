"""Complaints that are still being written, and the receipts they become.

The browser holds a random token and the row its hash. The answers are sealed with a key of the
draft's own; when the complaint is filed that key is thrown away, and only the tracking code is
kept for a while, so that a repeated post shows the same receipt.
"""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import CursorResult, delete, select

from casework import crypto
from casework.domain.facts import Actor, ActorKind
from casework.models import Case, Draft
from casework.services import intake
from casework.services.evidence import keeping
from casework.services.intake import Secret

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.complaint import IntakeData

LASTS: Final = timedelta(days=7)
RECEIPT_LASTS: Final = timedelta(minutes=60)
TOKEN_BYTES: Final = 32
WRITER: Final = Actor(ActorKind.COMPLAINANT)


def begin(session: Session, now: datetime, language: str) -> tuple[Draft, str]:
    """Begin a draft; return it and the token that opens it at this browser."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    draft = Draft(
        token_hash=crypto.token_hash(token),
        language=language,
        made_at=now,
        saved_at=now,
        answers=json.dumps({}),
        code=intake.new_code(),
    )
    session.add(draft)
    session.flush()
    return draft, token


def find(session: Session, now: datetime, token: str, *, lock: bool = False) -> Draft | None:
    """Return the living draft or receipt of a token; `lock` holds it against other writers."""
    query = select(Draft).where(Draft.token_hash == crypto.token_hash(token))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    draft = session.scalars(query).first()
    return draft if draft is not None and _lives(draft, now) else None


def find_by_code(session: Session, now: datetime, code_hash: bytes) -> Draft | None:
    """Return the living, unsent draft that was left with this code (see crypto.code_lookup)."""
    query = select(Draft).where(Draft.resume_hash == code_hash, Draft.case_id.is_(None))
    draft = session.scalars(query).first()
    return draft if draft is not None and _lives(draft, now) else None


def _lives(draft: Draft, now: datetime) -> bool:
    return now - draft.saved_at < (LASTS if draft.case_id is None else RECEIPT_LASTS)


def read(draft: Draft) -> dict[str, Any]:
    """Return what was typed so far; nothing once the complaint is filed."""
    answers: dict[str, Any] = json.loads(draft.answers or "{}")
    return answers


def save(draft: Draft, now: datetime, language: str, answers: dict[str, Any]) -> None:
    """Keep what was typed so far."""
    draft.answers = json.dumps(answers, ensure_ascii=False)
    draft.language = language
    draft.saved_at = now


def secret(draft: Draft) -> Secret:
    """Return the code of an unsent draft with its hash, which is taken once."""
    code = draft.code or intake.new_code()
    if draft.resume_hash is not None:
        return Secret(code, draft.resume_hash)
    return intake.secret(code)


def leave(draft: Draft, given: Secret | None = None) -> str:
    """Let the draft be opened by its code from now on, and return the code.

    `given` is its `secret`, where the caller took it before the transaction.
    """
    given = given or secret(draft)
    draft.resume_hash = given.hashed
    return given.code


def resume(draft: Draft) -> str:
    """Return a fresh token for the draft; the one that another browser holds ends."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    draft.token_hash = crypto.token_hash(token)
    return token


def discard(session: Session, token: str) -> None:
    """Delete the draft or receipt of a token; nothing happens when there is none."""
    session.execute(delete(Draft).where(Draft.token_hash == crypto.token_hash(token)))


def submission_key(draft: Draft) -> str:
    """Return the key under which this draft can become one case, and no second one."""
    return f"draft-{draft.id}"


def file(
    session: Session, draft: Draft, now: datetime, data: IntakeData, given: Secret | None = None
) -> Case:
    """File the draft's complaint and turn the draft into its receipt.

    What was typed lives on in the case alone: the key that sealed it here is thrown away.
    `given` is the draft's `secret`, where the caller took it before the transaction.
    """
    given = given or secret(draft)
    filed = intake.submit(
        session, WRITER, now, data=data, submission_key=submission_key(draft), given=given
    )
    if filed.new:
        keeping.move_to_case(session, draft, filed.case, WRITER, now)
        _become_receipt(draft, filed.case.id, given.code, now)
    return filed.case


def _become_receipt(draft: Draft, case_id: int, code: str, now: datetime) -> None:
    draft.answers = None
    draft.resume_hash = None
    crypto.renew_key(draft)
    draft.code = code
    draft.case_id = case_id
    draft.saved_at = now


def receipt_of(session: Session, now: datetime, case_id: int) -> Draft | None:
    """Return the living receipt of a case."""
    draft = session.scalars(select(Draft).where(Draft.case_id == case_id)).first()
    return draft if draft is not None and _lives(draft, now) else None


def replace_receipt(
    session: Session, now: datetime, case_id: int, code: str, language: str
) -> None:
    """Keep a new tracking code readable for as long as a receipt; the former one goes."""
    forget_receipt(session, case_id)
    receipt, _token = begin(session, now, language)
    receipt.answers, receipt.code, receipt.case_id = None, code, case_id


def forget_receipt(session: Session, case_id: int) -> None:
    """Delete the receipt of a case, once its code is written down or changed."""
    session.execute(delete(Draft).where(Draft.case_id == case_id))


def purge(session: Session, now: datetime) -> int:
    """Delete drafts after 7 days and receipts after 60 minutes; return how many there were."""
    old = Draft.case_id.is_(None) & (Draft.saved_at <= now - LASTS)
    shown = Draft.case_id.is_not(None) & (Draft.saved_at <= now - RECEIPT_LASTS)
    result = session.execute(delete(Draft).where(old | shown))
    return result.rowcount if isinstance(result, CursorResult) else 0
