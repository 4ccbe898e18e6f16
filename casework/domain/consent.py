"""What may leave, and to whom.

Nothing goes to a government office without the complainant's consent for that office or
that kind of office (domain card, "Consent gate"). Help is never conditional on consent.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from casework.domain.facts import DESK_ROLES, RecipientKind, Scope

if TYPE_CHECKING:
    from casework.domain.facts import ConsentFact, OfficeFacts

# 2 asks about files in words of their own.
WORDING_VERSION = 2


class Item(StrEnum):
    """A part of a case that leaves or stays as one piece."""

    REFERENCE = "reference"
    CORRIDOR = "corridor"
    CATEGORIES = "categories"
    AMOUNTS = "amounts"
    EMBASSY_CONTACT = "embassy_contact"
    STORY = "story"
    ANSWERS = "answers"
    PARTIES = "parties"
    WANTS = "wants"
    IDENTITY = "identity"
    CONTACT = "contact"
    EVIDENCE = "evidence"
    STATUS_OF_PAPERS = "status_of_papers"


NEEDS: dict[Item, Scope | None] = {
    Item.REFERENCE: Scope.REFERRAL,
    Item.CORRIDOR: Scope.REFERRAL,
    Item.CATEGORIES: Scope.REFERRAL,
    Item.AMOUNTS: Scope.REFERRAL,
    Item.WANTS: Scope.REFERRAL,
    Item.STORY: Scope.NARRATIVE,
    Item.ANSWERS: Scope.NARRATIVE,
    Item.PARTIES: Scope.NARRATIVE,
    Item.EMBASSY_CONTACT: Scope.NARRATIVE,
    Item.IDENTITY: Scope.IDENTITY,
    Item.CONTACT: Scope.IDENTITY,
    Item.EVIDENCE: Scope.DOCUMENTS,
    # Whether a person has papers never leaves with a referral; no consent is asked for it.
    Item.STATUS_OF_PAPERS: None,
}


@dataclass(frozen=True)
class Decision:
    """One decision of the complainant, before it is stored."""

    recipient_kind: RecipientKind
    recipient: str
    scope: Scope
    given: bool


def role_recipient(office: OfficeFacts) -> str:
    """Return how a consent names the kind of an office: its country and role."""
    return f"{office.country}:{office.role}"


def deciding(office: OfficeFacts, consents: Collection[ConsentFact]) -> dict[Scope, ConsentFact]:
    """Return for each scope the decision that counts for `office`; undecided scopes are absent.

    The latest decision about this very office wins; without one the latest about its kind, and
    last the latest about its state.
    """
    said = {scope: _deciding(office, consents, scope) for scope in Scope}
    return {scope: each for scope, each in said.items() if each is not None}


def _deciding(
    office: OfficeFacts, consents: Collection[ConsentFact], scope: Scope
) -> ConsentFact | None:
    for kind, name in (
        (RecipientKind.OFFICE, office.id),
        (RecipientKind.ROLE, role_recipient(office)),
        (RecipientKind.STATE, office.country),
    ):
        # Of two at one moment the one that was written last counts.
        latest: ConsentFact | None = None
        for each in consents:
            about = each.scope is scope and each.recipient_kind is kind and each.recipient == name
            if about and (latest is None or each.at >= latest.at):
                latest = each
        if latest is not None:
            return latest
    return None


def scopes_for(office: OfficeFacts, consents: Collection[ConsentFact]) -> frozenset[Scope]:
    """Return the scopes that `office` holds now. A withdrawn consent is a no."""
    decided = deciding(office, consents)
    held = {scope for scope, said in decided.items() if said.given and not said.withdrawn}
    # Without leave to send the case at all, no wider scope has a meaning.
    return frozenset(held) if Scope.REFERRAL in held else frozenset()


def may_receive(office: OfficeFacts, consents: Collection[ConsentFact]) -> bool:
    """Tell whether the case may be sent to this office at all.

    CSOs and the network's desk help the person and need no consent of their own. Everyone
    else does: every office of a state, and an association of agencies too.
    """
    if office.role in DESK_ROLES:
        return True
    said = _deciding(office, consents, Scope.REFERRAL)
    return said is not None and said.given and not said.withdrawn


def items_for(office: OfficeFacts, consents: Collection[ConsentFact]) -> frozenset[Item]:
    """Return what the office sees: the preview before sending and the page after it."""
    if office.role in DESK_ROLES:
        return frozenset(Item)
    held = scopes_for(office, consents)
    return frozenset(item for item, scope in NEEDS.items() if scope in held)
