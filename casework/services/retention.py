"""Retention: which cases have been kept long enough, and what happens to them.

Nothing happens by a rule until an administrator has looked at a dry run and switched retention
on; a change of the rules switches it off again. A case under a legal hold is never touched.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from sqlalchemy import or_, select

from casework.domain.retention import WITHDRAWN, Fate, Rule, due_at, rule_for
from casework.domain.workflow import ENDED, Status
from casework.models import Case, RetentionRule, Setting
from casework.services import casefile, erasing, history, holds

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor

SETTING: Final = "retention"
# Why a case is destroyed that its own person wants gone.
WISH: Final = "wish"


class NotConfirmed(PermissionError):
    """Nobody has looked at what would happen, or it has changed since."""


@dataclass(frozen=True)
class Due:
    """A case whose time is over: what happens to it, and by which rule; none for a wish."""

    case_id: int
    reference: str
    fate: Fate
    rule: Rule | None
    held: bool = False


@dataclass(frozen=True)
class Plan:
    """A dry run: what would happen now, by rule, and what a hold keeps."""

    due: tuple[Due, ...] = ()
    rules: tuple[Rule, ...] = ()
    by_rule: dict[int, list[str]] = field(default_factory=dict)
    wished: tuple[str, ...] = ()
    held: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many cases a rule would change."""
        return sum(len(found) for found in self.by_rule.values())

    @property
    def mark(self) -> str:
        """What tells whether the rules and the cases are still those that somebody looked at."""
        seen = [repr(self.rules), *sorted(repr(each) for each in self.due if each.rule)]
        return hashlib.sha256("\n".join(seen).encode()).hexdigest()[:16]


def rules(session: Session) -> tuple[Rule, ...]:
    """Return all rules."""
    rows = session.scalars(select(RetentionRule).order_by(RetentionRule.id))
    return tuple(Rule(r.id, r.category, r.outcome, r.months, Fate(r.fate)) for r in rows)


def due(session: Session, now: datetime) -> list[Due]:
    """Return the cases whose time is over at `now`, those that are held among them."""
    known = rules(session)
    query = select(Case).where(
        or_(
            Case.delete_after <= now,
            Case.status.in_([s.value for s in ENDED]) & Case.closed_at.is_not(None),
        )
    )
    found = [each for case in session.scalars(query) if (each := _due(case, known, now))]
    held = holds.held(session, (each.case_id for each in found))
    return [
        Due(each.case_id, each.reference, each.fate, each.rule, held=each.case_id in held)
        for each in found
    ]


def _due(case: Case, known: Sequence[Rule], now: datetime) -> Due | None:
    if case.delete_after is not None and case.delete_after <= now:
        return Due(case.id, case.reference, Fate.DESTROY, None)
    if case.status not in ENDED or case.closed_at is None:
        return None
    rule = rule_for(known, case.codes, _outcome(case))
    if rule is None or due_at(case.closed_at, rule.months) > now:
        return None
    if rule.fate is Fate.ANONYMISE and case.anonymised_at is not None:
        return None
    return Due(case.id, case.reference, rule.fate, rule)


def _outcome(case: Case) -> str:
    return WITHDRAWN if case.status == Status.WITHDRAWN else case.outcome


def plan(session: Session, now: datetime) -> Plan:
    """Return what would happen at `now`; nothing is changed."""
    found = due(session, now)
    by_rule: dict[int, list[str]] = {}
    for each in found:
        if each.rule is not None and not each.held:
            by_rule.setdefault(each.rule.id, []).append(each.reference)
    return Plan(
        due=tuple(found),
        rules=rules(session),
        by_rule=by_rule,
        wished=tuple(each.reference for each in found if each.rule is None and not each.held),
        held=tuple(each.reference for each in found if each.held),
    )


def is_on(session: Session) -> bool:
    """Tell whether rules are carried out."""
    row = session.get(Setting, SETTING)
    return row is not None and bool(row.value)


def switch_on(session: Session, actor: Actor, now: datetime, mark: str) -> None:
    """Let rules be carried out from now on; `mark` is that of the dry run that was looked at.

    Raises NotConfirmed when something else would happen now than what was shown.
    """
    found = plan(session, now)
    if mark != found.mark:
        raise NotConfirmed
    _switch(session, actor, now, on=True, cases=found.count)


def switch_off(session: Session, actor: Actor, now: datetime) -> None:
    """Let rules rest. A person's own wish is carried out all the same."""
    if is_on(session):
        _switch(session, actor, now, on=False)


def _switch(
    session: Session, actor: Actor, now: datetime, *, on: bool, cases: int | None = None
) -> None:
    before = is_on(session)
    session.merge(Setting(name=SETTING, value=on))
    history.record(
        session, None, actor, now, "settings:retention", before=before, after=on, cases=cases
    )
    session.flush()


def to_do(session: Session, now: datetime) -> list[int]:
    """Return the ids of cases to act on: wishes always, rules only when they are switched on."""
    on = is_on(session)
    return [each.case_id for each in due(session, now) if not each.held and (on or not each.rule)]


def act_on(session: Session, case_id: int, now: datetime) -> str:
    """Do to one case what its time asks for; return "anonymised", "destroyed" or "" for nothing.

    The case is locked and looked at afresh: a hold or an undone wish may have come in between.
    """
    case = casefile.lock(session, case_id)
    found = _due(case, rules(session), now)
    if found is None or holds.running(session, case) is not None:
        return ""
    if found.rule is None:
        erasing.destroy(session, case, now, cause=WISH)
        return "destroyed"
    if not is_on(session):
        return ""
    rule = found.rule
    why = {"category": rule.category, "outcome": rule.outcome, "months": rule.months}
    erasing.BY_FATE[rule.fate](session, case, now, **why)
    return "anonymised" if rule.fate is Fate.ANONYMISE else "destroyed"
