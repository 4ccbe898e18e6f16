"""Forms filled with the choices of a case: who, which office, which category."""

from __future__ import annotations

from collections.abc import Iterable

from casework.domain.facts import DESK_ROLES, POST_ROLES
from casework.i18n import gettext
from casework.services import ledger, triage
from casework.services.ledger import STATES
from casework.web.staff import deed_forms as forms
from casework.web.staff import words
from casework.web.staff.asking import Asking
from casework.web.staff.labels import Labels


def chosen_from(choices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return choices of which none is made beforehand: the first one is not the right one."""
    return [("", gettext("Choose")), *choices]


def accept(asking: Asking) -> forms.AcceptForm:
    """Return the form of accepting."""
    del asking
    return forms.AcceptForm()


def number(asking: Asking) -> forms.NumberForm:
    """Return the form for the office's own number."""
    del asking
    return forms.NumberForm()


def plain(asking: Asking) -> forms.DeedForm:
    """Return a form without questions."""
    del asking
    return forms.DeedForm()


def reason(asking: Asking) -> forms.ReasonForm:
    """Return a form that asks why."""
    del asking
    return forms.ReasonForm()


def remark(asking: Asking) -> forms.RemarkForm:
    """Return a form for a remark."""
    del asking
    return forms.RemarkForm()


def message(asking: Asking) -> forms.MessageForm:
    """Return a form for words to the worker."""
    form = forms.MessageForm()
    form.body.description = gettext(
        "Write in the worker's language, if you can. The worker reads it with the tracking code."
    )
    del asking
    return form


def decline(asking: Asking) -> forms.DeclineForm:
    """Return the form of declining."""
    del asking
    form = forms.DeclineForm()
    form.code.choices = words.choices(words.DECLINE)
    return form


def _outcome(form: forms.OutcomeForm) -> None:
    form.code.choices = words.choices(words.OUTCOME)
    form.remedy_status.choices = words.choices(words.REMEDY_STATUS)


def outcome(asking: Asking) -> forms.OutcomeForm:
    """Return the form of offering a result."""
    del asking
    form = forms.OutcomeForm()
    _outcome(form)
    return form


def close(asking: Asking) -> forms.CloseForm:
    """Return the form of closing on a supervisor's word."""
    del asking
    form = forms.CloseForm()
    _outcome(form)
    form.close_reason.choices = [
        each
        for each in words.choices(words.CLOSE_REASON)
        # The worker's own word, the worker's silence and a merge are recorded in other ways.
        if each[0] not in {"confirmed", "unconfirmed", "merged"}
    ]
    return form


def withdraw(asking: Asking) -> forms.WithdrawForm:
    """Return the form of withdrawing for the worker."""
    del asking
    return forms.WithdrawForm()


def reassign(asking: Asking) -> forms.ReassignForm:
    """Return the form of giving the case on: to the own desk, for the network to any desk."""
    form = forms.ReassignForm()
    desks = [o.id for o in asking.offices.values() if o.role in DESK_ROLES and o.active]
    offices = desks if asking.actor.network else [asking.own_office]
    people = [each for office in offices for each in triage.colleagues(asking.session, office)]
    form.caseworker.choices = chosen_from(
        (str(each.id), f"{each.name}, {asking.office(each.office_id)}")
        for each in people
        if each.office_id not in asking.facts.conflicted
        and each.id not in asking.facts.complained_staff
    )
    return form


def extend(asking: Asking) -> forms.ExtendForm:
    """Return the form of moving the clocks."""
    del asking
    return forms.ExtendForm()


def note(asking: Asking) -> forms.NoteForm:
    """Return the form of a note."""
    del asking
    form = forms.NoteForm()
    form.kind.choices = words.choices(words.NOTE)
    return form


def task(asking: Asking) -> forms.TaskForm:
    """Return the form of a task."""
    del asking
    return forms.TaskForm()


def claim(asking: Asking) -> forms.ClaimForm:
    """Return the form of a claim."""
    form = forms.ClaimForm(workers=asking.case.headcount)
    labels = Labels(asking.taxonomy)
    form.kind.choices = chosen_from(
        (r.code, labels.remedy(r.code)) for r in asking.taxonomy.remedies if r.money
    )
    form.currency.choices = asking.currencies
    return form


def remedy(asking: Asking) -> forms.RemedyForm:
    """Return the form of a remedy; an office sees of a claim its amount only."""
    form = forms.RemedyForm(workers=asking.case.headcount)
    labels = Labels(asking.taxonomy)
    form.kind.choices = chosen_from(
        (r.code, labels.remedy(r.code)) for r in asking.taxonomy.remedies
    )
    form.money = frozenset(r.code for r in asking.taxonomy.remedies if r.money)
    form.state.choices = [(code, words.say(words.REMEDY_STATE, code)) for code in STATES]
    form.currency.choices = asking.currencies
    claims = [
        line.claim for line in ledger.of_case(asking.session, asking.case).lines if line.claim
    ]
    form.claim.choices = [
        ("", gettext("None of them")),
        *(
            (str(c.id), f"{labels.remedy(c.kind)}, {c.amount.normalize():f} {c.currency}")
            for c in claims
        ),
    ]
    return form


def embassy(asking: Asking) -> forms.EmbassyForm:
    """Return the form of a contact with the embassy."""
    form = forms.EmbassyForm()
    labels = Labels(asking.taxonomy)
    form.result.choices = [
        (each.code, labels.embassy_result(each.code)) for each in asking.taxonomy.embassy_results
    ]
    case = asking.case
    posts = [
        office.id
        for office in asking.offices.values()
        if office.role in POST_ROLES
        and (office.country, office.host) == (case.origin, case.destination)
    ]
    form.post.choices = [
        ("", gettext("Not known")),
        *((office_id, asking.office(office_id)) for office_id in sorted(posts)),
    ]
    form.how.choices = forms.choices_of(words.HOW_ASKED, empty=gettext("Not known"))
    return form
