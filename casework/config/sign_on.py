"""Who else may say who a member of staff is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from casework.config.checks import UnusableSetting, checked_url, switch

_OF_PROVIDER: Final = ("CLIENT_ID", "CLIENT_SECRET", "NAME")


@dataclass(frozen=True)
class Provider:
    """Who else may say who a member of staff is: a provider of OpenID Connect.

    `name` stands on the button. `factor` says that the provider demands a second factor of
    everybody, so that ours is not asked for again; `unsaid` that it does so even where it does not
    say it of each sign-in.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    factor: bool = False
    unsaid: bool = False


def provider(environ: Mapping[str, str]) -> Provider | None:
    """Return the provider that the environment names; None where there is none."""
    issuer = environ.get("CASEWORK_OIDC_ISSUER", "")
    if not issuer:
        return None
    checked_url("CASEWORK_OIDC_ISSUER", issuer)
    given = {name: environ.get(f"CASEWORK_OIDC_{name}", "") for name in _OF_PROVIDER}
    missing = [f"CASEWORK_OIDC_{name}" for name, value in given.items() if not value]
    if not environ.get("CASEWORK_ADDRESS"):
        missing.append("CASEWORK_ADDRESS")
    if missing:
        raise UnusableSetting(f"CASEWORK_OIDC_ISSUER needs {missing[0]} too.")
    unsaid = "CASEWORK_OIDC_FACTOR_UNSAID"
    return Provider(
        issuer=issuer,
        client_id=given["CLIENT_ID"],
        client_secret=given["CLIENT_SECRET"],
        name=given["NAME"],
        factor=switch("CASEWORK_OIDC_FACTOR", environ.get("CASEWORK_OIDC_FACTOR", "")),
        unsaid=switch(unsaid, environ.get(unsaid, "")),
    )
