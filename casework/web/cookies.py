"""The cookie that the browser can read: signed with SHA-256 instead of Flask's usual SHA-1."""

from __future__ import annotations

import hashlib

from flask.sessions import SecureCookieSessionInterface


class StronglySigned(SecureCookieSessionInterface):
    """Language, form token and short messages, which nobody but us can write."""

    digest_method = staticmethod(hashlib.sha256)
