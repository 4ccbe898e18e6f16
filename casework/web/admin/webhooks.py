"""The system of an office: where it is told of news, and the secret that signs what it is told."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from casework.db import db, transaction
from casework.domain.areas import Permission
from casework.domain.facts import Actor
from casework.i18n import gettext
from casework.i18n import lazy as _l
from casework.models import Office, OfficeWebhook
from casework.services import webhooks
from casework.services.webhooks import NoAddress
from casework.web import clock
from casework.web.access import fresh, requires
from casework.web.admin.blueprint import WRONG, admin
from casework.web.fields import Form, TextField, required


class WebhookForm(Form):
    """Where the system is told."""

    url = TextField(
        _l("Address of the system"),
        required(_l("Write a web address that begins with https://.")),
        longest=500,
    )


class TurnForm(Form):
    """A button."""


@admin.route("/offices/<office_id>/system", methods=["GET", "POST"])
@requires(Permission.SETTINGS)
@fresh
def webhook(actor: Actor, office_id: str) -> ResponseReturnValue:
    """Show where an office's system is told, and change it; a new secret is shown once."""
    hook, form, secret = _hook(office_id), WebhookForm(), None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                url = form.url.data or ""
                secret = webhooks.join(session, actor, clock.now(), office_id, url)
        except NoAddress:
            form.url.errors = [gettext("Write a web address that begins with https://.")]
        else:
            flash(gettext("The system of the office is told from now on."))
            if secret is None:
                return redirect(url_for("admin.webhook", office_id=office_id))
    elif hook is not None and not form.is_submitted():
        form.url.data = hook.url
    return _page(office_id, form, secret), WRONG if form.errors else 200


@admin.post("/offices/<office_id>/system/<any(secret,off):turn>")
@requires(Permission.SETTINGS)
@fresh
def turn_webhook(actor: Actor, office_id: str, turn: str) -> ResponseReturnValue:
    """Make a new secret, which is shown once; or tell the system nothing more."""
    secret = None
    if _hook(office_id) is not None and TurnForm().validate_on_submit():
        with transaction() as session:
            hook = webhooks.of(session, office_id) or abort(404)
            if turn == "secret":
                secret = webhooks.renew(session, actor, clock.now(), hook)
            else:
                webhooks.leave(session, actor, clock.now(), hook)
    if secret is None:
        return redirect(url_for("admin.webhook", office_id=office_id))
    return _page(office_id, WebhookForm(formdata=None, obj=_hook(office_id)), secret)


def _hook(office_id: str) -> OfficeWebhook | None:
    if db.session().get(Office, office_id) is None:
        abort(404)
    return webhooks.of(db.session(), office_id)


def _page(office_id: str, form: WebhookForm, secret: str | None) -> str:
    return render_template(
        "admin/webhook.html",
        form=form,
        office=db.session().get_one(Office, office_id),
        hook=_hook(office_id),
        secret=secret,
    )
