"""What people do in the demonstration, each by the service that a page would call."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from casework.domain.complaint import Contact, MoneyRow
from casework.domain.consent import Decision
from casework.domain.facts import Actor, Said
from casework.domain.routing import Assignment
from casework.domain.workflow import Action
from casework.models import Case
from casework.services import (
    casefile,
    consents,
    escalation,
    import_map,
    ledger,
    messages,
    notebook,
    outcome,
    referrals,
    triage,
)
from casework.services.demo import stories
from casework.services.outcome import Outcome
from casework.services.triage import Classification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from casework.models import Staff
    from casework.services.published import Line


@dataclass(frozen=True)
class Scene:
    """Where something is done: the case as it stands, who acts, and the words of the step."""

    session: Session
    case: Case
    actor: Actor
    now: datetime
    line: Line
    people: Mapping[str, Staff]
    data: Mapping[str, Any]

    @property
    def stage(self) -> tuple[Session, Case, Actor, datetime]:
        """What every service takes first."""
        return self.session, self.case, self.actor, self.now

    @property
    def day(self) -> str:
        """The day, as the ledger keeps it."""
        return self.now.date().isoformat()


def _accept(scene: Scene) -> None:
    referrals.accept(*scene.stage, office_number=scene.data.get("number", ""))


def _decline(scene: Scene) -> None:
    casefile.check(scene.session, scene.case, scene.actor, Action.DECLINE, scene.now)
    referrals.decline(*scene.stage, code=scene.data["code"], reason=scene.data["text"])


def _refer(scene: Scene) -> None:
    assignment = Assignment(scene.data["office"], referrals.BY_HAND)
    referrals.offer(*scene.stage, assignment=assignment, note=scene.data.get("text"))


def _triage(scene: Scene) -> None:
    found: dict[str, list[str]] = {}
    for category in scene.case.categories:
        found.setdefault(category.code, []).append(category.subcategory)
    about = Classification(
        {code: [sub for sub in subs if sub] for code, subs in found.items()},
        Said.YES,
        complained_offices=scene.data["offices"],
    )
    triage.reclassify(*scene.stage, found=about)


def _take_on(scene: Scene) -> None:
    triage.take_on(*scene.stage)


def _assign(scene: Scene) -> None:
    triage.reassign(*scene.stage, caseworker_id=scene.people[scene.data["to"]].id)


def _wait(scene: Scene) -> None:
    triage.wait_for_third(*scene.stage)


def _resume(scene: Scene) -> None:
    triage.resume(*scene.stage)


def _write(scene: Scene) -> None:
    messages.write(*scene.stage, scene.data["text"], ask=scene.data.get("ask", False))


def _reply(scene: Scene) -> None:
    holder = next((r.office_id for r in scene.case.referrals if r.lead and r.may_see), None)
    messages.reply(*scene.stage, body=scene.data["text"], office_id=holder)


def _note(scene: Scene) -> None:
    kind = scene.data.get("kind", "note")
    notebook.note(*scene.stage, kind=kind, body=scene.data["text"])


def _task(scene: Scene) -> None:
    due = scene.now + timedelta(days=scene.data["within"])
    notebook.task(*scene.stage, title=scene.data["text"], due_on=due.date().isoformat())


def _embassy(scene: Scene) -> None:
    contact = Contact(
        scene.data["result"],
        office_id=scene.data.get("office"),
        on_date=scene.day,
        how="telephone",
        asked=scene.data["text"],
    )
    notebook.embassy_contact(*scene.stage, contact=contact)


def _consent(scene: Scene) -> None:
    decisions = [
        Decision(each.recipient_kind, each.recipient, scope, each.given)
        for each in stories.granted(scene.data["rows"])
        for scope in each.scopes
    ]
    consents.change(*scene.stage, decisions=decisions, how="spoken")


def _claim(scene: Scene) -> None:
    row = MoneyRow(
        scene.data["kind"],
        Decimal(scene.data["amount"]),
        scene.data["currency"],
        what=scene.data["text"],
        workers=scene.case.headcount,
    )
    ledger.claim(*scene.stage, row=row)


def _remedies(scene: Scene) -> None:
    """Enter what the published line says was offered, ordered or paid."""
    workers = scene.data.get("workers", scene.case.headcount)
    for each in scene.line.remedies:
        new = import_map.remedy(each, workers, scene.day)
        if new is not None:
            ledger.remedy(*scene.stage, new=new)


def _propose(scene: Scene) -> None:
    data = scene.data
    outcome.propose(*scene.stage, outcome=Outcome(data["outcome"], data["got"], data["text"]))


def _confirm(scene: Scene) -> None:
    outcome.confirm(*scene.stage)


def _dispute(scene: Scene) -> None:
    outcome.dispute(*scene.stage)


def _withdraw(scene: Scene) -> None:
    outcome.withdraw(*scene.stage, under_pressure=scene.data["pressed"])


def _ask(scene: Scene) -> None:
    escalation.ask(*scene.stage)


def _push(scene: Scene) -> None:
    escalation.push(*scene.stage)


def _take_over(scene: Scene) -> None:
    escalation.take_over(*scene.stage)


def _extend(scene: Scene) -> None:
    escalation.extend(*scene.stage, due_at=scene.now + timedelta(days=scene.data["by"]))


ACTS: Final[Mapping[str, Callable[[Scene], None]]] = {
    "accept": _accept,
    "decline": _decline,
    "refer": _refer,
    "triage": _triage,
    "take on": _take_on,
    "assign": _assign,
    "wait": _wait,
    "resume": _resume,
    "write": _write,
    "reply": _reply,
    "note": _note,
    "task": _task,
    "embassy": _embassy,
    "consent": _consent,
    "claim": _claim,
    "remedies": _remedies,
    "propose": _propose,
    "confirm": _confirm,
    "dispute": _dispute,
    "withdraw": _withdraw,
    "ask": _ask,
    "push": _push,
    "take over": _take_over,
    "extend": _extend,
}
