"""What an office would see and not see, in plain words, from the same rule that decides it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from casework.domain import consent
from casework.domain.consent import Item
from casework.domain.facts import ConsentFact, RecipientKind, Scope
from casework.domain.marks import N_
from casework.i18n import gettext

if TYPE_CHECKING:
    from collections.abc import Iterable

    from casework.domain.facts import OfficeFacts

# The case number says nothing of itself, and files are asked about in words of their own where
# there are some: both are not in the list.
WORDS: Final[dict[Item, str]] = {
    Item.CATEGORIES: N_("What the problem is"),
    Item.STORY: N_("Your story, as you wrote it"),
    Item.ANSWERS: N_("Your answers to our questions about it"),
    Item.CORRIDOR: N_("Which country you come from, and where you work"),
    Item.PARTIES: N_("The names of the agency, the broker and the employer"),
    Item.AMOUNTS: N_("How much money it is about"),
    Item.WANTS: N_("What you want"),
    Item.EMBASSY_CONTACT: N_("Whether your embassy helped"),
    Item.IDENTITY: N_("Your name"),
    Item.CONTACT: N_("Your phone number, and how to reach you"),
    Item.STATUS_OF_PAPERS: N_("Whether you have papers"),
}
SENT: Final = frozenset({Scope.REFERRAL, Scope.NARRATIVE})
NAMED: Final = SENT | {Scope.IDENTITY}
_EVER: Final = datetime(2000, 1, 1, tzinfo=UTC)


def seen(office: OfficeFacts, scopes: Iterable[Scope]) -> list[str]:
    """Return what the office sees with these scopes."""
    held = _items(office, scopes)
    return [gettext(words) for item, words in WORDS.items() if item in held]


def unseen(office: OfficeFacts, scopes: Iterable[Scope]) -> list[str]:
    """Return what the office does not see with these scopes."""
    held = _items(office, scopes)
    return [gettext(words) for item, words in WORDS.items() if item not in held]


def seen_more(office: OfficeFacts) -> list[str]:
    """Return what the office sees besides, once it may know who the person is."""
    more = _items(office, NAMED) - _items(office, SENT)
    return [gettext(words) for item, words in WORDS.items() if item in more]


def _items(office: OfficeFacts, scopes: Iterable[Scope]) -> frozenset[Item]:
    given = [
        ConsentFact(RecipientKind.STATE, office.country, scope, given=True, at=_EVER)
        for scope in scopes
    ]
    return consent.items_for(office, given)
