"""Which cases a listing may show: the SQL twin of `permissions.may_see`.

Every list, search and count starts from here, so that what may not be known is also not
counted. A property test holds this equal to the rule it repeats.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import and_, exists, false, select, true
from sqlalchemy.orm import aliased

from casework.domain.facts import ActorKind, Role
from casework.models import Case, CaseConflict, Referral

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Select

    from casework.domain.facts import Actor

_DESK_ROLES = {Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR}
_NETWORK_ROLES = {Role.COORDINATOR, Role.SUPERVISOR}
_OFFICE_ROLES = {Role.OFFICER, Role.SUPERVISOR}
# The dispatch by which an office knows of a case: of all to one office one at most may see it.
SENT: Final = aliased(Referral, name="sent")


def _related(actor: Actor) -> ColumnElement[bool]:
    if actor.kind is ActorKind.COMPLAINANT:
        return Case.id == actor.case_id
    if actor.network and actor.role in _NETWORK_ROLES:
        return true()
    sent = exists().where(
        Referral.case_id == Case.id,
        Referral.office_id == actor.office_id,
        Referral.may_see,
    )
    related: ColumnElement[bool] = false()
    if actor.role in _DESK_ROLES and not actor.government:
        related |= Case.desk_office_id == actor.office_id
    if actor.role in _OFFICE_ROLES:
        related |= sent
    return related


def condition(actor: Actor, *, of_many: bool = False) -> ColumnElement[bool]:
    """Return the condition on Case under which the actor may know of it.

    `of_many` says the same in a form that is quicker where many cases are looked at, to add them
    up, and slower for a page of a list: all conflicts of the actor are read first.
    """
    if actor.kind is ActorKind.SYSTEM:
        return true()
    if of_many:
        against = select(CaseConflict.case_id).where(_against(actor))
        return _related(actor) & Case.id.not_in(against)
    return _related(actor) & _free(actor, Case.id.expression)


def _against(actor: Actor) -> ColumnElement[bool]:
    # A comparison with None would match the rows that name nobody.
    against: ColumnElement[bool] = false()
    if actor.office_id is not None:
        against |= CaseConflict.office_id == actor.office_id
    if actor.staff_id is not None:
        against |= CaseConflict.staff_id == actor.staff_id
    return against


def _free(actor: Actor, case_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Return whether the actor is in no conflict of interest with a case."""
    return ~exists().where(CaseConflict.case_id == case_id, _against(actor))


def sent(actor: Actor) -> ColumnElement[bool]:
    """Return the condition on SENT alone under which people of a state's office know of its case.

    It says what `condition` says of them, and leaves the cases themselves aside.
    """
    if actor.role not in _OFFICE_ROLES:
        # No dispatch is without an id.
        return SENT.id.is_(None)
    free = _free(actor, SENT.case_id.expression)
    return and_(SENT.office_id == actor.office_id, SENT.may_see, free)


def listed(actor: Actor) -> ColumnElement[bool]:
    """Return `condition` for a list: what was sent to a state's office is found by way of SENT."""
    if not actor.government:
        return condition(actor)
    return and_(SENT.case_id == Case.id, sent(actor))


def visible(actor: Actor) -> Select[int]:
    """Return a query for the ids of all cases the actor may know of."""
    return select(Case.id).where(condition(actor))
