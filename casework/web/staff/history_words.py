"""The history in sentences, made when it is shown: the history itself holds only codes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, Protocol

from casework import i18n
from casework.domain.facts import ActorKind
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.services.names import Names
from casework.web.staff import words

# Looked up as "action.cause", "action.kind of actor", "action.bare" without data, then "action".
SENTENCES: Final[Mapping[str, str]] = {
    "filed": N_("%(who)s wrote the case down."),
    "filed.complainant": N_("The worker made the complaint."),
    "filed.system": N_("The case was taken in."),
    "filed.bare": N_("The complaint was made."),
    "desk": N_("%(office)s keeps the case. %(rule)s"),
    "routed": N_("The rules chose %(office)s. %(rule)s"),
    "triage": N_("The case waits to be checked."),
    "refer": N_("%(who)s sent it to %(office)s."),
    "refer_also": N_("%(who)s also sent it to %(office)s, as a second track."),
    "accept": N_("%(who)s took the case."),
    "decline": N_("%(who)s said no: %(reason)s"),
    "recall": N_("%(who)s took the case back from the office."),
    "recall.system": N_("The case was taken back: the office may not have it any more."),
    "recall.bare": N_("The case was taken back."),
    "take_on": N_("%(who)s started work on it."),
    "ask_complainant": N_("The case waits for the worker's answer. The clocks stop."),
    "wait_third": N_("%(who)s waits for someone else."),
    "resume": N_("%(who)s went on with the case."),
    "resume.silence": N_("The worker did not answer in time. The clocks run again."),
    "propose_outcome": N_("%(who)s offered a result: %(outcome)s"),
    "propose_outcome.bare": N_("%(who)s offered a result."),
    "confirm": N_("%(who)s wrote down that the worker confirms the result."),
    "confirm.complainant": N_("The worker confirmed the result. The case is closed."),
    "confirm.bare": N_("The worker confirmed the result. The case is closed."),
    "dispute": N_("%(who)s wrote down that the worker says the result is not right."),
    "dispute.complainant": N_("The worker says the result is not right."),
    "dispute.bare": N_("The worker says the result is not right."),
    "close_unconfirmed": N_("Closed: the worker did not answer about the result."),
    "close": N_("%(who)s closed the case: %(close_reason)s"),
    "close.bare": N_("The case was closed."),
    "escalate": N_("The case climbed to level %(level)s and went to %(office)s."),
    "escalate.acknowledge": N_(
        "A clock ran out: nobody took the case. It climbed to level %(level)s, to %(office)s."
    ),
    "escalate.first_answer": N_(
        "A clock ran out: no first answer. It climbed to level %(level)s, to %(office)s."
    ),
    "escalate.resolve": N_(
        "A clock ran out: no result. It climbed to level %(level)s, to %(office)s."
    ),
    "escalate.pushed": N_("%(who)s pushed it up to level %(level)s, to %(office)s."),
    "escalate_to_desk": N_(
        "The case climbed to level %(level)s. No higher office may have it: %(office)s has it."
    ),
    "ask_escalation": N_("The worker asked for a higher office."),
    "flagged": N_("Harm after a complaint: the supervisors were told at once."),
    "lapsed_at_top": N_("A clock ran out on the highest level. The network was told."),
    "news_stopped": N_("The worker wants no more messages about news."),
    "reminded": N_("%(office)s was reminded."),
    "take_over": N_("%(who)s took the case over."),
    "reassign": N_("%(who)s gave the case to %(staff)s."),
    "extend": N_("%(who)s moved the clocks to %(until)s."),
    "withdraw": N_("%(who)s wrote down that the worker withdraws the complaint."),
    "withdraw.complainant": N_("The worker withdrew the complaint."),
    "withdraw.bare": N_("The complaint was withdrawn."),
    "reopen": N_("%(who)s opened the case again."),
    "reopen.complainant": N_("The worker opened the case again."),
    "reopen.bare": N_("The case was opened again."),
    "task": N_("%(who)s wrote down or finished a task."),
    "claim": N_("%(who)s wrote down a claim: %(money)s."),
    "remedy": N_("%(who)s wrote down what came of it. %(money)s"),
    "embassy_contact": N_("%(who)s wrote down a contact with the embassy."),
    "consent": N_("%(who)s wrote down what the worker agrees to."),
    "consent.complainant": N_("The worker changed who may see the case."),
    "reclassify": N_("%(who)s checked what the case is about."),
    "office_number": N_("%(who)s gave its own number: %(number)s."),
    "conflict_held": N_(
        "A change took away the reason of a conflict of interest. It is held until a second "
        "person looks at it."
    ),
    "read": N_("%(who)s opened the case."),
    "denied": N_("%(who)s asked for the case and may not see it."),
    "emergency_open": N_("%(who)s opened the case in an emergency."),
    "emergency_refused": N_("%(who)s tried to open the case in an emergency and may not."),
    "emergency_reviewed": N_("%(who)s looked into what %(staff)s opened in an emergency."),
    "emergency_ended": N_("%(who)s ended what %(staff)s opened in an emergency."),
    "lift_conflict": N_("%(who)s lifted a conflict of interest."),
    "change_code": N_("The worker changed the tracking code."),
    "evidence": N_("%(who)s added a file."),
    "evidence.complainant": N_("The worker added a file."),
    "remove_evidence": N_("The worker removed a file, and it was deleted."),
    "open_original": N_("%(who)s took the original of a file, as the worker sent it."),
    "merge": N_("%(who)s let the case go on in %(case)s: %(how)s."),
    "merged": N_("%(case)s goes on in this case: %(how)s."),
    "packet": N_("%(who)s made a packet for %(office)s."),
    "packet_opened": N_("%(who)s opened the link of its packet."),
    "packet_answered": N_("%(who)s answered by the link of its packet."),
    "hold": N_("%(who)s keeps the case from being deleted: %(ground)s"),
    "hold.released": N_("%(who)s lets the case be deleted again when its time comes."),
    "erase": N_("%(who)s wrote down that the worker wants everything deleted, on %(until)s."),
    "erase.complainant": N_("The worker wants everything deleted, on %(until)s."),
    "erase.bare": N_("The worker wants everything deleted."),
    "keep": N_("%(who)s wrote down that the worker wants the case kept after all."),
    "keep.complainant": N_("The worker wants the case kept after all."),
    "anonymised": N_("All that could name a person was taken away."),
    "answer": N_("%(who)s wrote to the worker."),
    "reply": N_("The worker has written."),
    "message": N_("%(who)s wrote to the worker"),
    "message.complainant": N_("Message from the worker"),
    "note": N_("Note by %(who)s"),
    "call": N_("Call, noted by %(who)s"),
    "visit": N_("Visit, noted by %(who)s"),
}


class Told(Protocol):
    """What a sentence is made from: a line of the history, however it was read."""

    @property
    def action(self) -> str:
        """The code of what happened."""

    @property
    def actor_kind(self) -> str:
        """Who did it: staff, complainant or system."""

    @property
    def office_id(self) -> str | None:
        """The office whose staff did it."""

    @property
    def data(self) -> Mapping[str, Any]:
        """Codes, ids and numbers."""


def sentence(told: Told, who: str, names: Names) -> str:
    """Return what happened as one sentence; `who` is the name of who did it."""
    return gettext(_chosen(told), **_values(told, who, names)).strip()


def _chosen(told: Told) -> str:
    keys = [f"{told.action}.{told.data.get('cause')}", f"{told.action}.{told.actor_kind}"]
    if not told.data:
        keys.insert(1, f"{told.action}.bare")
    return next((SENTENCES[key] for key in keys if key in SENTENCES), None) or SENTENCES.get(
        told.action, told.action.replace("%", "%%")
    )


def _values(told: Told, who: str, names: Names) -> dict[str, str]:
    data = told.data
    return {
        "who": who,
        "office": names.office(data.get("office")),
        "rule": words.rule(data["rule"], names.rules) if data.get("rule") else "",
        "reason": words.say(words.DECLINE, data.get("code")),
        "outcome": words.say(words.OUTCOME, data.get("outcome")),
        "close_reason": words.say(words.CLOSE_REASON, data.get("reason")),
        "level": i18n.number(data.get("level") or 0),
        "staff": names.person(data.get("staff")),
        "number": data.get("number") or "",
        "case": data.get("into") or data.get("duplicate") or "",
        "how": words.say(words.MERGED_HOW, data.get("how")),
        "money": _money(data),
        "until": _day(data.get("until")),
        "ground": words.say(words.HOLD_GROUND, data.get("ground")),
    }


def _money(data: Mapping[str, Any]) -> str:
    if not data.get("amount"):
        return ""
    written = i18n.money(data["amount"], data.get("currency") or "")
    state = words.say(words.REMEDY_STATE, data.get("state"))
    return f"{written}, {state}" if state else written


def _day(text: str | None) -> str:
    return i18n.weekday_date(datetime.fromisoformat(text).date()) if text else ""


def who(told: Told, person: str, names: Names, own_office: str | None) -> str:
    """Return the name of who did something: people of one's own office, else the office.

    `person` is the name of the member of staff, where the reader is told it. An office that the
    reader is not told of is only "an office".
    """
    if told.actor_kind == ActorKind.COMPLAINANT:
        return gettext("The worker")
    if told.actor_kind == ActorKind.SYSTEM:
        return gettext("Casework")
    if told.office_id == own_office and person:
        return person
    return names.office(told.office_id) or person or gettext("An office")
