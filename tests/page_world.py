"""Every page of the house with something on it, for measures: who opens it, and at which address.

What is read is taken from the map of addresses: a page that nobody has filled in here cannot be
asked for, and whoever measures has to say so.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any, Final

from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from casework.domain import permissions
from casework.domain.complaint import Contact
from casework.domain.facts import OfficeRole, Role, Said
from casework.models import Case, Draft, EmergencyAccess, SecondFactor, Staff, TermRow
from casework.services import (
    accounts,
    consents,
    directory,
    emergency,
    groups,
    logins,
    messages,
    notebook,
    outcome,
    recovery,
    referrals,
    wishes,
)
from casework.services.evidence import keeping, taking
from casework.services.evidence.taking import Sent
from casework.services.facts import case_facts, staff_actor
from casework.services.groups import MemberData
from casework.services.queue import Wish
from casework.web.access import Needs, declared
from casework.web.staff import deeds
from tests import desk, factories, public_way
from tests.factories import World, agrees
from tests.pages import CheckedClient

ACT: Final = "staff.act"
# They have given their password only.
HALF: Final = {"half", "keyed", "new"}
# Whoever opens a page unless another is named; who has opened a case with its code is the worker.
OPENS: Final[Mapping[str, str]] = {
    "admin": "boss",
    "auth": "malee",
    "health": "nobody",
    "office": "office",
    "pages": "nobody",
    "public": "nobody",
    "staff": "malee",
    "supervisor": "dara",
}
# Where others open it, or more than one: a page may show each of them something else.
OTHERS: Final[Mapping[str, tuple[str, ...]]] = {
    "auth.invitation": ("nobody",),
    "auth.passkey_step": ("keyed",),
    "auth.provider_return": ("nobody",),
    "auth.recovery_step": ("half",),
    "auth.second_step": ("half",),
    "auth.set_up": ("new",),
    "auth.sign_in": ("nobody",),
    "auth.unsubscribe": ("nobody",),
    "office.done": ("nobody",),
    "office.door": ("nobody",),
    "public.check_answers": ("teller",),
    "public.complaint_files": ("teller",),
    "public.later": ("teller",),
    "public.receipt": ("sender",),
    "public.receipt_print": ("sender",),
    "public.step": ("teller",),
    "staff.case": ("malee", "vuthy", "dara", "narin", "somsak"),
    "staff.cases": ("malee", "vuthy", "dara", "narin"),
    "staff.export": ("dara",),
    "staff.export_page": ("dara", "narin"),
    "staff.openings": ("narin",),
    "supervisor.escalations": ("dara", "narin"),
    "supervisor.workload": ("dara", "narin"),
}
# Whoever asks for these is led on, or told that there is none.
STATUS: Final[Mapping[str, int]] = {
    "admin.home": 302,
    "auth.provider_return": 404,
    "auth.unsubscribe": 404,
    # Without a token nobody may watch; a house of tests has no worker.
    "health.metrics": 404,
    "health.ready": 503,
    "pages.security_txt": 404,
    "public.new_code": 302,
}


@dataclass(frozen=True)
class Page:
    """A page: its name and endpoint, its address, who opens it, and how it answers."""

    name: str
    endpoint: str
    path: str
    who: str
    status: int


@dataclass
class House:
    """A house with people, cases and whatever hangs on them; `grow` adds more of everything."""

    app: Flask
    world: World
    people: dict[str, Staff] = field(default_factory=dict)
    cookies: dict[str, dict[str, str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    states: list[Case] = field(default_factory=list)
    grown: int = 0

    @property
    def session(self) -> Session:
        return self.world.session

    @property
    def case(self) -> Case:
        return self.states[0]

    def browser(self, who: str) -> FlaskClient:
        """Return a browser of somebody, who has just proved who they are."""
        now = self.app.config["CLOCK"]()
        if who in self.people:
            person = self.session.get_one(Staff, self.people[who].id)
            token = logins.begin_for_staff(self.session, now, person, factor=who not in HALF)
            self.cookies[who] = {"desk": token}
        elif who == "worker":
            self.cookies[who] = {"visit": logins.begin_for_case(self.session, now, self.case)}
        elif who == "office":
            self.cookies[who] = self._packet()
        elif who == "sender":
            # Their receipt is an hour old at most.
            self.session.execute(update(Draft).values(saved_at=now))
        self.session.commit()
        client = FlaskClient(self.app, self.app.response_class, use_cookies=True)
        for name, value in self.cookies.get(who, {}).items():
            client.set_cookie(name, value)
        return client

    def _packet(self) -> dict[str, str]:
        office = self.app.test_client()
        assert isinstance(office, CheckedClient)
        code = desk.packet_code(self.world, self.case, self.people["malee"])
        office.submit("/en/office", {"code": code})
        return _kept(office)

    def pages(self) -> Iterator[Page]:
        """Return every page that can be read, from the map of addresses."""
        for rule in self.app.url_map.iter_rules():
            if "GET" in (rule.methods or ()) and rule.endpoint != ACT:
                for who in self._who(rule.endpoint):
                    yield from self._of(rule, who)
        for slug in deeds.BY_SLUG:
            yield self._deed(slug)

    def _who(self, endpoint: str) -> tuple[str, ...]:
        access = declared(self.app.view_functions[endpoint])
        if access is not None and access.needs is Needs.COMPLAINANT:
            return ("worker",)
        return OTHERS.get(endpoint) or (OPENS[endpoint.partition(".")[0]],)

    def _of(self, rule: Rule, who: str) -> Iterator[Page]:
        status = STATUS.get(rule.endpoint, 200)
        chosen: list[dict[str, Any]] = [{}]
        for name in sorted(rule.arguments):
            chosen = [one | {name: each} for one in chosen for each in self._values(rule, name)]
        for values in chosen:
            path = self.app.url_map.bind("localhost").build(rule.endpoint, values, method="GET")
            yield Page(f"{rule.endpoint} {who} {path}", rule.endpoint, path, who, status)

    def _values(self, rule: Rule, name: str) -> list[Any]:
        converter = rule._converters[name]
        if isinstance(converter, AnyConverter):
            return [min(converter.items)]
        found = self.values[name]
        found = found[rule.endpoint] if isinstance(found, dict) else found
        return list(found) if isinstance(found, tuple) else [found]

    def _deed(self, slug: str) -> Page:
        """Return the page of a deed, by whoever may do it to one of the cases."""
        now = self.app.config["CLOCK"]()
        for case in self.states:
            facts = case_facts(self.session, case)
            for who in ("malee", "vuthy", "dara", "narin", "rath"):
                actor = staff_actor(self.people[who])
                allowed = permissions.available(actor, facts, now)
                if not allowed.isdisjoint(deeds.BY_SLUG[slug].actions):
                    path = f"{desk.CASES}/{case.reference}/{slug}"
                    return Page(f"{ACT} {slug} {who}", ACT, path, who, 200)
        raise LookupError(f"nobody can do this to any case here: {slug}")

    def grow(self, number: int) -> None:
        """Add so many more of everything that a list may show."""
        for _ in range(number):
            self.grown += 1
            self._more_cases()
            self._more_of_the_case()
            self._more_of_the_house()
        self.world.settle(self.case)
        # It lasts as long as the test, which lets much time pass.
        self.session.execute(
            update(EmergencyAccess).values(until=self.world.now + timedelta(days=2))
        )
        self.session.commit()

    def _more_cases(self) -> None:
        """One more case in each state, of the desk and of the attaché."""
        world, malee, vuthy = self.world, self.people["malee"], self.people["vuthy"]
        cases = [
            world.file(staff_actor(malee), name="Sokha"),
            desk.at_desk(world, malee),
            desk.accepted(world, malee, vuthy),
            desk.proposed(world, malee, vuthy),
        ]
        for case in cases:
            factories.clock(self.session, case, "cso", lapsed_at=world.now)
            factories.case_party(self.session, case, party_id=self.values["party_id"])
            factories.emergency_access(self.session, case, self.people["somsak"].id)
            factories.notice(self.session, case, "cso")

    def _more_of_the_case(self) -> None:
        session, case, now = self.session, self.case, self.world.now
        malee, vuthy = (staff_actor(self.people[who]) for who in ("malee", "vuthy"))
        colleague = factories.staff(session, Role.CASEWORKER, "cso")
        messages.write(session, case, vuthy, now, "We have written to the factory.")
        messages.reply(session, case, self.world.worker(case), now, body="Thank you.")
        notebook.note(session, case, malee, now, kind="note", body="She called.")
        notebook.note(session, case, vuthy, now, kind="note", body="We called.")
        notebook.task(session, case, staff_actor(colleague), now, title="Call", due_on="2026-12-01")
        office = factories.office(session, f"office-{self.grown}", OfficeRole.CSO)
        contact = Contact("no_answer", "consulate", "2026-10-01", "telephone", "Help", "A fee")
        notebook.embassy_contact(session, case, malee, now, contact=contact)
        for _ in range(2):
            self._file()
        claim = factories.claim(session, case)
        factories.remedy(session, case, claim_id=claim.id)
        factories.remedy(session, case, kind="documents", amount=None, currency="")
        factories.case_party(session, case, party_id=factories.party(session, "Ocean Agency").id)
        factories.case_party(session, case, role="post", office_id=office.id)
        factories.case_party(session, case, role="person", staff_id=colleague.id)
        factories.case_conflict(
            session, case, office_id=office.id, held_since=now, changed_by=vuthy.staff_id
        )
        factories.person(session, case, kind="worker", name="Dara")
        factories.answer(session, case)
        decided = agrees(office.id)
        consents.change(session, case, malee, now, decisions=decided, how="spoken")
        factories.referral(session, case, office.id, state="declined", lead=False, decided_at=now)
        factories.clock(session, case, office.id, kind="resolve")
        factories.clock(session, case, "cso", kind="resolve", stopped_at=now, lapsed_at=now)
        factories.event(session, case, action="read", actor_kind="staff", staff_id=colleague.id)
        factories.event(session, case, action="denied", actor_kind="staff", staff_id=colleague.id)
        member = MemberData("km", Said.YES, name="Vanna", decisions=agrees("KH"))
        key = f"member {self.grown}"
        groups.add_member(session, malee, now, case, member=member, submission_key=key)

    def _file(self) -> None:
        out = io.BytesIO()
        colour = factories.case_number(self.session).id
        Image.new("RGB", (40 + colour % 200, 30), (colour % 255, 0, 9)).save(out, "JPEG")
        out.seek(0)
        sent = Sent(out, "contract.jpg", "")
        row = taking.prepare(self.app.config["STORE"], None, sent, self.world.now)
        keeping.add_to_case(
            self.session, self.case, self.world.worker(self.case), self.world.now, row=row
        )
        self.values.setdefault("file_id", row.id)

    def _more_of_the_house(self) -> None:
        session, now = self.session, self.world.now
        malee, dara = self.people["malee"], self.people["dara"]
        factories.passkey(session, malee)
        factories.account_notice(session, malee.id)
        factories.login(session, staff_id=malee.id)
        factories.letter(session, state="dead")
        factories.term(session, "silence", 9, "days", country=f"{self.grown:02}")
        number = self.grown
        codes = [each.code for each in directory.taxonomy(session).categories]
        factories.retention_rule(
            session, 24, category=codes[number % len(codes)], outcome="settled"
        )
        day = now + timedelta(days=number)
        factories.holiday(session, "KH", day.date().isoformat())
        factories.routing_rule(
            session, f"rule-{number}", "office", {"office": "cso"}, categories=["embassy"]
        )
        factories.export(session, dara, wanted=asdict(Wish()))


def build(app: Flask, client: CheckedClient, world: World) -> House:
    """Build the house, with two of everything; commit it."""
    house = House(app, world)
    session = world.session
    for who, role, office in (
        ("malee", Role.CASEWORKER, "cso"),
        ("vuthy", Role.OFFICER, "attache"),
        ("dara", Role.SUPERVISOR, "cso"),
        ("rath", Role.SUPERVISOR, "attache"),
        ("narin", Role.COORDINATOR, "coordinator"),
        ("somsak", Role.CASEWORKER, "other-cso"),
        ("boss", Role.ADMINISTRATOR, None),
        ("half", Role.CASEWORKER, "cso"),
        ("keyed", Role.CASEWORKER, "cso"),
        ("new", Role.CASEWORKER, "cso"),
    ):
        house.people[who] = factories.staff(session, role, office)
    factories.passkey(session, house.people["keyed"])
    for who in ("half", "malee"):
        made = SecondFactor(staff_id=house.people[who].id, confirmed_at=world.now)
        session.add(made)
        recovery.renew(session, world.now, house.people[who].id)
    _cases(house)
    _values(house)
    session.commit()
    house.grow(2)
    _visits(house, client)
    return house


def _cases(house: House) -> None:
    """File the case that is looked at, with something in every item, and one in each state."""
    world, malee, vuthy = house.world, house.people["malee"], house.people["vuthy"]
    session, now, actor = world.session, world.now, staff_actor(malee)
    full = world.file(
        actor,
        categories={"recruitment": ["overcharged"], "wages": ["unpaid"]},
        story="They took our papers.",
        story_english="They took our papers.",
        place="Mahachai",
        **factories.SOMEBODY,
        wants=["refund", "apology"],
        documented=Said.NO,
        decisions=agrees("KH", "TH:labour_authority", identity=True),
    )
    # Whoever filed it has chosen a code of their own since.
    full.code_is_shared = False
    referrals.accept(session, full, staff_actor(vuthy), now)
    emergency.open_case(
        session,
        staff_actor(house.people["somsak"]),
        now,
        reference=full.reference,
        reason="Her sister says that she is locked in.",
    )
    asked = desk.accepted(world, malee, vuthy)
    messages.write(session, asked, staff_actor(vuthy), now, "When?", ask=True)
    ended = desk.accepted(world, malee, vuthy)
    outcome.withdraw(session, ended, world.worker(ended), now, under_pressure=False)
    wishes.ask(session, ended, world.worker(ended), now)
    house.states = [
        full,
        world.file(actor),
        world.file(actor, decisions=[]),
        desk.at_desk(world, malee),
        desk.proposed(world, malee, vuthy),
        asked,
        ended,
    ]
    # No rule derives it any more, and a second person has to say so.
    factories.case_conflict(
        session, house.states[1], office_id="agencies", held_since=now, changed_by=vuthy.id
    )


def _values(house: House) -> None:
    """Say what stands in the places of addresses, for rows that are really there."""
    session, now, people = house.session, house.world.now, house.people
    boss = staff_actor(people["boss"])
    _, token = accounts.create(
        session, boss, now, email="new@staff.example", name="New", role=Role.ANALYST
    )
    party = factories.party(session, "Good Jobs")
    term = session.scalars(select(TermRow)).first()
    assert term is not None
    house.values |= {
        "lang": "en",
        "step": tuple(public_way.WAGES),
        "token": {"auth.invitation": token, "auth.unsubscribe": "nothing"},
        "reference": house.case.reference,
        "referral_id": house.case.referrals[0].id,
        "party_id": party.id,
        "staff_id": people["malee"].id,
        "office_id": "agencies",
        "term_id": term.id,
        "export_id": factories.export(session, people["dara"], wanted=asdict(Wish())).id,
        "rule_id": factories.retention_rule(session, 24).id,
        "passkey_id": factories.passkey(session, people["malee"]).id,
        "level": 1,
        "code": {"admin.country": "KH", "admin.rule": "labour", "admin.turn_rule": "labour"},
    }


def _visits(house: House, client: CheckedClient) -> None:
    """Let people come in who have no account: two who tell a complaint, and an office."""
    public_way.walk(client)
    public_way.fill(client, "details", public_way.WAGES["details"] | {"do": "later"})
    house.cookies["teller"] = _kept(client)
    sender = house.app.test_client()
    assert isinstance(sender, CheckedClient)
    public_way.send(sender)
    house.cookies["sender"] = _kept(sender)


def _kept(client: CheckedClient) -> dict[str, str]:
    names = ("draft", "page", "packet")
    found = {name: client.get_cookie(name) for name in names}
    return {name: cookie.value for name, cookie in found.items() if cookie}
