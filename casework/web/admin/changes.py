"""What was changed in the settings and accounts, when and by whom."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from flask import render_template, request
from flask.typing import ResponseReturnValue

from casework import i18n
from casework.db import db
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.services import directory, names
from casework.services.settings import changes as service
from casework.web import clock
from casework.web.access import requires
from casework.web.admin.blueprint import admin
from casework.web.staff import words as staff_words
from casework.web.staff.blueprint import zone_of

if TYPE_CHECKING:
    from casework.models import Event
    from casework.services.names import Names

# The largest id there can be.
_LARGEST: Final = 2**63 - 1
SENTENCES: Final[Mapping[str, str]] = {
    "account:create": N_("%(who)s made an account for %(person)s."),
    "account:reinvite": N_("%(who)s made a new invitation for %(person)s."),
    "account:deactivate": N_("%(who)s ended the account of %(person)s."),
    "account:role": N_("%(who)s gave %(person)s another role or office."),
    "account:accept": N_("%(who)s chose a first password."),
    "account:password": N_("%(who)s changed the own password."),
    "account:profile": N_("%(who)s changed the name or the language of %(person)s."),
    "account:factor-reset": N_("%(who)s took the second step of %(person)s away."),
    "account:provider-linked": N_("%(who)s signed in by single sign-on for the first time."),
    "account:sign-in-failed": N_("Somebody gave a wrong password for %(person)s."),
    "account:second-step-failed": N_("Somebody gave a wrong code for %(person)s."),
    "account:factor-set": N_("%(who)s set the second step up."),
    "account:recovery-codes": N_("%(who)s made new recovery codes."),
    "account:passkey-added": N_("%(who)s added a passkey."),
    "account:passkey-renamed": N_("%(who)s gave a passkey another name."),
    "account:passkey-removed": N_("%(who)s took a passkey away."),
    "account:passkey-copied": N_("A passkey of %(who)s may have been copied."),
    "account:letters": N_("%(who)s changed what they are told by e-mail."),
    "settings:messages": N_("%(who)s had messages tried again that did not go."),
    "settings:webhook": N_("%(who)s changed what the system of %(office)s is told."),
    "settings:office": N_("%(who)s changed the office %(office)s."),
    "settings:rule": N_("%(who)s changed the rule “%(rule)s”."),
    "settings:ladder": N_("%(who)s changed level %(level)s of the ladder."),
    "settings:term": N_("%(who)s changed a time limit: %(term)s."),
    "settings:reminders": N_("%(who)s changed when offices are reminded."),
    "settings:country": N_("%(who)s changed the working time of %(country)s."),
    "settings:retention": N_("%(who)s switched the deleting of old cases on or off."),
    "settings:retention-rule": N_("%(who)s changed how long ended cases are kept."),
    "settings:holiday": N_("%(who)s changed the holidays of %(country)s."),
}


@admin.get("/changes")
@requires(Permission.SETTINGS)
def changes(actor: Actor) -> ResponseReturnValue:
    """Show the changes, the newest first."""
    page = service.page(db.session(), before=_before(request.args.get("before", "")))
    known = _names(page.rows)
    return render_template(
        "admin/changes.html",
        lines=[(row, _sentence(row, known), _details(row.data)) for row in page.rows],
        more=page.more,
        zone=zone_of(actor),
        today=clock.now(),
    )


def _before(text: str) -> int | None:
    digits = text.isascii() and text.isdigit() and len(text) <= len(str(_LARGEST))
    return min(int(text), _LARGEST) if digits else None


def _names(rows: list[Event]) -> Names:
    return names.of(
        db.session(),
        [row.data.get("office") for row in rows],
        [*(row.staff_id for row in rows), *(row.data.get("account") for row in rows)],
        [row.data.get("rule") for row in rows],
    )


def _sentence(row: Event, known: Names) -> str:
    data = row.data
    rule = data.get("rule") or ""
    return gettext(
        SENTENCES.get(row.action, row.action.replace("%", "%%")),
        who=known.person(row.staff_id) or gettext("Casework"),
        person=known.person(data.get("account")),
        office=known.office(data.get("office")),
        rule=gettext(known.rules.get(rule) or rule),
        level=i18n.number(data.get("level") or 0),
        term=staff_words.say(staff_words.CLOCK, data.get("kind")),
        country=i18n.country(data.get("country") or directory.DEFAULT_COUNTRY),
    )


def _details(data: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """Return each code that changed with its value before and after, as the history keeps them."""
    before, after = data.get("before"), data.get("after")
    if isinstance(before, dict) or isinstance(after, dict):
        old, new = before or {}, after or {}
        return [(key, _written(old.get(key)), _written(new.get(key))) for key in {**old, **new}]
    return [("", _written(before), _written(after))] if "after" in data else []


def _written(value: Any) -> str:
    match value:
        case None | "" | []:
            return "–"
        case list():
            return ", ".join(_written(each) for each in value)
        case dict():
            return " ".join(_written(each) for each in value.values())
        case _:
            return str(value)
