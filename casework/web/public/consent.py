"""One decision a page: who may see the case. Help depends on none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.domain import conflict, consent
from casework.domain.consent import Decision
from casework.domain.facts import RecipientKind, Scope
from casework.i18n import lazy as _l
from casework.services import directory
from casework.services.consents import decisions_for
from casework.web.fields import ChecksField, RadioField, choice, chosen
from casework.web.public import offices
from casework.web.public.forms import PageForm

if TYPE_CHECKING:
    from casework.domain.facts import OfficeFacts
    from casework.web.public.forms import Typed
    from casework.web.public.telling import Telling

SEND: Final = "send"
KEEP: Final = "keep"
TALK: Final = "talk"
# The pages that ask about an office, and how it is kept that they asked about files as well.
_SENDS: Final = ("office", "authority")
_WITH_FILES: Final = "|files"
_CHOOSE: Final = _l("Choose one answer. Whatever you choose, we help you.")


class SendForm(PageForm):
    """Whether the case may be sent to an office; where there are files, whether with them."""

    answer = RadioField(
        _l("Your answer"),
        chosen(_CHOOSE),
        choices=[
            choice(SEND, _l("Yes, send it")),
            choice(KEEP, _l("No, do not send it"), _l("We still help you.")),
            choice(
                TALK,
                _l("I want to talk to someone first"),
                _l("The person helping you asks you again. Until then nothing is sent."),
            ),
        ],
    )
    files = ChecksField(
        _l("Your photos, papers and recordings"),
        choices=[
            choice(
                SEND,
                _l("They may see the files I added"),
                _l("They get copies without the place where a photo was taken."),
            )
        ],
    )


class NameForm(PageForm):
    """Whether that office may know the name."""

    answer = RadioField(
        _l("Your answer"),
        chosen(_CHOOSE),
        choices=[
            choice(SEND, _l("Yes, tell them my name and telephone")),
            choice(KEEP, _l("No, do not tell them who I am")),
        ],
    )


class HigherForm(PageForm):
    """Whether the offices above may be asked."""

    answer = RadioField(
        _l("Your answer"),
        chosen(_CHOOSE),
        choices=[
            choice(SEND, _l("Yes, ask the offices above them")),
            choice(KEEP, _l("No, do not ask them"), _l("We still help you.")),
        ],
    )


class CountForm(PageForm):
    """Whether the case may be counted."""

    answer = RadioField(
        _l("Your answer"),
        chosen(_CHOOSE),
        choices=[
            choice(SEND, _l("Yes, count it")),
            choice(KEEP, _l("No, do not count it")),
        ],
    )


def send(telling: Telling, typed: Typed) -> PageForm:
    """Return the form for one office; it speaks of files only where there are some."""
    form = SendForm(typed)
    if not telling.answers.files:
        del form.files
    return form


def name(_telling: Telling, typed: Typed) -> PageForm:
    """Return the form for the name."""
    return NameForm(typed)


def higher(_telling: Telling, typed: Typed) -> PageForm:
    """Return the form for the offices above."""
    return HigherForm(typed)


def count(_telling: Telling, typed: Typed) -> PageForm:
    """Return the form for statistics."""
    return CountForm(typed)


def office_of(telling: Telling, page: str) -> OfficeFacts | None:
    """Return the office that a page speaks of; the offices above are spoken of by the first."""
    match page:
        case "office" | "identity" | "higher":
            return telling.office
        case "authority":
            return telling.authority
        case _:
            return None


def whom(telling: Telling, page: str) -> str:
    """Return whom a page asks about now: an answer about somebody else does not count for it."""
    if page == "higher":
        return telling.origin
    office = office_of(telling, page)
    return consent.role_recipient(office) if office else ""


def about(telling: Telling, page: str) -> str:
    """Return whom a page asks about now, and whether about files too, as it is kept."""
    with_files = page in _SENDS and telling.answers.files
    return whom(telling, page) + (_WITH_FILES if with_files else "")


def still_counts(telling: Telling, page: str) -> bool:
    """Tell whether a page was answered about whom it asks now, and about the files if any."""
    asked = telling.answers.asked.get(page)
    # Whoever was asked about files that are gone now need not be asked again without them.
    return asked in {about(telling, page), whom(telling, page) + _WITH_FILES}


def answer(telling: Telling, page: str) -> str:
    """Return the answer on a page that was given about whom it asks now; empty otherwise."""
    if not still_counts(telling, page):
        return ""
    return str(telling.value(page, "answer") or "")


def asks_name(telling: Telling) -> bool:
    """Tell whether the name is a question: it was given, and the case is to be sent."""
    return not telling.anonymous and answer(telling, "office") == SEND


def asks_higher(telling: Telling) -> bool:
    """Tell whether there will be an office whose silence can be answered."""
    return SEND in {answer(telling, "office"), answer(telling, "authority")}


def neutral_first(telling: Telling) -> bool:
    """Tell whether a neutral person reads the case before any office may."""
    facts = telling.facts
    return conflict.awaits_triage(facts)


def wants_to_talk(telling: Telling) -> bool:
    """Tell whether the person wants to talk to someone before deciding."""
    return TALK in {answer(telling, "office"), answer(telling, "authority")}


def decisions(telling: Telling) -> list[Decision]:
    """Return what was decided, as it is stored. Who wants to talk first has decided nothing."""
    found: list[Decision] = []
    for page in _SENDS:
        said = answer(telling, page)
        if said in {SEND, KEEP} and whom(telling, page):
            found += decisions_for(
                RecipientKind.ROLE,
                whom(telling, page),
                send=said == SEND,
                identity=page == "office" and _named(telling),
                files=shows_files(telling, page) if telling.answers.files else None,
            )
    if asks_higher(telling) and (said := answer(telling, "higher")):
        found += decisions_for(
            RecipientKind.STATE, telling.origin, send=said == SEND, identity=False
        )
    if said := answer(telling, "count"):
        found.append(
            Decision(
                RecipientKind.OFFICE, directory.COORDINATOR, Scope.STATISTICS, given=said == SEND
            )
        )
    return found


def _named(telling: Telling) -> bool:
    return asks_name(telling) and answer(telling, "identity") == SEND


def shows_files(telling: Telling, page: str) -> bool:
    """Tell whether the office that a page asks about may see the files, as far as it says."""
    return SEND in (telling.value(page, "files") or ())


def whom_words(telling: Telling, page: str) -> str:
    """Return the office that a page asks about, in words."""
    office = office_of(telling, page)
    return offices.kind_name(office) if office else ""
