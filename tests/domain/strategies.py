"""Generated directories, rules and cases, small enough that their parts meet."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import strategies as st

from casework.domain.facts import (
    CaseFacts,
    ConsentFact,
    OfficeFacts,
    OfficeRole,
    RecipientKind,
    ReferralFacts,
    ReferralState,
    Said,
    Scope,
    Severity,
)
from casework.domain.routing import Rule, RuleTrack, Target, Where
from casework.domain.workflow import Status

STATES = ("KH", "TH")
CATEGORIES = ("wages", "embassy", "abuse")
IDS = tuple("abcdefgh")
COORDINATOR = "coordinator"
BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
# Each sort of role is there, and no more of them than let an office be found.
ROLES = (
    OfficeRole.LABOUR_MINISTRY,
    OfficeRole.EMBASSY,
    OfficeRole.LABOUR_ATTACHE,
    OfficeRole.LABOUR_AUTHORITY,
    OfficeRole.AGENCY_ASSOCIATION,
    OfficeRole.CSO,
)


def some(values: tuple[str, ...]) -> st.SearchStrategy[frozenset[str]]:
    """Return sets of these codes, often empty."""
    return st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(values)))


def office(office_id: str) -> st.SearchStrategy[OfficeFacts]:
    """Return offices of any sort, linked to any other or to none that exists."""
    link = st.sampled_from([None, None, *IDS, "nowhere"])
    return st.builds(
        OfficeFacts,
        st.just(office_id),
        st.sampled_from(ROLES),
        st.sampled_from(STATES),
        st.sampled_from(STATES),
        parent=link,
        escalates_to=link,
        rank=st.integers(1, 3),
        routable=st.sampled_from([True, True, True, False]),
        active=st.sampled_from([True, True, True, False]),
    )


@st.composite
def directories(draw: st.DrawFn) -> dict[str, OfficeFacts]:
    """Return a directory: some offices, and always the coordination desk."""
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    found = {office_id: draw(office(office_id)) for office_id in ids}
    return {**found, COORDINATOR: OfficeFacts(COORDINATOR, OfficeRole.COORDINATOR)}


TARGETS = st.one_of(
    st.builds(Target, st.sampled_from(ROLES), st.sampled_from(Where)),
    st.builds(Target, office=st.sampled_from([*IDS, "nowhere"])),
)


@st.composite
def rule_tables(draw: st.DrawFn) -> list[Rule]:
    """Return ordered rules of both tracks."""
    number = draw(st.integers(0, 6))
    return [
        draw(
            st.builds(
                Rule,
                st.just(f"rule-{position}"),
                st.sampled_from(RuleTrack),
                st.lists(TARGETS, min_size=1, max_size=3).map(tuple),
                some(CATEGORIES),
                some(STATES),
                some(STATES),
                st.sampled_from([frozenset(), frozenset({Severity.URGENT})]),
                st.sampled_from([None, None, Said.YES]),
                st.sampled_from(["", "", "Bangkok"]),
            )
        )
        for position in range(number)
    ]


CONSENTS = st.lists(
    st.one_of(
        *(
            st.builds(
                ConsentFact,
                st.just(kind),
                recipients,
                st.sampled_from([Scope.REFERRAL, Scope.REFERRAL, Scope.NARRATIVE]),
                given=st.sampled_from([True, True, False]),
                at=st.integers(0, 5).map(lambda day: BEGINNING + timedelta(days=day)),
                withdrawn=st.sampled_from([False, False, False, True]),
            )
            for kind, recipients in {
                RecipientKind.OFFICE: st.sampled_from(IDS),
                RecipientKind.ROLE: st.builds(
                    lambda state, role: f"{state}:{role}",
                    st.sampled_from(STATES),
                    st.sampled_from(ROLES),
                ),
                RecipientKind.STATE: st.sampled_from(STATES),
            }.items()
        )
    ),
    max_size=6,
).map(tuple)


@st.composite
def cases(draw: st.DrawFn) -> CaseFacts:
    """Return a case whose conflicts of interest have not been worked out yet."""
    referrals = draw(st.lists(st.sampled_from(IDS), max_size=2))
    return draw(
        st.builds(
            CaseFacts,
            st.just(1),
            st.just(Status.TRIAGE),
            st.integers(0, 5),
            st.sampled_from(STATES),
            st.sampled_from(STATES),
            st.sampled_from(["", "near Bangkok"]),
            some(CATEGORIES).map(lambda codes: tuple(sorted(codes))),
            st.sampled_from(Severity),
            st.sampled_from(Said),
            st.sampled_from([Said.NO, Said.NO, Said.UNSURE, Said.YES]),
            triaged=st.booleans(),
            needs_triage=st.sampled_from([False, False, True]),
            complained_offices=some(IDS),
            desk=st.just(COORDINATOR),
            consents=CONSENTS,
            referrals=st.just(
                tuple(
                    ReferralFacts(number, office_id, ReferralState.SILENT, lead=True)
                    for number, office_id in enumerate(referrals)
                )
            ),
        )
    )
