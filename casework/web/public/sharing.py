"""Who may see the case: what was decided so far, and changing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db, transaction
from casework.domain import consent, permissions, routing
from casework.domain.consent import Decision
from casework.domain.facts import Actor, CaseFacts, OfficeFacts, OfficeRole, RecipientKind, Scope
from casework.domain.workflow import ENDED, Action
from casework.i18n import gettext
from casework.models import Case
from casework.services import casefile, consents, directory, notices
from casework.services.casefile import NotAllowed, StaleCase
from casework.services.consents import decisions_for
from casework.services.evidence import keeping
from casework.services.facts import case_facts
from casework.web import clock
from casework.web.access import requires_complainant
from casework.web.public import offices
from casework.web.public.blueprint import public
from casework.web.public.status import ActForm

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

GIVE: Final = "give"
TAKE: Final = "take"
NAME: Final = "name"
HIDE: Final = "hide"
FILES: Final = "files"
NO_FILES: Final = "no_files"
_TOLD: Final = "consent"


@dataclass(frozen=True)
class Share:
    """One recipient, and what they hold now. `asked` says whether anything was ever decided."""

    kind: RecipientKind
    recipient: str
    words: str
    held: frozenset[Scope]
    asked: bool

    @property
    def key(self) -> str:
        """What a button names the recipient by."""
        return f"{self.kind}|{self.recipient}"

    @property
    def sees(self) -> bool:
        """Whether anything is given."""
        return bool(self.held)

    @property
    def knows_name(self) -> bool:
        """Whether the name is given too."""
        return Scope.IDENTITY in self.held

    @property
    def sees_files(self) -> bool:
        """Whether the files are given too."""
        return Scope.DOCUMENTS in self.held

    @property
    def may_see_files(self) -> bool:
        """Whether the files can be a question here: not for figures."""
        return self.sees and not self.counts

    @property
    def counts(self) -> bool:
        """Whether this is about figures and no office."""
        return self.kind is RecipientKind.OFFICE and self.recipient == directory.COORDINATOR

    @property
    def may_know_name(self) -> bool:
        """Whether the name can be a question here: not for a whole state, not for figures."""
        return self.sees and self.kind is not RecipientKind.STATE and not self.counts


def shares(session: Session, facts: CaseFacts) -> list[Share]:
    """Return everybody about whom something was decided, and the office that fits best now.

    When a case has ended, there is nothing to give any more: only what was given can be taken.
    """
    known = {(fact.recipient_kind, fact.recipient): True for fact in facts.consents}
    if facts.status in ENDED:
        given = [_share(session, facts, kind, recipient) for kind, recipient in known]
        return [each for each in given if each.sees]
    fitting = routing.fitting_offices(facts, directory.rules(session), directory.offices(session))
    for office in [each for each in fitting if not consent.may_receive(each, ())][:1]:
        known.setdefault((RecipientKind.ROLE, consent.role_recipient(office)), False)
    known.setdefault((RecipientKind.OFFICE, directory.COORDINATOR), False)
    return [
        _share(session, facts, kind, recipient, asked=asked)
        for (kind, recipient), asked in known.items()
    ]


def _share(
    session: Session,
    facts: CaseFacts,
    kind: RecipientKind,
    recipient: str,
    *,
    asked: bool = True,
) -> Share:
    words = _words(session, facts, kind, recipient)
    return Share(kind, recipient, words, _held(facts, kind, recipient), asked)


def _held(facts: CaseFacts, kind: RecipientKind, recipient: str) -> frozenset[Scope]:
    latest = {
        fact.scope: fact.given and not fact.withdrawn
        for fact in sorted(facts.consents, key=lambda fact: fact.at)
        if (fact.recipient_kind, fact.recipient) == (kind, recipient)
    }
    return frozenset(scope for scope, given in latest.items() if given)


def _words(session: Session, facts: CaseFacts, kind: RecipientKind, recipient: str) -> str:
    if kind is RecipientKind.STATE:
        return gettext(
            "Higher offices of this country: %(country)s", country=i18n.country(recipient)
        )
    if kind is RecipientKind.ROLE:
        country, _, role = recipient.partition(":")
        host = facts.destination
        return offices.kind_name(OfficeFacts("", OfficeRole(role), country=country, host=host))
    if recipient == directory.COORDINATOR:
        return gettext("Only count it, without details")
    return offices.kind_name(directory.offices(session)[recipient])


@public.get("/case/share")
@requires_complainant()
def share(actor: Actor, case: Case) -> ResponseReturnValue:
    """Show who may see the case."""
    facts = case_facts(db.session(), case)
    if not permissions.allowed(actor, facts, Action.CONSENT, clock.now()):
        return redirect(url_for("public.status"))
    has_files = keeping.has_files(db.session(), case)
    named = any(person.name or person.telephone for person in case.people)
    return render_template(
        "public/share.html",
        shares=shares(db.session(), facts),
        named=named,
        has_files=has_files,
        ended=facts.status in ENDED,
        case=case,
        form=ActForm(),
    )


@public.post("/case/share")
@requires_complainant()
def change_share(actor: Actor, case: Case) -> ResponseReturnValue:
    """Give a permission, or take it back."""
    form = ActForm()
    wish, key = request.form.get("do", ""), request.form.get("recipient", "")
    known = {each.key: each for each in shares(db.session(), case_facts(db.session(), case))}
    if key not in known or not form.validate_on_submit():
        return redirect(url_for("public.share"))
    try:
        with transaction() as session:
            locked = casefile.lock(session, case.id)
            casefile.check(
                session, locked, actor, Action.CONSENT, clock.now(), version=form.version.data
            )
            _change(session, locked, actor, known[key], wish)
    except (StaleCase, NotAllowed):
        flash(gettext("Your case has moved on in the meantime. Look at it again here."))
    else:
        flash(gettext("Your answer is saved."))
    return redirect(url_for("public.share"))


def _change(session: Session, case: Case, actor: Actor, about: Share, wish: str) -> None:
    now = clock.now()
    if wish == TAKE:
        consents.withdraw(session, case, actor, now, recipient=about.recipient)
    else:
        decisions = _decisions(about, wish)
        consents.change(session, case, actor, now, decisions=decisions, how="form")
    notices.tell_desk(session, case, _TOLD, now)


def _decisions(about: Share, wish: str) -> list[Decision]:
    if about.counts:
        return [Decision(about.kind, about.recipient, Scope.STATISTICS, given=True)]
    if wish in {NAME, HIDE} and about.may_know_name:
        return [Decision(about.kind, about.recipient, Scope.IDENTITY, given=wish == NAME)]
    if wish in {FILES, NO_FILES} and about.may_see_files:
        return [Decision(about.kind, about.recipient, Scope.DOCUMENTS, given=wish == FILES)]
    return decisions_for(about.kind, about.recipient, send=True, identity=about.knows_name)
