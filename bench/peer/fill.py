"""Fills the peer's database with tickets as plausible as our cases, and says which are due.

python -m bench.peer.fill --tickets 100000 --due 10000 --staff 68 --queues 13, with the settings
of this folder. Tickets that are there are kept. SECRET_KEY is the password of `bench` too.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import Any, Final

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.peer.settings")
django.setup()

# Models can be loaded only when the framework has read its settings.
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.utils import timezone  # noqa: E402
from helpdesk.models import FollowUp, Queue, Ticket  # noqa: E402

from bench import words  # noqa: E402

SEED: Final = 20261126
_AT_ONCE: Final = 5_000  # tickets
_OPEN: Final = 0.4
_OLDEST: Final = timedelta(days=3 * 365)
_RECENT: Final = timedelta(days=60)
_TICKETS_A_FIRM: Final = 40
_FEWEST_FIRMS: Final = 30
_ESCALATE_DAYS: Final = 3
_LOWEST: Final = 5
_MOST_FOLLOWUPS: Final = 5
_ABOUT: Final = ("Wages not paid", "Passport kept", "Fee taken twice", "Contract changed")
_SCRIPTS: Final = ("en", "km", "my")


def fill(tickets: int, staff: int, queues: int) -> None:
    """Bring the database to so many tickets, accounts of staff, and queues."""
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    people, places = _people(staff), _queues(queues)
    done = Ticket.objects.count()
    chance = Random(SEED + done)
    firms = _firms(Random(SEED), max(tickets // _TICKETS_A_FIRM, _FEWEST_FIRMS))
    while done < tickets:
        number = min(_AT_ONCE, tickets - done)
        with transaction.atomic():
            made = Ticket.objects.bulk_create(
                _ticket(chance, people, places, firms) for _ in range(number)
            )
            FollowUp.objects.bulk_create(_followups(chance, made, people))
        done += number


def _people(number: int) -> list[Any]:
    accounts = get_user_model().objects
    for each in range(accounts.count(), number):
        accounts.create(username=f"staff{each}", email=f"{each}@desk.example", is_staff=True)
    reader, _ = accounts.get_or_create(username="bench", defaults={"is_staff": True})
    reader.set_password(settings.SECRET_KEY)
    reader.save()
    return list(accounts.exclude(pk=reader.pk).order_by("pk"))


def _queues(number: int) -> list[Queue]:
    for each in range(Queue.objects.count(), number):
        Queue.objects.create(
            title=f"Desk {each}",
            slug=f"desk-{each}",
            allow_public_submission=True,
            escalate_days=_ESCALATE_DAYS,
        )
    return list(Queue.objects.order_by("pk"))


def _firms(chance: Random, number: int) -> list[str]:
    return [words.firm(chance, chance.choice(_SCRIPTS), each) for each in range(number)]


def _ticket(chance: Random, people: list[Any], places: list[Queue], firms: list[str]) -> Ticket:
    spoken, goes_on = words.language(chance), chance.random() < _OPEN
    created = timezone.now() - (_RECENT if goes_on else _OLDEST) * chance.random()
    firm = firms[int(len(firms) * chance.random() ** 3)]
    return Ticket(
        title=f"{chance.choice(_ABOUT)}: {firm}",
        queue=chance.choice(places),
        created=created,
        modified=created,
        submitter_email=f"{chance.randrange(10**9)}@worker.example",
        assigned_to=chance.choice([*people, None]),
        status=Ticket.OPEN_STATUS if goes_on else Ticket.CLOSED_STATUS,
        description=words.story(chance, spoken),
        priority=chance.randint(1, _LOWEST),
    )


def _followups(chance: Random, tickets: list[Ticket], people: list[Any]) -> Iterator[FollowUp]:
    for ticket in tickets:
        for number in range(chance.randint(1, _MOST_FOLLOWUPS)):
            yield FollowUp(
                ticket=ticket,
                date=ticket.created + timedelta(days=number),
                title="Comment",
                comment=words.story(chance, words.language(chance)),
                public=True,
                user=chance.choice(people),
            )


def make_due(number: int) -> int:
    """Let so many open tickets be due for escalation, and no other; return how many are."""
    now = timezone.now()
    still = Ticket.objects.filter(status__in=Ticket.OPEN_STATUSES)
    still.update(last_escalation=now)
    due = still.exclude(priority=1).order_by("pk").values_list("pk", flat=True)
    chosen = list(due[:number])
    for first in range(0, len(chosen), _AT_ONCE):
        some = Ticket.objects.filter(pk__in=chosen[first : first + _AT_ONCE])
        some.update(last_escalation=now - 10 * timedelta(days=_ESCALATE_DAYS))
    return len(chosen)


def tidy() -> None:
    """Let the database look at what it holds, as ours does after its seed."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def main() -> None:
    """Read what is wanted from the command line, and do it."""
    asked = argparse.ArgumentParser(description=__doc__)
    for name in ("--tickets", "--due", "--staff", "--queues"):
        asked.add_argument(name, type=int, required=True)
    given = asked.parse_args()
    fill(given.tickets, given.staff, given.queues)
    print(make_due(given.due))
    tidy()


if __name__ == "__main__":
    main()
