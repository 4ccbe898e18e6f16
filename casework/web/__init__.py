"""The pages. Every blueprint of the house is registered here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from casework.web import (
    access,
    assets,
    auth,
    context,
    errors,
    health,
    pages,
    reading,
    request_log,
    uploading,
)
from casework.web.admin import admin
from casework.web.office import office
from casework.web.public import public
from casework.web.staff import staff
from casework.web.supervisor import supervisor

if TYPE_CHECKING:
    from flask import Blueprint, Flask

    from casework.config import Settings

BLUEPRINTS: Final[tuple[Blueprint, ...]] = (
    pages.pages,
    health.health,
    auth.auth,
    public,
    office,
    staff,
    supervisor,
    admin,
)


def register(app: Flask, settings: Settings) -> None:
    """Put guards, error pages and all blueprints on the application."""
    request_log.init_app(app)
    access.init_app(app)
    errors.init_app(app)
    context.init_app(app)
    assets.init_app(app, settings)
    uploading.init_app(app)
    reading.init_app(app, settings)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
