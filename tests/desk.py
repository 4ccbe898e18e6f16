"""Cases at each point of their way, and what a member of staff does with them in a browser."""

from __future__ import annotations

import html
import re
from typing import Any, Final

from casework.domain.facts import Actor, Said
from casework.models import Case, Staff
from casework.services import facts, outcome, packets, referrals, triage
from casework.services.outcome import Outcome
from casework.services.triage import Classification
from tests.factories import World
from tests.pages import CheckedClient

NOT_FOUND, CONFLICT, WRONG = 404, 409, 422
CASES: Final = "/staff/cases"


def text(page: str) -> str:
    """Return the words of a page."""
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", page).split()))


def references(page: str) -> list[str]:
    """Return the cases in the table of a page, in its order."""
    return re.findall(r'<th role="rowheader" scope="row"><a class="ref"[^>]*>([^<]+)', page)


def checked(world: World, case: Case, actor: Actor) -> Case:
    """Let triage have looked at a case."""
    found = Classification({"wages": []}, Said.NO)
    triage.reclassify(world.session, case, actor, world.now, found=found)
    return case


def fresh(world: World, case: Case) -> Case:
    """Return a case as the request has left it."""
    world.session.rollback()
    world.session.refresh(case)
    return case


def do(client: CheckedClient, case: Case, slug: str, **data: Any) -> Any:
    """Post a deed from the page that stands open."""
    path = f"{CASES}/{case.reference}/{slug}"
    return client.submit(path, {"version": case.version, **data})


def at_desk(world: World, malee: Staff, **values: Any) -> Case:
    """Return a checked case that its desk works on."""
    actor = facts.staff_actor(malee)
    case = checked(world, world.file(actor, decisions=[], **values), actor)
    triage.take_on(world.session, case, actor, world.now)
    return case


def packet_code(world: World, case: Case, malee: Staff) -> str:
    """Make a packet of a case for the office that has it; return its code."""
    actor = facts.staff_actor(malee)
    plan = packets.plan(world.session, case, actor, world.now, referral_id=case.referrals[0].id)
    packets.make(world.session, case, actor, world.now, plan=plan, language="en", ground="paper")
    world.session.commit()
    return plan.code


def accepted(world: World, malee: Staff, vuthy: Staff) -> Case:
    """Return a case that the attaché has taken."""
    case = world.file(facts.staff_actor(malee))
    referrals.accept(world.session, case, facts.staff_actor(vuthy), world.now)
    return case


def proposed(world: World, malee: Staff, vuthy: Staff) -> Case:
    """Return a case with a result that the worker may look at."""
    case = accepted(world, malee, vuthy)
    said = Outcome("settled", "full", "You get all of it.")
    outcome.propose(world.session, case, facts.staff_actor(vuthy), world.now, outcome=said)
    return case
