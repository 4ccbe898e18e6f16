"""The words for the codes that staff pages show. Codes are stored, words are only shown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from casework import i18n
from casework.domain.consent import Item
from casework.domain.facts import RecipientKind, ReferralState, Scope, Track
from casework.domain.marks import N_
from casework.domain.retention import Ground
from casework.domain.routing import LAST_RESORT, TRIAGE_FIRST, Why
from casework.domain.workflow import Status
from casework.i18n import gettext
from casework.services.escalation import LADDER
from casework.services.merging import HOW
from casework.services.outcome import CLOSE_REASONS, OUTCOMES, REMEDY_STATUSES
from casework.services.preview import Because
from casework.services.referrals import BY_HAND, DECLINE_CODES

Words = Mapping[str, str]

STATUS: Final[Words] = {
    Status.RECEIVED: N_("Received"),
    Status.TRIAGE: N_("Being checked"),
    Status.REFERRED: N_("Sent to an office"),
    Status.ACCEPTED: N_("An office took the case"),
    Status.IN_PROGRESS: N_("In progress"),
    Status.WAITING_COMPLAINANT: N_("Waiting for the worker"),
    Status.WAITING_THIRD: N_("Waiting for someone else"),
    Status.OUTCOME_PROPOSED: N_("Result offered"),
    Status.CLOSED: N_("Closed"),
    Status.WITHDRAWN: N_("Withdrawn"),
}
SEVERITY: Final[Words] = {"normal": N_("normal"), "high": N_("high"), "urgent": N_("urgent")}
CLOCK: Final[Words] = {
    "acknowledge": N_("Taking the case"),
    "first_answer": N_("First answer"),
    "resolve": N_("Result"),
    "silence": N_("The worker's answer"),
}
TRACK: Final[Words] = {
    Track.ORIGIN: N_("Country of origin"),
    Track.DESTINATION: N_("Country of work"),
}
REFERRAL: Final[Words] = {
    ReferralState.OFFERED: N_("Sent, no answer yet"),
    ReferralState.ACCEPTED: N_("Has taken the case"),
    ReferralState.DECLINED: N_("Said no"),
    ReferralState.SILENT: N_("Gave no answer in time"),
    ReferralState.ENDED: N_("No longer handles it"),
    ReferralState.RECALLED: N_("Taken back"),
}
WHY: Final[Words] = {
    Why.CONFLICT: N_("conflict of interest"),
    Why.NO_CONSENT: N_("the worker has not agreed"),
    Why.NONE_THERE: N_("there is no such office"),
    Why.CLOSED: N_("takes no cases"),
}
# Decisions that no row of the routing table made.
RULES: Final[Words] = {
    TRIAGE_FIRST: N_("It is, or may be, about an official: the coordinator looks first."),
    LAST_RESORT: N_("No rule found an office that may have it: it stays with the coordinator."),
    BY_HAND: N_("Chosen by a person."),
    LADDER: N_("Chosen by the ladder: the next office that answers for the silence."),
}
ROLE: Final[Words] = {
    "labour_ministry": N_("ministry of labour"),
    "provincial_office": N_("provincial labour office"),
    "resource_centre": N_("migrant resource centre"),
    "ministry_leadership": N_("leadership of the ministry"),
    "foreign_ministry": N_("ministry of foreign affairs"),
    "embassy": N_("embassy"),
    "consulate": N_("consulate"),
    "labour_attache": N_("labour attaché"),
    "anti_trafficking": N_("office against trafficking"),
    "ombudsman": N_("human rights commission"),
    "labour_authority": N_("labour office"),
    "employment_authority": N_("employment office"),
    "social_security": N_("social security office"),
    "police": N_("police"),
    "tribunal": N_("court"),
    "hotline": N_("hotline"),
    "agency_association": N_("association of agencies"),
    "cso": N_("NGO"),
    "network": N_("network"),
    "coordinator": N_("coordinator"),
}
PARTY: Final[Words] = {
    "agency": N_("recruitment agency"),
    "broker": N_("broker"),
    "employer": N_("employer"),
    "post": N_("office complained about"),
    "person": N_("official complained about"),
}
FILED_BY: Final[Words] = {
    "self": N_("The worker"),
    "relative": N_("Family or a friend"),
    "group": N_("A group of workers"),
    "ngo": N_("An NGO"),
}
CHANNEL: Final[Words] = {
    "web": N_("On the web"),
    "office": N_("At the office"),
    "telephone": N_("By telephone"),
    "visit": N_("On a visit"),
    "message": N_("By message"),
    "import": N_("From a published case"),
}
HOW_ASKED: Final[Words] = {
    "visit": N_("in person"),
    "telephone": N_("by telephone"),
    "letter": N_("by letter"),
    "online": N_("on the internet"),
    "other": N_("in another way"),
}
CONSENT_HOW: Final[Words] = {
    "form": N_("on the form"),
    "spoken": N_("spoken"),
    "signed": N_("signed"),
}
SCOPE: Final[Words] = {
    Scope.REFERRAL: N_("the case without names"),
    Scope.NARRATIVE: N_("what happened"),
    Scope.IDENTITY: N_("name and contact"),
    Scope.DOCUMENTS: N_("papers and photos"),
    Scope.STATISTICS: N_("to be counted"),
}
ITEM: Final[Words] = {
    Item.REFERENCE: N_("Case number"),
    Item.CORRIDOR: N_("Where"),
    Item.CATEGORIES: N_("What it is about"),
    Item.AMOUNTS: N_("Amounts of money"),
    Item.EMBASSY_CONTACT: N_("Contact with the embassy"),
    Item.STORY: N_("What happened"),
    Item.ANSWERS: N_("Answers to questions"),
    Item.PARTIES: N_("Who is complained about"),
    Item.WANTS: N_("What the worker wants"),
    Item.IDENTITY: N_("Names"),
    Item.CONTACT: N_("Phone number and safe contact"),
    Item.EVIDENCE: N_("Photos, papers, recordings"),
    Item.STATUS_OF_PAPERS: N_("Whether the worker has papers"),
}
BECAUSE: Final[Words] = {
    Because.GIVEN: N_("Agreed: %(scope)s, %(day)s"),
    Because.REFUSED: N_("Said no, %(day)s"),
    Because.TAKEN_BACK: N_("Agreement taken back"),
    Because.NOT_ASKED: N_("Not asked"),
    Because.NEVER: N_("Never leaves with a case"),
    Because.DESK: N_("Helps the worker: sees everything"),
}
SAID: Final[Words] = {"yes": N_("Yes"), "no": N_("No"), "unsure": N_("Not known")}
WAY: Final[Words] = {
    "message": N_("Write only, do not call"),
    "call": N_("May be called"),
    "none": N_("Do not contact"),
}
WHOSE_PHONE: Final[Words] = {
    "own": N_("the worker's own phone"),
    "family": N_("phone of the family"),
    "friend": N_("phone of a friend"),
    "shared": N_("several people use the phone"),
    "other": N_("phone of someone else"),
}
REMEDY_STATE: Final[Words] = {
    "offered": N_("offered"),
    "ordered": N_("ordered to be paid"),
    "paid": N_("paid"),
}
NOTE: Final[Words] = {"note": N_("Note"), "call": N_("Call"), "visit": N_("Visit")}
NOTICE: Final[Words] = {
    "referred": N_("A case was sent to your office."),
    "triage": N_("A case waits to be checked."),
    "accepted": N_("An office took the case."),
    "declined": N_("An office said no. The case is back at the desk."),
    "reply": N_("The worker has written."),
    "reminder": N_("A clock runs: an answer is due."),
    "lapsed": N_("A clock has run out. The case climbs one step."),
    "escalated": N_("A case has climbed the ladder."),
    "lapsed_at_top": N_("A clock has run out, and there is no higher step."),
    "outcome_proposed": N_("An office offered a result."),
    "confirmed": N_("The worker confirmed the result."),
    "disputed": N_("The worker says the result is not right."),
    "unconfirmed": N_("Closed: the worker did not answer about the result."),
    "withdrawn": N_("The case was withdrawn."),
    "reopened": N_("The case was opened again."),
    "erase": N_("The worker wants everything deleted."),
    "consent": N_("The worker changed who may see the case."),
    "complainant_silent": N_("The worker has not answered in time. The clocks run again."),
    "complainant_silent_soon": N_("The worker has not answered yet."),
    "evidence": N_("A photo, paper or recording was added."),
    "evidence_removed": N_("The worker removed a photo, paper or recording."),
    "second_person": N_("A conflict of interest is held. A second person is wanted."),
    "emergency": N_("Somebody opened a case in an emergency."),
}
# What should happen next: a short sentence that is read first, and one that explains it.
STEP: Final[Words] = {
    "answer": N_("Answer the worker."),
    "first_answer": N_("Give the worker a first answer."),
    "result": N_("Offer the worker a result."),
    "say_yes_or_no": N_("Say whether your office takes the case."),
    "worker_decides": N_("The worker says whether the result is right."),
    "worker_turn": N_("The worker has been asked and has not answered yet."),
    "not_with_you": N_("Your office no longer handles this case."),
    "office_says": N_("%(office)s has to say whether it takes the case."),
    "office_answers": N_("%(office)s owes the worker a first answer."),
    "office_result": N_("%(office)s owes the worker a result."),
    "check": N_("Check what it is about and who is complained about."),
    "take_or_send": N_("Work on it yourself, or send it to an office."),
    "send": N_("Send it to %(office)s."),
    "ended": N_("The case has ended."),
    "second_person": N_("A conflict of interest is held: a second person has to look at it."),
}
STEP_MORE: Final[Words] = {
    "answer": N_("The worker wrote last."),
    "first_answer": N_("It stops the clock for the first answer."),
    "result": N_("The worker then says whether it is right."),
    "say_yes_or_no": N_("“Not ours” sends it back to the desk, which looks for another office."),
    "worker_decides": N_("If the worker has told you, write it down."),
    "worker_turn": N_("The clocks stand still until then."),
    "not_with_you": N_("You can still read it."),
    "office_says": N_("Without an answer it climbs one step."),
    "office_answers": N_("Without an answer it climbs one step."),
    "office_result": N_("Without a result it climbs one step."),
    "check": N_("Until then no office of a state gets it."),
    "take_or_send": N_("An office gets it only if the worker agrees."),
    "send": N_("The worker agrees, and nothing speaks against it."),
    "ended": N_("It can be opened again for 90 days, and later by a supervisor."),
    "second_person": N_("A supervisor who did not make the change lifts it, or leaves it."),
}
OUTCOME: Final[Words] = OUTCOMES
# Why a case is kept from being deleted; the person reads these words too.
HOLD_GROUND: Final[Words] = {
    Ground.COURT: N_("A court or tribunal works on it."),
    Ground.INVESTIGATION: N_("It is being investigated."),
    Ground.DANGER: N_("Somebody may be in danger."),
    Ground.OTHER: N_("There is another important reason."),
}
REMEDY_STATUS: Final[Words] = REMEDY_STATUSES
CLOSE_REASON: Final[Words] = CLOSE_REASONS
MERGED_HOW: Final[Words] = HOW
DECLINE: Final[Words] = DECLINE_CODES


def say(words: Words, code: str | None) -> str:
    """Return the words for a code in the page's language; the code itself when it has none."""
    if not code:
        return ""
    return gettext(words[code]) if code in words else str(code)


def rule(code: str, titles: Mapping[str, str]) -> str:
    """Return what a routing rule says, shipped or an administrator's own."""
    return say(RULES, code) if code in RULES else gettext(titles.get(code, code))


def choices(words: Words) -> list[tuple[str, str]]:
    """Return codes and words as the choices of a form."""
    return [(code, gettext(label)) for code, label in words.items()]


def recipient(kind: RecipientKind, recipient: str, offices: Mapping[str, str]) -> str:
    """Return whom a consent speaks of: an office, a kind of office, all offices of a state."""
    match RecipientKind(kind):
        case RecipientKind.OFFICE:
            return offices.get(recipient, recipient)
        case RecipientKind.ROLE:
            country, _, role = recipient.partition(":")
            return gettext(
                "Every %(kind)s of %(country)s",
                kind=say(ROLE, role),
                country=i18n.country(country),
            )
        case RecipientKind.STATE:
            return gettext("Every office of %(country)s", country=i18n.country(recipient))
