"""Whole areas of the staff pages, and which roles may enter each: what hangs on no one case."""

from __future__ import annotations

from enum import StrEnum

from casework.domain.facts import Actor, ActorKind, Role


class Permission(StrEnum):
    """What does not hang on one case: whole areas of the staff pages."""

    QUEUE = "staff:queue:read"
    INTAKE = "staff:intake:write"
    REGISTRY = "staff:registry:read"
    ESCALATIONS = "supervisor:escalations:read"
    WORKLOAD = "supervisor:workload:read"
    SETTINGS = "admin:settings:write"
    EMERGENCY = "staff:emergency:open"
    EMERGENCY_REVIEW = "supervisor:emergency:review"
    EXPORT = "staff:export:read"
    EXPORT_DECISION = "network:export:decide"


AREAS: dict[Permission, frozenset[Role]] = {
    Permission.QUEUE: frozenset({Role.CASEWORKER, Role.OFFICER, Role.SUPERVISOR, Role.COORDINATOR}),
    Permission.INTAKE: frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR}),
    Permission.REGISTRY: frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR}),
    Permission.ESCALATIONS: frozenset({Role.SUPERVISOR, Role.COORDINATOR}),
    Permission.WORKLOAD: frozenset({Role.SUPERVISOR, Role.COORDINATOR}),
    Permission.SETTINGS: frozenset({Role.ADMINISTRATOR}),
    Permission.EMERGENCY: frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR}),
    Permission.EMERGENCY_REVIEW: frozenset({Role.SUPERVISOR, Role.COORDINATOR}),
    Permission.EXPORT: frozenset({Role.CASEWORKER, Role.SUPERVISOR, Role.COORDINATOR}),
    Permission.EXPORT_DECISION: frozenset({Role.SUPERVISOR, Role.COORDINATOR}),
}
# Intake, the registry and the supervisor's pages speak of people no state office may know.
NOT_FOR_GOVERNMENT = frozenset(
    {Permission.INTAKE, Permission.REGISTRY, Permission.ESCALATIONS, Permission.WORKLOAD}
    | {Permission.EXPORT, Permission.EMERGENCY, Permission.EMERGENCY_REVIEW}
)
# Only who sees across desks decides whether names may leave one.
NETWORK_ONLY = frozenset({Permission.EXPORT_DECISION})


def may_enter(actor: Actor, area: Permission) -> bool:
    """Tell whether the actor may open an area of the staff pages."""
    if actor.kind is not ActorKind.STAFF or actor.role not in AREAS[area]:
        return False
    if area in NETWORK_ONLY and not actor.network:
        return False
    return not (actor.government and area in NOT_FOR_GOVERNMENT)


def may_export_names(actor: Actor) -> bool:
    """Tell whether the actor may ask for an export that names people."""
    return may_enter(actor, Permission.EXPORT) and actor.role is not Role.CASEWORKER
