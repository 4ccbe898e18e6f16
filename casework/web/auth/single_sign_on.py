"""Signing in at a provider, where the installation has one, and coming back from it."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from flask import abort, current_app, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import oidc
from casework.db import transaction
from casework.domain.facts import Actor
from casework.domain.marks import N_
from casework.i18n import gettext
from casework.oidc import Asked, NotBelieved, ProviderDown
from casework.services import handshakes, sign_ins, single_sign_on
from casework.services.handshakes import Purpose, Question
from casework.services.sign_ins import Way
from casework.services.single_sign_on import EmailNotVerified, UnknownPerson
from casework.services.throttles import Deed
from casework.web import clock, pace, reporting, sessions, signing
from casework.web.access import public, requires_staff, safe_next
from casework.web.auth import waiting
from casework.web.auth.account import own
from casework.web.auth.blueprint import WRONG, auth
from casework.web.auth.confirm import remember

if TYPE_CHECKING:
    from casework.config import Provider
    from casework.oidc import Person

_VERIFIER_BYTES: Final = 48


@dataclass(frozen=True)
class Failure:
    """What somebody is told whom the provider did not bring here."""

    title: str
    text: str


DOWN: Final = Failure(
    N_("%(name)s does not answer"),
    N_("Try again in a few minutes, or sign in with your password."),
)
DENIED: Final = Failure(
    N_("%(name)s did not let you through"),
    N_("You said no there, or may not use it for Casework. You can sign in with your password."),
)
UNKNOWN: Final = Failure(
    N_("You have no account here"),
    N_(
        "%(name)s knows you, but nobody here works under your e-mail address. "
        "Ask your administrator for an invitation."
    ),
)
UNVERIFIED: Final = Failure(
    N_("Your e-mail address is not confirmed"),
    N_("%(name)s has not checked your e-mail address. Confirm it there first, then try again."),
)
LOST: Final = Failure(
    N_("This sign-in was not finished in time"),
    N_("The page was open too long, or was opened twice or in another window. Begin again."),
)
NOT_PROVEN: Final = Failure(
    N_("%(name)s did not ask you again"),
    N_("Sign in there as yourself, or show in another way that it is you."),
)


@auth.app_context_processor
def _offered() -> dict[str, object]:
    return {"single_sign_on": current_app.config["SETTINGS"].provider}


@auth.post("/single-sign-on")
@public
def provider_sign_in() -> ResponseReturnValue:
    """Send somebody to the provider, to sign in there."""
    return _begin(Purpose.PROVIDER, None)


@auth.post("/confirm/single-sign-on")
@requires_staff
def confirm_at_provider(actor: Actor) -> ResponseReturnValue:
    """Send somebody to the provider, to prove there again who they are."""
    return _begin(Purpose.CONFIRM_BY_PROVIDER, actor.staff_id)


def _begin(purpose: Purpose, staff_id: int | None) -> ResponseReturnValue:
    provider = _provider()
    pace.count(Deed.QUESTION)
    with transaction() as work:
        token, question = handshakes.ask(
            work,
            clock.now(),
            purpose,
            staff_id=staff_id,
            verifier=secrets.token_urlsafe(_VERIFIER_BYTES),
            wanted=safe_next(signing.wanted()),
        )
    again = purpose is Purpose.CONFIRM_BY_PROVIDER
    try:
        there = oidc.address(provider, _asked(question), state=token, again=again)
    except ProviderDown as down:
        return _down(provider, down)
    waiting.hold(token)
    return _sent(provider, there)


def _sent(provider: Provider, there: str) -> ResponseReturnValue:
    """Send the browser on by a page: our policy lets no form lead to another house.

    The provider may send it further, to houses that we cannot name in the policy.
    """
    page = render_template("auth/single_sign_on.html", name=provider.name, there=there)
    response = make_response(page)
    response.headers["Refresh"] = f"0; url={there}"
    return response


def _down(provider: Provider, down: ProviderDown) -> ResponseReturnValue:
    reporting.report("The provider of sign-ins is down", down)
    return _failed(provider, DOWN)


@auth.get("/single-sign-on/return")
@public
def provider_return() -> ResponseReturnValue:
    """Take somebody back from the provider, who has signed in there."""
    provider, token = _provider(), waiting.token()
    given = request.args.get("state", "")
    if not token or not hmac.compare_digest(token.encode(), given.encode()):
        return _failed(provider, LOST)
    with transaction() as work:
        question = handshakes.take(work, clock.now(), Purpose.PROVIDER, token)
        proof = handshakes.take(work, clock.now(), Purpose.CONFIRM_BY_PROVIDER, token)
    asked = question or proof
    if asked is None:
        return _failed(provider, LOST)
    # Another provider's answer, sent to us to be mixed up with this one's (RFC 9207).
    if "code" not in request.args or request.args.get("iss", provider.issuer) != provider.issuer:
        return _failed(provider, DENIED)
    try:
        person = oidc.person(provider, _asked(asked), clock.now(), request.args["code"])
    except ProviderDown as down:
        return _down(provider, down)
    except NotBelieved as false:
        reporting.report("The provider of sign-ins is not believed", false)
        with transaction() as work:
            sign_ins.refused(work, clock.now(), Way.PROVIDER)
        return _failed(provider, DENIED)
    return _entered(provider, asked, person) if question else _confirmed(provider, asked, person)


def _entered(provider: Provider, asked: Question, person: Person) -> ResponseReturnValue:
    try:
        with transaction() as work:
            staff = single_sign_on.enter(work, clock.now(), person)
    except UnknownPerson:
        return _failed(provider, UNKNOWN)
    except EmailNotVerified:
        return _failed(provider, UNVERIFIED)
    factor = _by_two(provider, person)
    return signing.welcome(staff, Way.PROVIDER, factor=factor, then=asked.wanted)


def _by_two(provider: Provider, person: Person) -> bool:
    """Tell whether somebody has shown a second factor there."""
    said = provider.unsaid if person.factor is None else person.factor
    return provider.factor and said


def _confirmed(provider: Provider, asked: Question, person: Person) -> ResponseReturnValue:
    if sessions.staff() is None:
        return _failed(provider, LOST)
    staff = own()
    if staff.id != asked.staff_id or not single_sign_on.proves(staff, person, clock.now()):
        return _failed(provider, NOT_PROVEN)
    # Whoever has no password here is known by the provider alone.
    remember(Way.PROVIDER, in_full=_by_two(provider, person) or not staff.password_hash)
    return signing.onward(staff, asked.wanted)


def _asked(question: Question) -> Asked:
    address = current_app.config["SETTINGS"].address
    return Asked(
        nonce=question.challenge.hex(),
        verifier=question.verifier or "",
        return_to=f"{address}{url_for('auth.provider_return')}",
    )


def _provider() -> Provider:
    provider: Provider | None = current_app.config["SETTINGS"].provider
    return provider or abort(404)


def _failed(provider: Provider, failure: Failure) -> ResponseReturnValue:
    page = render_template(
        "auth/single_sign_on_failed.html",
        title=gettext(failure.title, name=provider.name),
        text=gettext(failure.text, name=provider.name),
    )
    return page, WRONG
