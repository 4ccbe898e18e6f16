"""Cases in each group of a list, as one caseworker sees them."""

from __future__ import annotations

from datetime import timedelta

from casework.domain.facts import Actor, Said
from casework.models import Case
from casework.services import (
    messages,
    outcome,
    triage,
)
from tests.factories import World


def busy(world: World, malee: Actor) -> dict[str, Case]:
    """Return cases in each group, as Malee sees them."""
    named = {"late": world.file(malee), "today": world.file(malee)}
    named |= {"free": world.file(decisions=[]), "mine": world.file(malee, decisions=[])}
    named |= {
        "others": world.file(malee, categories={"wages": ["unpaid", "overtime"]}),
        "worker": world.file(malee, decisions=[]),
    }
    triage.reclassify(
        world.session,
        named["worker"],
        malee,
        world.now,
        found=triage.Classification({"wages": []}, Said.NO),
    )
    triage.take_on(world.session, named["worker"], malee, world.now)
    messages.write(world.session, named["worker"], malee, world.now, "Who?", ask=True)
    named["ended"] = world.file(malee, decisions=[])
    outcome.withdraw(world.session, named["ended"], malee, world.now, under_pressure=None)
    named["late"].next_due_at = world.now
    named["today"].next_due_at = world.now + timedelta(hours=2)
    world.session.flush()
    return named
