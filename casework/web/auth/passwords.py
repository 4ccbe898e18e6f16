"""Words for a password that is refused."""

from __future__ import annotations

from typing import Final

from casework.domain.marks import N_
from casework.i18n import gettext
from casework.services.passwords import SHORTEST, Weakness, WeakPassword

_WEAK: Final = {
    Weakness.SHORT: N_("Choose a password of %(least)d characters or more."),
    Weakness.LONG: N_("Choose a shorter password."),
    Weakness.COMMON: N_("Many people use this password. Choose another one."),
    Weakness.OWN_EMAIL: N_("Do not use your e-mail address as password."),
}


def weak(found: WeakPassword) -> str:
    """Return why a password is refused, in the page's language."""
    return gettext(_WEAK[found.weakness], least=SHORTEST)
