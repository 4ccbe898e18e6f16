"""Consents: recorded, withdrawn, and what they let leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from casework.domain import consent as rules
from casework.domain.consent import Decision
from casework.domain.facts import RecipientKind, Scope
from casework.domain.workflow import ENDED, Action, Status
from casework.models import Consent
from casework.services import casefile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case

HOW = ("form", "spoken", "signed")


def store(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    decisions: Sequence[Decision],
    how: str,
) -> None:
    """Write decisions down with the wording they answered; the newest one counts."""
    session.add_all(
        Consent(
            case=case,
            recipient_kind=decision.recipient_kind.value,
            recipient=decision.recipient,
            scope=decision.scope.value,
            given=decision.given,
            wording_version=rules.WORDING_VERSION,
            language=case.language,
            how=how,
            staff_id=actor.staff_id,
            at=now,
        )
        for decision in decisions
    )


def change(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    decisions: Sequence[Decision],
    how: str,
    version: int | None = None,
) -> None:
    """Record decisions; an office that loses its consent loses the case, also an ended one.

    What has ended goes to nobody new: there a decision can only take back. Raises NotAllowed.
    """
    if Status(case.status) in ENDED and any(decision.given for decision in decisions):
        raise casefile.NotAllowed(Action.CONSENT, case.status)
    casefile.move(
        session,
        case,
        actor,
        Action.CONSENT,
        now,
        version=version,
        decisions=[[d.recipient, d.scope.value, d.given] for d in decisions],
    )
    store(session, case, actor, now, decisions=decisions, how=how)
    casefile.settle(session, case, now)


def withdraw(
    session: Session,
    case: Case,
    actor: Actor,
    now: datetime,
    *,
    recipient: str,
    version: int | None = None,
) -> None:
    """Take back everything given to one recipient; what has left cannot be called back."""
    casefile.move(session, case, actor, Action.CONSENT, now, version=version, withdrawn=recipient)
    for row in case.consents:
        if row.recipient == recipient and row.given and row.withdrawn_at is None:
            row.withdrawn_at = now
    casefile.settle(session, case, now)


def decisions_for(
    recipient_kind: RecipientKind,
    recipient: str,
    *,
    send: bool,
    identity: bool,
    files: bool | None = None,
) -> list[Decision]:
    """Return the decisions that the form's plain answers stand for.

    "Send it" covers the case and its story; the name is a decision of its own, and so are the
    files, about which nothing is decided where nobody asked (None).
    """
    scopes = {Scope.REFERRAL: send, Scope.NARRATIVE: send, Scope.IDENTITY: send and identity}
    if files is not None:
        scopes[Scope.DOCUMENTS] = send and files
    return [Decision(recipient_kind, recipient, scope, given) for scope, given in scopes.items()]
