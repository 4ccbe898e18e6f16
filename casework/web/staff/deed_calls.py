"""From a filled form to the service that does it: one short function for each deed."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from casework.domain import routing
from casework.domain.complaint import Contact, MoneyRow
from casework.domain.facts import Said
from casework.services import (
    clocks,
    consents,
    escalation,
    ledger,
    messages,
    notebook,
    outcome,
    referrals,
    triage,
)
from casework.services.ledger import NewRemedy
from casework.services.outcome import Outcome
from casework.services.triage import Classification

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case
    from casework.web.staff import deed_forms as forms
    from casework.web.staff import deed_special as special

PRESSED = {"yes": True, "no": False, "unsure": None}


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _remember(session: Session, case: Case, actor: Actor, now: datetime, form: Any) -> None:
    """Keep a reason as a note of the actor's office: the history itself holds no words."""
    if form.reason.data:
        notebook.note(session, case, actor, now, kind="note", body=form.reason.data)


def take_on(s: Session, case: Case, actor: Actor, now: datetime, form: forms.DeedForm) -> None:
    """Start work at the desk."""
    del form
    triage.take_on(s, case, actor, now)


def check(s: Session, case: Case, actor: Actor, now: datetime, form: special.CheckForm) -> None:
    """Say what the case is about."""
    found = Classification(
        categories=form.chosen(),
        about_official=Said.YES if form.accused() else Said(form.about_official.data),
        complained_offices=form.accused_offices(),
        complained_staff=form.accused_staff(),
        severity=form.severity.data or None,
    )
    triage.reclassify(s, case, actor, now, found=found)


def refer(s: Session, case: Case, actor: Actor, now: datetime, form: forms.ReferForm) -> None:
    """Send the case to the chosen office; where rules choose the same one, they are named."""
    chosen = form.office.data or ""
    decided = referrals.decide(s, case)
    by_hand = routing.Assignment(chosen, referrals.BY_HAND)
    assignment = decided if decided.office_id == chosen else by_hand
    referrals.offer(s, case, actor, now, assignment=assignment, note=form.note.data or None)


def recall(s: Session, case: Case, actor: Actor, now: datetime, form: forms.RemarkForm) -> None:
    """Take the case back."""
    _remember(s, case, actor, now, form)
    referrals.recall(s, case, actor, now)


def accept(s: Session, case: Case, actor: Actor, now: datetime, form: forms.AcceptForm) -> None:
    """Take the case for the office."""
    referrals.accept(s, case, actor, now, office_number=form.office_number.data or "")


def decline(s: Session, case: Case, actor: Actor, now: datetime, form: forms.DeclineForm) -> None:
    """Say no for the office."""
    referrals.decline(s, case, actor, now, code=form.code.data, reason=form.reason.data or "")


def number(s: Session, case: Case, actor: Actor, now: datetime, form: forms.NumberForm) -> None:
    """Record the office's own number."""
    referrals.set_office_number(s, case, actor, now, number=form.office_number.data or "")


def answer(s: Session, case: Case, actor: Actor, now: datetime, form: forms.MessageForm) -> None:
    """Write to the worker."""
    messages.write(s, case, actor, now, form.body.data or "")


def ask(s: Session, case: Case, actor: Actor, now: datetime, form: forms.MessageForm) -> None:
    """Write to the worker and wait for the answer."""
    messages.write(s, case, actor, now, form.body.data or "", ask=True)


def wait(s: Session, case: Case, actor: Actor, now: datetime, form: forms.RemarkForm) -> None:
    """Wait for someone else."""
    _remember(s, case, actor, now, form)
    triage.wait_for_third(s, case, actor, now)


def resume(s: Session, case: Case, actor: Actor, now: datetime, form: forms.DeedForm) -> None:
    """Go on."""
    del form
    triage.resume(s, case, actor, now)


def _outcome(form: forms.OutcomeForm) -> Outcome:
    return Outcome(form.code.data, form.remedy_status.data, form.words.data or "")


def propose(s: Session, case: Case, actor: Actor, now: datetime, form: forms.OutcomeForm) -> None:
    """Offer a result."""
    outcome.propose(s, case, actor, now, outcome=_outcome(form))


def confirm(s: Session, case: Case, actor: Actor, now: datetime, form: forms.RemarkForm) -> None:
    """Confirm for the worker."""
    _remember(s, case, actor, now, form)
    outcome.confirm(s, case, actor, now)


def dispute(s: Session, case: Case, actor: Actor, now: datetime, form: forms.RemarkForm) -> None:
    """Say for the worker that the result is not right."""
    _remember(s, case, actor, now, form)
    outcome.dispute(s, case, actor, now)


def close(s: Session, case: Case, actor: Actor, now: datetime, form: forms.CloseForm) -> None:
    """Close on a supervisor's word."""
    reason = form.close_reason.data
    outcome.close(s, case, actor, now, outcome=_outcome(form), reason=reason)


def escalate(s: Session, case: Case, actor: Actor, now: datetime, form: forms.ReasonForm) -> None:
    """Push the case a step up."""
    _remember(s, case, actor, now, form)
    escalation.push(s, case, actor, now)


def take_over(s: Session, case: Case, actor: Actor, now: datetime, form: forms.RemarkForm) -> None:
    """Take the case to the supervisor's own desk."""
    _remember(s, case, actor, now, form)
    escalation.take_over(s, case, actor, now)


def reassign(s: Session, case: Case, actor: Actor, now: datetime, form: forms.ReassignForm) -> None:
    """Give the case to a colleague."""
    triage.reassign(s, case, actor, now, caseworker_id=int(form.caseworker.data))


def extend(s: Session, case: Case, actor: Actor, now: datetime, form: forms.ExtendForm) -> None:
    """Move the clocks to the close of a day, on the calendar of the desk that keeps the case."""
    _remember(s, case, actor, now, form)
    calendar = clocks.calendar_of(s, case.desk_office_id, now)
    until = form.until.data or now.date()
    due_at = datetime.combine(until, calendar.closes, tzinfo=calendar.timezone).astimezone(UTC)
    escalation.extend(s, case, actor, now, due_at=due_at)


def withdraw(s: Session, case: Case, actor: Actor, now: datetime, form: forms.WithdrawForm) -> None:
    """Stop the case on the worker's wish."""
    _remember(s, case, actor, now, form)
    outcome.withdraw(s, case, actor, now, under_pressure=PRESSED[form.under_pressure.data])


def reopen(s: Session, case: Case, actor: Actor, now: datetime, form: forms.RemarkForm) -> None:
    """Take an ended case up again."""
    _remember(s, case, actor, now, form)
    outcome.reopen(s, case, actor, now)


def note(s: Session, case: Case, actor: Actor, now: datetime, form: forms.NoteForm) -> None:
    """Write a note."""
    notebook.note(s, case, actor, now, kind=form.kind.data, body=form.body.data or "")


def task(s: Session, case: Case, actor: Actor, now: datetime, form: forms.TaskForm) -> None:
    """Write a task down."""
    due_on = _iso(form.due_on.data)
    notebook.task(s, case, actor, now, title=form.what.data or "", due_on=due_on)


def claim(s: Session, case: Case, actor: Actor, now: datetime, form: forms.ClaimForm) -> None:
    """Write a claim down."""
    if form.amount.data is None:
        raise ValueError("The form has not been checked.")
    row = MoneyRow(
        kind=form.kind.data,
        amount=form.amount.data,
        currency=form.currency.data,
        what=form.what.data or "",
        workers=form.workers.data or 1,
        from_on=_iso(form.from_on.data),
        to_on=_iso(form.to_on.data),
        receipt=form.receipt.data or "",
    )
    ledger.claim(s, case, actor, now, row=row)


def remedy(s: Session, case: Case, actor: Actor, now: datetime, form: forms.RemedyForm) -> None:
    """Write down what came of it."""
    new = NewRemedy(
        kind=form.kind.data,
        state=form.state.data,
        on_date=_iso(form.on.data),
        amount=form.amount.data,
        currency=form.currency.data if form.amount.data is not None else "",
        workers=form.workers.data or 1,
        proof=form.proof.data or "",
        claim_id=int(form.claim.data) if form.claim.data else None,
    )
    ledger.remedy(s, case, actor, now, new=new)


def embassy(s: Session, case: Case, actor: Actor, now: datetime, form: forms.EmbassyForm) -> None:
    """Write down a contact with the embassy."""
    contact = Contact(
        result=form.result.data,
        office_id=form.post.data or None,
        on_date=_iso(form.on.data),
        how=form.how.data or "",
        asked=form.asked.data or "",
        answered=form.answered.data or "",
    )
    notebook.embassy_contact(s, case, actor, now, contact=contact)


def consent(s: Session, case: Case, actor: Actor, now: datetime, form: special.ConsentForm) -> None:
    """Write down what the worker agrees to, or takes back."""
    recipient = form.named()[1]
    if form.takes_back:
        consents.withdraw(s, case, actor, now, recipient=recipient)
    else:
        how = form.how.data
        consents.change(s, case, actor, now, decisions=form.decisions(), how=how)
