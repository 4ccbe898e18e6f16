"""Single sign-on: what a provider is asked, and what of its answer is believed.

Authorization code with PKCE, state and nonce (OpenID Connect Core 1.0, RFC 7636, RFC 9700). The
provider is asked anew where its doors and keys are at every sign-in: it may change its keys at
any moment, and nobody signs in often enough for that to matter.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from casework.config import Provider, encrypted
from casework.on_demand import Library

if TYPE_CHECKING:
    import requests
    from authlib.common import errors as oauth
    from authlib.integrations import requests_client
    from authlib.integrations.requests_client import OAuth2Session
    from joserfc import errors as jose
    from joserfc import jwk, jwt
else:
    requests = Library("requests")
    oauth = Library("authlib.common.errors")
    requests_client = Library("authlib.integrations.requests_client")
    jose, jwk, jwt = Library("joserfc.errors"), Library("joserfc.jwk"), Library("joserfc.jwt")

# Seconds until a provider counts as down: somebody waits in front of an empty page.
_PATIENCE: Final = 8
# Seconds by which its clock may differ from ours.
_LEEWAY: Final = 60
_SCOPE: Final = "openid email"
_DISCOVERY: Final = "/.well-known/openid-configuration"
# How we show our secret: in a header, unless the provider takes it in the body only (RFC 6749).
_IN_HEADER: Final = "client_secret_basic"
_IN_BODY: Final = "client_secret_post"
_LARGEST: Final = 500_000
# Signatures with a public key only: no "none", and nothing that our own secret could have made.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
# Ways of proving who one is (RFC 8176) by what they rest on: two of these are two factors.
_KINDS: Final = (
    frozenset({"pwd", "pin", "kba"}),
    frozenset({"otp", "hwk", "swk", "sms", "tel", "sc", "pop"}),
    frozenset({"face", "fpt", "iris", "retina", "vbm"}),
)
_BY_MANY: Final = frozenset({"mfa", "mca"})
# Classes of sign-in that say outright that one factor was enough, or none.
_BY_ONE: Final = frozenset(
    {
        "0",
        "aal1",
        "https://refeds.org/profile/sfa",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
        "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport",
    }
)


class ProviderDown(Exception):
    """The provider does not answer, or not as providers do."""


class NotBelieved(Exception):
    """What the provider says about somebody is not proven to be its word, for us, now."""


@dataclass(frozen=True)
class Person:
    """Who signed in at the provider, by its word; `email` is None unless it is verified."""

    issuer: str
    subject: str
    email: str | None
    # Whether it was more than one way by which the person proved it; None where that is not said.
    factor: bool | None
    proved_at: datetime | None


@dataclass(frozen=True)
class Asked:
    """What was asked of the provider, and has to come back with the answer."""

    nonce: str
    verifier: str
    return_to: str


def address(provider: Provider, asked: Asked, *, state: str, again: bool = False) -> str:
    """Return the address at the provider where somebody signs in; raise ProviderDown.

    With `again` the provider is to ask for a new proof, even of somebody it knows already.
    """
    more = {"prompt": "login", "max_age": "0"} if again else {}
    with _session(provider, asked.return_to) as session:
        doors = _doors(session, provider)
        url, _ = session.create_authorization_url(
            doors["authorization_endpoint"],
            state=state,
            nonce=asked.nonce,
            code_verifier=asked.verifier,
            **more,
        )
    return str(url)


def person(provider: Provider, asked: Asked, now: datetime, code: str) -> Person:
    """Return who a code of the provider is for; raise ProviderDown or NotBelieved."""
    with _session(provider, asked.return_to) as session:
        doors = _doors(session, provider)
        if _IN_HEADER not in doors["token_endpoint_auth_methods_supported"]:
            session.token_endpoint_auth_method = _IN_BODY
        token = _token(session, doors["token_endpoint"], asked, code)
        keys = _json(session, doors["jwks_uri"])
        claims = _claims(provider, asked, now, str(token.get("id_token", "")), keys)
        if "email" not in claims and doors.get("userinfo_endpoint"):
            claims = _with_more(claims, session, token, doors["userinfo_endpoint"])
    return Person(
        issuer=provider.issuer,
        subject=str(claims["sub"]),
        email=_verified_email(claims),
        factor=_by_two(claims),
        proved_at=_moment(claims.get("auth_time"), now),
    )


def _session(provider: Provider, return_to: str) -> OAuth2Session:
    return requests_client.OAuth2Session(
        provider.client_id,
        provider.client_secret,
        scope=_SCOPE,
        redirect_uri=return_to,
        code_challenge_method="S256",
        default_timeout=_PATIENCE,
    )


def _doors(session: OAuth2Session, provider: Provider) -> dict[str, Any]:
    """Return what the provider says of itself (OpenID Connect Discovery 1.0)."""
    doors = _json(session, provider.issuer.rstrip("/") + _DISCOVERY)
    if doors.get("issuer") != provider.issuer:
        raise ProviderDown("the provider calls itself otherwise")
    doors.setdefault("token_endpoint_auth_methods_supported", [_IN_HEADER])
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not encrypted(str(doors.get(name, ""))):
            raise ProviderDown(f"{name} is missing or not safe")
    return doors


def _json(session: OAuth2Session, url: str, **how: Any) -> dict[str, Any]:
    """Return what stands at an address; whoever sends us elsewhere is not followed."""
    try:
        with session.get(
            url, withhold_token=not how, allow_redirects=False, stream=True, **how
        ) as answer:
            body = answer.raw.read(_LARGEST + 1, decode_content=True)
            found = json.loads(body) if answer.ok and len(body) <= _LARGEST else None
    except (requests.RequestException, oauth.AuthlibBaseError, OSError, ValueError) as error:
        raise ProviderDown(type(error).__name__) from error
    if not isinstance(found, dict):
        raise ProviderDown("no answer that can be read")
    return found


def _token(session: OAuth2Session, url: str, asked: Asked, code: str) -> Mapping[str, Any]:
    try:
        token: Mapping[str, Any] = session.fetch_token(
            url,
            grant_type="authorization_code",
            code=code,
            code_verifier=asked.verifier,
            allow_redirects=False,
        )
    except oauth.AuthlibBaseError as error:
        raise NotBelieved(error.error) from error
    except (requests.RequestException, ValueError, TypeError, AttributeError) as error:
        raise ProviderDown(type(error).__name__) from error
    return token


def _claims(
    provider: Provider, asked: Asked, now: datetime, token: str, keys: dict[str, Any]
) -> dict[str, Any]:
    """Return what an identity token says (OpenID Connect Core 1.0, section 3.1.3.7)."""
    try:
        claims = jwt.decode(token, jwk.KeySet.import_key_set(keys), algorithms=_ALGORITHMS).claims  # type: ignore[arg-type]
        jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=_LEEWAY,
            iss={"essential": True, "value": provider.issuer},
            sub={"essential": True},
            aud={"essential": True, "value": provider.client_id},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": asked.nonce},
        ).validate(claims)
    except (jose.JoseError, ValueError, TypeError, LookupError, AttributeError) as error:
        raise NotBelieved(type(error).__name__) from error
    others = claims["aud"] not in (provider.client_id, [provider.client_id])
    if claims.get("azp", None if others else provider.client_id) != provider.client_id:
        raise NotBelieved("it is for somebody else")
    return dict(claims)


def _with_more(
    claims: dict[str, Any], session: OAuth2Session, token: Mapping[str, Any], url: str
) -> dict[str, Any]:
    """Return the claims with the address of the person, where the provider gives it apart."""
    if not encrypted(url):
        raise ProviderDown("userinfo_endpoint is not safe")
    secret = {"Authorization": f"Bearer {token.get('access_token', '')}"}
    more = _json(session, url, headers=secret)
    if more.get("sub") != claims["sub"]:
        raise NotBelieved("it speaks of two people")
    return claims | {name: more.get(name) for name in ("email", "email_verified")}


def _verified_email(claims: dict[str, Any]) -> str | None:
    email = claims.get("email")
    verified = claims.get("email_verified")
    # Some providers write their yes as a word.
    sure = verified is True or verified == "true"
    return email if sure and isinstance(email, str) else None


def _by_two(claims: dict[str, Any]) -> bool | None:
    """Tell whether there were two factors; None where nothing is said of them."""
    if claims.get("acr") in _BY_ONE:
        return False
    ways = claims.get("amr")
    if ways is None:
        return None
    named = {way for way in ways if isinstance(way, str)} if isinstance(ways, list) else set()
    return bool(named & _BY_MANY) or sum(bool(named & kind) for kind in _KINDS) > 1


def _moment(seconds: object, now: datetime) -> datetime | None:
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        return None
    try:
        return datetime.fromtimestamp(seconds, now.tzinfo)
    except (OverflowError, OSError, ValueError):
        return None
