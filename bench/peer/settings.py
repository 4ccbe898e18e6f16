"""django-helpdesk as its documentation sets it up, on the database that PEER_DATABASE names.

Where its documentation leaves a choice, the quicker one is taken: cached templates, connections
that are kept, SQLite with a write-ahead log.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from psycopg.conninfo import conninfo_to_dict

FOLDER: Final = Path(os.environ["PEER_FOLDER"])
BUSY_TIMEOUT: Final = 15  # seconds, as ours waits.


def _database(url: str) -> dict[str, Any]:
    if url.startswith("sqlite:"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(FOLDER / "helpdesk.sqlite3"),
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": BUSY_TIMEOUT,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    told = conninfo_to_dict(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": told["dbname"],
        "USER": told.get("user", ""),
        "PASSWORD": told.get("password", ""),
        "HOST": told.get("host", ""),
        "PORT": told.get("port", ""),
        "OPTIONS": {"pool": True},
    }


DATABASES: Final = {"default": _database(os.environ.get("PEER_DATABASE", "sqlite:"))}
SECRET_KEY: Final = os.environ["SECRET_KEY"]
DEBUG: Final = False
ALLOWED_HOSTS: Final = ["127.0.0.1"]
ROOT_URLCONF: Final = "bench.peer.urls"
DEFAULT_AUTO_FIELD: Final = "django.db.models.AutoField"
INSTALLED_APPS: Final = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.humanize",
    "rest_framework",
    "helpdesk",
]
MIDDLEWARE: Final = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES: Final = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]
SITE_ID: Final = 1
USE_TZ: Final = True
TIME_ZONE: Final = "UTC"
LANGUAGE_CODE: Final = "en"
LOGIN_URL: Final = "helpdesk:login"
LOGIN_REDIRECT_URL: Final = "helpdesk:home"
STATIC_URL: Final = "/static/"
STATIC_ROOT: Final = FOLDER / "static"
MEDIA_ROOT: Final = FOLDER / "media"
STORAGES: Final = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
# Nobody is written to: what is measured is the tickets, not the post.
EMAIL_BACKEND: Final = "django.core.mail.backends.dummy.EmailBackend"
# Without teams, which would ask for five more packages.
HELPDESK_TEAMS_MODE_ENABLED: Final = False
HELPDESK_PUBLIC_ENABLED: Final = True
HELPDESK_VIEW_A_TICKET_PUBLIC: Final = True
HELPDESK_SUBMIT_A_TICKET_PUBLIC: Final = True
