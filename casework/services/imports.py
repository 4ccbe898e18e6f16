"""Import of published complaints: each line is filed through the same intake as any other.

Nothing of a line is lost: what has no place of its own in a case stands in a note of the desk
that keeps it, and a word that no list knows sends the case to a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from casework.domain.complaint import Contact, IntakeData
from casework.domain.consent import Decision
from casework.domain.facts import RecipientKind, Said
from casework.domain.search_text import clean
from casework.models import Note
from casework.services import directory, import_map, intake
from casework.services.published import BadLine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from casework.domain.facts import Actor
    from casework.models import Case
    from casework.services.intake import Secret
    from casework.services.published import Line

CHANNEL: Final = "import"
_ENGLISH: Final = "en"
_WOMEN: Final = {"female": True, "male": False}
# An embassy that did this may itself be what the complaint is about: a person looks first.
_AGAINST: Final = frozenset({"refused", "no_answer", "told_to_pay", "disputed"})
# Nobody asked the person in the words of our own form.
_CONSENT_HOW: Final = "spoken"


@dataclass(frozen=True)
class Imported:
    """The case of a line, and whether this call filed it."""

    case: Case
    new: bool


def import_line(
    session: Session, actor: Actor, now: datetime, line: Line, given: Secret | None = None
) -> Imported:
    """File one published complaint, once: the same id again returns the case it made.

    Raises BadLine when its consents name an office that the directory does not have.
    """
    data = intake_data(session, line)
    filed = intake.submit(session, actor, now, data=data, submission_key=_key(line), given=given)
    if filed.new:
        _keep_the_rest(session, filed.case, now, line, data)
    return Imported(filed.case, filed.new)


def is_there(session: Session, line: Line) -> bool:
    """Tell whether a line is filed already."""
    return intake.find(session, _key(line)) is not None


def _key(line: Line) -> str:
    return f"import:{line.id}"


def intake_data(session: Session, line: Line) -> IntakeData:
    """Return a line as a complaint that can be filed; raise BadLine."""
    understood = import_map.categories(line.categories, directory.taxonomy(session))
    headcount = line.workers or 1
    women = _WOMEN.get(line.sex)
    claims = (import_map.claim(amount, headcount) for amount in line.amounts)
    return IntakeData(
        language=line.statement_language or _ENGLISH,
        channel=CHANNEL,
        origin=line.origin,
        destination=line.destination,
        categories=understood.categories,
        filed_by="group" if headcount > 1 else "self",
        headcount=headcount,
        women=None if women is None else headcount * women,
        place=line.place,
        sector=import_map.sector(line.sector) or import_map.shipped().unknown["sector"],
        story=line.statement or line.summary,
        story_english=line.statement_english if line.statement else "",
        parties=import_map.parties(line.recruiter),
        about_official=_about_official(line),
        money=[claim for claim in claims if claim],
        embassy=_contacts(line),
        documented=line.documented,
        decisions=_decisions(session, line),
        consent_how=_CONSENT_HOW,
        severity=import_map.severity(line.severity),
        import_id=line.id,
    )


def _about_official(line: Line) -> Said:
    against = {contact.result for contact in _contacts(line)} & _AGAINST
    return Said.UNSURE if against else Said.NO


def _contacts(line: Line) -> list[Contact]:
    if line.embassy_contacted is Said.NO:
        return [Contact("not_contacted", answered=line.embassy_note)]
    result = import_map.embassy_result(line.embassy_note)
    if line.embassy_contacted is Said.UNSURE or result is None:
        return []
    return [Contact(result, answered=line.embassy_note)]


def _decisions(session: Session, line: Line) -> list[Decision]:
    known = directory.offices(session)
    for each in line.consent:
        if each.recipient_kind is RecipientKind.OFFICE and each.recipient not in known:
            raise BadLine(line.number, f'"consent" names an unknown office: {each.recipient}.')
    return [
        Decision(each.recipient_kind, each.recipient, scope, each.given)
        for each in line.consent
        for scope in each.scopes
    ]


def _keep_the_rest(
    session: Session, case: Case, now: datetime, line: Line, data: IntakeData
) -> None:
    body = "\n".join(f"{what}: {words}" for what, words in _rest(session, line, data) if words)
    session.add(
        Note(case=case, at=now, kind="note", office_id=case.desk_office_id, body=clean(body))
    )
    session.flush()


def _rest(session: Session, line: Line, data: IntakeData) -> Iterator[tuple[str, str]]:
    understood = import_map.categories(line.categories, directory.taxonomy(session))
    claimed = {row.what for row in data.money}
    named = [party.name for party in data.parties]
    yield "Imported as", line.id
    yield "Source", line.source
    yield "Categories that no list of ours has", ", ".join(understood.unknown)
    yield "Summary as published", line.summary if line.statement else ""
    yield "Sector as published", "" if import_map.sector(line.sector) else line.sector
    yield "Urgency as published", "" if data.severity else line.severity
    yield "Recruiter as published", "" if [line.recruiter] == named else line.recruiter
    yield (
        "Sums as published",
        "; ".join(
            f"{each.what} {each.amount} {each.currency}"
            for each in line.amounts
            if each.what not in claimed
        ),
    )
    yield "About the embassy, as published", "" if data.embassy else line.embassy_note
    yield "Outcome as published", line.outcome
    yield "Remark", line.remark
