"""The application: settings, database, keys, languages and pages put together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

import pysqlite3.dbapi2 as sqlite
from flask import Flask
from flask_compress import Compress
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from casework import config, crypto, i18n, storage, web
from casework.cli import commands
from casework.config import LOOPBACK, Settings, UnusableSetting
from casework.db import OLDEST_SQLITE, db, engine_options, tune
from casework.web import clock, context, headers, turns
from casework.web.cookies import StronglySigned
from casework.web.reporting import Discreet

ROOT: Final = Path(__file__).resolve().parent.parent
_MEGABYTE: Final = 1024 * 1024
# Long enough for a story with hundreds of rows; files have limits of their own.
_LARGEST_REQUEST: Final = 2 * _MEGABYTE
_MOST_FIELDS: Final = 2000


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for `settings`, or for what the environment says.

    Raises:
        UnusableSetting: a setting is wrong.
        KeysMissing: the keyset cannot be read.
        StoreDown: the folder of evidence files cannot be made.
        CatalogueMissing: an enabled language has no catalogue.

    """
    settings = settings or config.from_environment(os.environ, ROOT / "instance")
    app = Discreet(
        "casework",
        root_path=str(ROOT / "casework"),
        instance_path=str(settings.instance),
        template_folder=str(ROOT / "templates"),
        static_folder=None,
    )
    app.config.from_mapping(_configuration(settings))
    app.session_interface = StronglySigned()
    turns.init_app(app)
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    _open_database(app, settings)
    _install_keys(settings)
    i18n.init_app(app, ROOT / "translations", context.choose_language)
    # Before the check of form tokens, which stumbles over forms that no browser sends.
    headers.init_app(app)
    CSRFProtect(app)
    web.register(app, settings)
    commands.register(app)
    Compress(app)
    if settings.proxies:
        _believe_proxies(app, settings.proxies)
    return app


def _configuration(settings: Settings) -> dict[str, Any]:
    prefix = "__Host-" if settings.https else ""
    return {
        "SETTINGS": settings,
        "CLOCK": clock.system,
        "STORE": storage.open_store(settings),
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": engine_options(settings.database_url),
        "SESSION_COOKIE_NAME": f"{prefix}page",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.https,
        "PREFERRED_URL_SCHEME": "https" if settings.https else "http",
        "TRUSTED_HOSTS": _hosts(settings),
        # A form stays good as long as the browser is open; no referrer is sent (headers.py).
        "WTF_CSRF_TIME_LIMIT": None,
        "WTF_CSRF_SSL_STRICT": False,
        "MAX_CONTENT_LENGTH": _LARGEST_REQUEST,
        "MAX_FORM_MEMORY_SIZE": _LARGEST_REQUEST,
        "MAX_FORM_PARTS": _MOST_FIELDS,
        "COMPRESS_ALGORITHM": ["br", "gzip"],
        "COMPRESS_MIMETYPES": ["text/html", "text/csv", "application/json"],
    }


def _hosts(settings: Settings) -> list[str] | None:
    """Return the names under which the application answers; None for any.

    The name that a request gives ends up in the links of invitations. Only the demonstration, which
    invites nobody, believes any.
    """
    if settings.host:
        return [settings.host]
    return None if settings.demo else list(LOOPBACK)


def _open_database(app: Flask, settings: Settings) -> None:
    if settings.sqlite and sqlite.sqlite_version_info < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        raise UnusableSetting(f"SQLite {sqlite.sqlite_version} can lose data: {wanted} is needed.")
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            tune(engine)


def _install_keys(settings: Settings) -> None:
    if settings.keys:
        crypto.install(crypto.load_keyset(settings.keys))
    else:
        folder = settings.instance / "keys"
        crypto.install(crypto.keyset_from_folder(folder), folder)


def _believe_proxies(app: Flask, number: int) -> None:
    app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
        app.wsgi_app, x_for=number, x_proto=number, x_host=number
    )
