"""Finding cases: by number, name, telephone and coded facts, and never one that may not be seen."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework.domain.complaint import PartyNamed
from casework.domain.facts import Actor, ActorKind, Role
from casework.domain.routing import Assignment
from casework.models import Case
from casework.services import likely, queue, referrals, registry, search, visibility
from casework.services.likely import Why
from casework.services.queue import View, Wish
from casework.services.search import By, Coded
from tests import factories
from tests.factories import World

NONE = Coded()


def found(world: World, actor: Actor, typed: str, coded: Coded = NONE) -> tuple[set[str], set[By]]:
    """Return the references that a search lists, and what it was that fitted."""
    answer = search.find(world.session, actor, typed, coded)
    page = queue.page(
        world.session, actor, world.now, wish=Wish(view=View.ALL), also=answer.condition
    )
    return {row.reference for row in page.rows}, set(answer.by)


@pytest.fixture
def malee(world: World) -> Actor:
    return world.actor(Role.CASEWORKER, "cso")


@pytest.fixture
def case(world: World, malee: Actor) -> Case:
    """A case with everything that can be searched for, and a second one beside it."""
    world.file(malee, origin="MM", categories={"abuse": []}, decisions=[])
    return world.file(
        malee,
        place="Samut Sakhon",
        sector="fishing",
        telephone="081 234 5678",
        telephone_e164="+66812345678",
        parties=[
            PartyNamed("agency", "ရွှေမြန်မာ အေဂျင်စီ"),
            PartyNamed("employer", "Ocean 50% Fish_Co"),
        ],
    )


class TestByNumber:
    def test_a_part_is_enough_in_any_digits_and_without_dashes(
        self, world: World, malee: Actor, case: Case
    ) -> None:
        plain = case.reference.replace("-", "")
        khmer = case.reference[6:12].translate({ord(str(n)): chr(0x17E0 + n) for n in range(10)})
        for typed in (case.reference, plain, plain.lower(), plain[4:10], khmer, plain[-4:]):
            assert case.reference in found(world, malee, typed)[0], typed

    def test_the_whole_one_leads_to_its_case(
        self, world: World, session: Session, malee: Actor, case: Case
    ) -> None:
        assert search.exact(session, malee, case.reference.lower()) == case.reference
        assert search.exact(session, malee, "KH-26") is None
        stranger = world.actor(Role.CASEWORKER, "other-cso")
        assert search.exact(session, stranger, case.reference) is None

    @pytest.mark.usefixtures("case")
    @pytest.mark.parametrize("typed", ["12", "KH", "123456789012", "KH-26-x", "__1"])
    def test_what_cannot_be_a_part_finds_none(self, world: World, malee: Actor, typed: str) -> None:
        assert By.REFERENCE not in found(world, malee, typed)[1]

    def test_an_office_finds_its_own_number_and_no_other(
        self, world: World, malee: Actor, case: Case
    ) -> None:
        attache = world.actor(Role.OFFICER, "attache")
        referrals.accept(world.session, case, attache, world.now, office_number="LA/207")
        assert found(world, malee, "la/207") == ({case.reference}, {By.NUMBER})
        assert found(world, attache, "LA/207")[0] == {case.reference}
        second = world.file(malee, decisions=factories.agrees("TH", "KH"))
        referrals.accept(world.session, second, attache, world.now, office_number="LA/208")
        assignment = Assignment("authority", "by-hand")
        referrals.offer(world.session, second, malee, world.now, assignment=assignment)
        authority = world.actor(Role.OFFICER, "authority")
        assert found(world, authority, "LA/208") == (set(), set())


class TestByName:
    @pytest.mark.parametrize("typed", ["ရွှေ", "မြန်မာ", "ocean", "OCEAN 50%", "h_C", "oc", "ရ", "%"])
    def test_a_part_of_a_name_in_any_script(
        self, world: World, malee: Actor, case: Case, typed: str
    ) -> None:
        assert found(world, malee, typed) == ({case.reference}, {By.PARTY})

    @pytest.mark.usefixtures("case")
    def test_wildcards_mean_themselves(self, world: World, malee: Actor) -> None:
        assert found(world, malee, "O%F") == (set(), set())

    @pytest.mark.usefixtures("case")
    def test_nothing_typed_finds_nothing(self, world: World, malee: Actor) -> None:
        for typed in ("", "   ", "\u200b"):
            assert found(world, malee, typed) == (set(), set())

    def test_an_office_that_is_not_told_the_name_cannot_find_it_out(
        self, world: World, malee: Actor, case: Case
    ) -> None:
        attache = world.actor(Role.OFFICER, "attache")
        assert found(world, attache, "ocean")[0] == {case.reference}
        shy = [each for each in factories.agrees("KH") if each.scope == "referral"]
        hidden = world.file(malee, decisions=shy, parties=[PartyNamed("agency", "Blue Whale")])
        assert found(world, attache, hidden.reference)[0] == {hidden.reference}
        assert found(world, attache, "Blue Whale") == (set(), set())


@pytest.mark.parametrize("typed", ["golden", "ocean", "1234/26", "\u101b"])
def test_what_fits_many_cases_is_what_fits_few(world: World, malee: Actor, typed: str) -> None:
    """Where too many fit to be named one by one, the same cases are found another way."""
    for number, name in enumerate(
        ("Golden Star", "Ocean", "Golden Ocean", "\u101b\u103d\u103e\u1031")
    ):
        row = world.file(malee, parties=[PartyNamed("agency", name)])
        factories.referral(world.session, row, "embassy", office_number=f"123{4 + number % 2}/26")
    world.session.flush()
    few, many = (
        search.find(world.session, malee, typed, NONE, few=most).condition
        for most in (search.FEW, 0)
    )
    ids = [set(world.session.scalars(select(Case.id).where(each))) for each in (few, many)]
    assert ids[0] == ids[1] != set()


def test_whoever_reads_the_list_need_not_ask_first_which_ways_fit(
    world: World, malee: Actor, case: Case
) -> None:
    """What is found is the same; what has cases that may not be seen is named only then."""
    stranger = world.actor(Role.CASEWORKER, "other-cso")
    for reader, seen in ((malee, {case.id}), (stranger, set())):
        asked = search.find(world.session, reader, "ocean", NONE)
        unasked = search.find(world.session, reader, "ocean", NONE, sure=False)
        assert unasked.by == {By.PARTY}
        assert asked.by == ({By.PARTY} if seen else set())
        visible = select(Case.id).where(visibility.condition(reader))
        for each in (asked, unasked):
            assert set(world.session.scalars(visible.where(each.condition))) == seen


class TestByTelephone:
    @pytest.mark.parametrize(
        "typed",
        ["081 234 5678", "+66 81-234-5678", "0066812345678", "၀၈၁၂၃၄၅၆၇၈", "081.234.5678"],
    )
    def test_the_whole_number_however_it_is_written(
        self, world: World, malee: Actor, case: Case, typed: str
    ) -> None:
        assert found(world, malee, typed) == ({case.reference}, {By.TELEPHONE})

    def test_a_part_of_it_is_not_enough(self, world: World, malee: Actor, case: Case) -> None:
        assert case.reference not in found(world, malee, "081 234 567")[0]

    def test_an_office_needs_consent_for_it(self, world: World, malee: Actor) -> None:
        attache = world.actor(Role.OFFICER, "attache")
        number = {"telephone": "081 234 5678", "telephone_e164": "+66812345678"}
        world.file(malee, **number)
        assert found(world, attache, "081 234 5678")[0] == set()
        told = world.file(malee, **number, decisions=factories.agrees("KH", identity=True))
        assert found(world, attache, "081 234 5678")[0] == {told.reference}


class TestByPassport:
    def test_the_whole_number_however_it_is_written(self, world: World, malee: Actor) -> None:
        held = world.file(malee, passport="N 0123-4567")
        world.file(malee, passport="N01234568")
        for typed in ("N01234567", "n-០១២៣៤៥៦៧", "NO1234567"):
            assert found(world, malee, typed) == ({held.reference}, {By.PASSPORT}), typed

    def test_it_stays_at_the_desk(self, world: World, malee: Actor) -> None:
        attache = world.actor(Role.OFFICER, "attache")
        world.file(malee, passport="N01234567", decisions=factories.agrees("KH", identity=True))
        assert found(world, attache, "N01234567")[0] == set()


class TestByFacts:
    def test_place_and_codes(self, world: World, malee: Actor, case: Case) -> None:
        only = ({case.reference}, {By.FACTS})
        assert found(world, malee, "sakhon") == only
        assert found(world, malee, "x", Coded(categories=["wages"])) == only
        assert found(world, malee, "x", Coded(countries=["KH"])) == only
        assert found(world, malee, "x", Coded(sectors=["fishing"])) == only
        assert found(world, malee, "x", Coded(countries=["MY"])) == (set(), set())

    def test_sealed_words_are_not_found(self, world: World, malee: Actor) -> None:
        world.file(malee, story="Elephants", name="Sokha", decisions=[])
        for typed in ("Elephants", "Sokha"):
            assert found(world, malee, typed) == (set(), set())


def test_nobody_finds_what_they_may_not_see(world: World, malee: Actor, case: Case) -> None:
    blind = [
        world.actor(Role.OFFICER, "authority"),
        world.actor(Role.CASEWORKER, "other-cso"),
        Actor(ActorKind.STAFF, Role.CASEWORKER, 1),
    ]
    accused = world.file(
        malee,
        categories={"embassy": []},
        complained_offices=["embassy"],
        parties=[PartyNamed("agency", "Ocean Two")],
    )
    blind.append(world.actor(Role.OFFICER, "embassy"))
    for actor in blind:
        for typed in (case.reference, accused.reference, "ocean", "081 234 5678", "sakhon"):
            assert found(world, actor, typed) == (set(), set())


class TestParties:
    def test_what_is_known_counts_visible_cases_only(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        named = [PartyNamed("agency", "Ocean")]
        case = world.file(malee, parties=named, headcount=5)
        world.file(world.actor(Role.CASEWORKER, "other-cso"), parties=named, headcount=7)
        party = registry.search(session, malee, "ocean")[0].party
        known = registry.known(session, malee, party)
        assert (known.cases, known.workers) == (1, 5)
        page = queue.page(session, malee, world.now, wish=Wish(), also=search.of_party([party.id]))
        assert [row.reference for row in page.rows] == [case.reference]
        network = world.actor(Role.COORDINATOR, "coordinator")
        assert registry.known(session, network, party).workers == 12


class TestLikelyTheSame:
    def test_same_telephone_and_same_agency_within_a_week(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        old = world.file(malee, parties=[PartyNamed("agency", "Ocean Two")])
        world.after(days=8)
        called = world.file(malee, telephone="0812345678", telephone_e164="+66812345678")
        against = world.file(malee, parties=[PartyNamed("agency", "Ocean One")])
        alike = likely.same(
            session, malee, world.now, typed="+66 812345678", names=["ocean", "", "oc"]
        )
        assert {each.row.reference: each.why for each in alike} == {
            called.reference: Why.TELEPHONE,
            against.reference: Why.AGENCY,
        }
        assert old.reference not in {each.row.reference for each in alike}
        stranger = world.actor(Role.CASEWORKER, "other-cso")
        assert (
            likely.same(session, stranger, world.now, typed="+66 812345678", names=["ocean"]) == []
        )

    def test_same_passport(self, world: World, session: Session, malee: Actor) -> None:
        held = world.file(malee, passport="N 0123 4567")
        (alike,) = likely.same(session, malee, world.now, typed="", names=[], passport="n01234567")
        assert (alike.row.reference, alike.why) == (held.reference, Why.PASSPORT)

    def test_nothing_typed_is_like_nothing(
        self, world: World, session: Session, malee: Actor
    ) -> None:
        world.file(malee, parties=[PartyNamed("agency", "Ocean")])
        assert likely.same(session, malee, world.now, typed="", names=["", "o"]) == []
