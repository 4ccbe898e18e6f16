"""Who may open what, written down by hand: each address of the house, and whom it lets in.

Nothing here asks the rules of the application. "in" lets somebody in; everybody else gets the
answer that stands in `ELSE` for the kind of page: sign in, give the code, or "not found".
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from casework.domain.facts import Role
from tests.house.matrix_world import (
    DEACTIVATED,
    HALF,
    OTHER_WORKER,
    STRANGER,
    WORKER,
    Visitor,
)

STATE: Final = {
    "leads",
    "was asked",
    "was silent",
    "never sent",
    "conflicted office",
    "consent withdrawn",
    "declined",
    "recalled",
}
STRANGERS: Final = {STRANGER, WORKER, OTHER_WORKER, DEACTIVATED}
CASEWORKER, OFFICER, SUPERVISOR, COORDINATOR, ADMINISTRATOR, _ANALYST = Role
DESK_PEOPLE: Final = {CASEWORKER, SUPERVISOR, COORDINATOR}
Who = Callable[[Visitor], bool]


def _is_staff(visitor: Visitor) -> bool:
    return visitor.role is not None and visitor.relation not in {HALF, DEACTIVATED}


def _of(roles: set[Role], *, states: bool) -> Who:
    """Staff of some roles, with or without those of a state's offices."""
    return lambda visitor: (
        _is_staff(visitor) and visitor.role in roles and (states or not _of_a_state(visitor))
    )


def _of_a_state(visitor: Visitor) -> bool:
    accused_officer = visitor.relation == "accused person" and visitor.role is OFFICER
    return visitor.relation in STATE or accused_officer


def _network(visitor: Visitor) -> bool:
    accused = visitor.relation == "accused person" and visitor.role is COORDINATOR
    return visitor.role in {SUPERVISOR, COORDINATOR} and (visitor.relation == "network" or accused)


# Who stands to the case in which way, by the letters of the table below.
LETTERS: Final[dict[str, Who]] = {
    # The desk that keeps the case: its people, and its supervisor.
    "K": lambda v: v.relation == "assigned" or (v.relation == "own desk" and v.role in DESK_PEOPLE),
    "H": lambda v: v.relation == "own desk" and v.role is SUPERVISOR,
    # Supervisors and coordinators of the whole network.
    "N": lambda v: v.relation == "network" and v.role in {SUPERVISOR, COORDINATOR},
    # Officers and the supervisor of an office: the one that leads, that was asked, that was silent.
    # Whoever heads that desk: its supervisor, or a coordinator who works there.
    "C": lambda v: v.relation == "own desk" and v.role in {SUPERVISOR, COORDINATOR},
    # Those among them who are themselves complained about in the case: it is not about the case.
    "A": lambda v: v.relation == "accused person" and v.role in {SUPERVISOR, COORDINATOR},
    "L": lambda v: v.relation == "leads" and v.role in {OFFICER, SUPERVISOR},
    "O": lambda v: v.relation == "was asked" and v.role in {OFFICER, SUPERVISOR},
    "S": lambda v: v.relation == "was silent" and v.role in {OFFICER, SUPERVISOR},
    # Somebody of another desk who has opened the case in an emergency.
    "E": lambda v: v.relation == "in an emergency",
}


def letters(text: str) -> Who:
    """Return who is meant by some letters."""
    return lambda visitor: any(LETTERS[letter](visitor) for letter in text if letter != ".")


GROUPS: Final[dict[str, Who]] = {
    "everybody": lambda _visitor: True,
    "signed in": _is_staff,
    "half": lambda v: _is_staff(v) or v.relation == HALF,
    "queue": _of({CASEWORKER, OFFICER, SUPERVISOR, COORDINATOR}, states=True),
    "desk": _of(DESK_PEOPLE, states=False),
    "heads": _of({SUPERVISOR, COORDINATOR}, states=False),
    "network": _network,
    "administrator": _of({ADMINISTRATOR}, states=True),
    "workers": lambda v: v.relation in {WORKER, OTHER_WORKER},
    # What hangs on a row that only its owner has is for nobody here.
    "nobody": lambda _visitor: False,
}

# An endpoint, and whom it lets in: a group, or letters of those who stand to the case in a way.
TABLE: Final = """
pages.language               everybody
pages.security_txt           everybody
health.alive                 everybody
health.ready                 everybody
health.metrics               everybody
public.home                  everybody
public.track                 everybody
public.step                  everybody
public.answer                everybody
public.check_answers         everybody
public.send                  everybody
public.again                 everybody
public.later                 everybody
public.leave                 everybody
public.receipt               everybody
public.receipt_print         everybody
public.receipt_open          everybody
public.complaint_files       everybody
public.add_to_complaint      everybody
public.code                  workers
public.new_code              workers
public.change_code           workers
public.code_kept             workers
public.case_files            workers
public.change_case_files     workers
public.my_data               workers
public.my_copy               workers
public.erase                 workers
public.keep_all              workers
public.share                 workers
public.change_share          workers
public.status                workers
public.higher                workers
public.stop                  workers
public.leave_case            workers
public.open_again            workers
public.answer_outcome        workers
public.reply                 workers
office.door                  everybody
office.answer                everybody
office.done                  everybody
public.stop_news             workers
static                       everybody
auth.sign_in                 everybody
auth.sign_out                everybody
auth.invitation              everybody
auth.passkey                 everybody
auth.passkey_question        everybody
auth.provider_sign_in        everybody
auth.provider_return         everybody
auth.unsubscribe             everybody
auth.stop_mail               everybody
auth.second_step             half
auth.recovery_step           half
auth.passkey_step            half
auth.set_up                  half
auth.account                 signed in
auth.password                signed in
auth.places                  signed in
auth.end_place               nobody
auth.end_other_places        signed in
auth.passkeys                signed in
auth.one_passkey             nobody
auth.new_passkey             signed in
auth.remove_passkey          nobody
auth.new_passkey_question    signed in
auth.recovery_codes          signed in
auth.put_away                signed in
auth.letters                 signed in
auth.confirm                 signed in
auth.confirm_by_passkey      signed in
auth.confirm_question        signed in
auth.confirm_at_provider     nobody
staff.cases                  queue
staff.find                   queue
staff.put_away               queue
staff.new_case               desk
staff.look_up                desk
staff.parties                desk
staff.party                  desk
staff.emergency              desk
staff.openings               heads
staff.turn_opening           CN
staff.export                 desk
staff.export_page            CNA
staff.take_export            nobody
staff.decide_export          nobody
supervisor.escalations       heads
supervisor.decide            heads
supervisor.workload          heads
supervisor.hand_over         CN
staff.case                   KNLOSE
staff.evidence_copy          KNE
staff.evidence_preview       KNE
staff.evidence_original      K
staff.add_evidence           KNL
staff.remove_evidence        KN
staff.add_member             K
staff.merge                  K
staff.packet                 KN
staff.finish_task            KNL
admin.home                   administrator
admin.accounts               administrator
admin.account                administrator
admin.new_account            administrator
admin.end_account            administrator
admin.invite_again           administrator
admin.reset_factor           administrator
admin.changes                administrator
admin.countries              administrator
admin.country                administrator
admin.add_holiday            administrator
admin.turn_holiday           administrator
admin.coverage               administrator
admin.ladder                 administrator
admin.ladder_step            administrator
admin.offices                administrator
admin.office                 administrator
admin.new_office             administrator
admin.rules                  administrator
admin.rule                   administrator
admin.turn_rule              administrator
admin.new_rule               administrator
admin.terms                  administrator
admin.term                   administrator
admin.new_term               administrator
admin.remove_term            administrator
admin.retention              administrator
admin.retention_rule         administrator
admin.new_retention          administrator
admin.remove_retention       administrator
admin.switch_retention       administrator
admin.letters                administrator
admin.send_again             administrator
admin.send_all_again         administrator
admin.webhook                administrator
admin.turn_webhook           administrator
"""

# A deed of the case page, who may do it while the attaché has the case, and which offices could
# do it to some case: to those that see this one, an old form is shown again with what was typed.
DEEDS: Final = """
answer          KNL     LOS
ask             L       LOS
consent         KN      .
confirm         .       .
dispute         .       .
withdraw        K       .
accept          O       LOS
decline         LO      LOS
refer           KN      .
recall          KN      .
number          L       LOS
take-on         .       .
check           KN      .
lift-conflict   HN      .
wait            L       LOS
resume          L       LOS
result          L       LOS
escalate        KN      .
take-over       HN      .
reassign        HN      .
extend          HN      .
close           HN      .
reopen          .       .
note            KNLO    LOS
task            KNL     LOS
claim           KN      .
remedy          KNL     LOS
embassy         KN      .
hold            HN      .
erase           K       .
keep            .       .
"""


def _rows(text: str) -> list[list[str]]:
    return [line.split(maxsplit=1) for line in text.strip().splitlines()]


def _who(words: str) -> Who:
    return GROUPS[words] if words in GROUPS else letters(words)


EXPECTED: Final = {endpoint: _who(words) for endpoint, words in _rows(TABLE)}
_SPLIT: Final = {slug: words.split() for slug, words in _rows(DEEDS)}
FORMS: Final = {slug: letters(who) for slug, (who, _) in _SPLIT.items()}
# People of a desk see the whole case anyway: a form that is not for now shows them nothing new.
POSTS: Final = {slug: letters(f"KN{who}{offices}") for slug, (who, offices) in _SPLIT.items()}


# Whoever stands for others when the product is not walked whole: officers and supervisors for
# the people of an office that may not know the case, a few for the doors that ask for no role.
_REFUSED: Final = {
    "other desk",
    "never sent",
    "conflicted office",
    "consent withdrawn",
    "declined",
    "recalled",
    "was asked",
    "was silent",
}
_PLACES: Final = {"own desk", "network", "leads", "no office"}
_FEW: Final = {CASEWORKER, OFFICER, ADMINISTRATOR}


def stands_for_others(visitor: Visitor, endpoint: str, *, deed: bool, about_case: bool) -> bool:
    """Tell whether a visitor is sent to a door in the short walk: no answer is left out by it."""
    office = visitor.relation in _REFUSED
    if about_case:
        return not deed or not office or visitor.role in {OFFICER, SUPERVISOR}
    if EXPECTED[endpoint] in (GROUPS["everybody"], GROUPS["workers"]):
        return not office and (visitor.relation not in _PLACES or visitor.role in _FEW)
    other_desk = visitor.relation == "other desk" and visitor.role in DESK_PEOPLE
    return not office or other_desk
