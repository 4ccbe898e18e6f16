"""Words for what happened to an account."""

from __future__ import annotations

from typing import Final

from casework import i18n
from casework.db import db
from casework.domain.marks import N_
from casework.i18n import gettext, ngettext
from casework.models import AccountNotice, Staff
from casework.services.own_notices import Told

_TOLD: Final[dict[str, str]] = {
    Told.FACTOR_SET: N_("A second step at sign-in was set up."),
    Told.FACTOR_RESET: N_("An administrator took the second step at sign-in away."),
    Told.REINVITED: N_("An administrator made a new invitation. The old password stopped working."),
    Told.CODES_RENEWED: N_("New recovery codes were made."),
    Told.PASSKEY_ADDED: N_("A passkey was added."),
    Told.PASSKEY_RENAMED: N_("A passkey got another name."),
    Told.PASSKEY_REMOVED: N_("A passkey was taken away."),
    Told.PASSKEY_COPIED: N_(
        "Somebody tried to sign in with what looks like a copy of your passkey, and was refused. "
        "Take the passkey away and add a new one."
    ),
    Told.PROVIDER_LINKED: N_("The account was joined with single sign-on."),
    Told.WRONG_CODES: N_(
        "Somebody knew the password and tried wrong codes again and again. If it was not you, "
        "change your password now."
    ),
}
_TOLD_OF_OTHERS: Final[dict[str, str]] = {
    Told.OTHER_MADE: N_("An administrator made an account for %(name)s."),
    Told.OTHER_ROLE: N_("An administrator gave %(name)s another role or office."),
    Told.OTHER_REINVITED: N_(
        "An administrator made a new invitation for %(name)s. The old password stopped working."
    ),
    Told.OTHER_RESET: N_("An administrator took the second step at sign-in of %(name)s away."),
}


def told(notice: AccountNotice) -> str:
    """Return what the owner of an account is told, in the page's language."""
    if notice.kind == Told.RECOVERY_USED:
        left = notice.number or 0
        return ngettext(
            "A recovery code was used to sign in. %(count)s is left.",
            "A recovery code was used to sign in. %(count)s are left.",
            left,
            count=i18n.number(left),
        )
    if notice.kind in _TOLD_OF_OTHERS:
        other = db.session.get(Staff, notice.number)
        name = other.name if other else ""
        return gettext(_TOLD_OF_OTHERS[notice.kind], name=name)
    return gettext(_TOLD[notice.kind])
