"""Signing in and out, the second step, and one's own account."""

from casework.web.auth import account, confirm, invitation, sign_in
from casework.web.auth.blueprint import auth

__all__ = ["account", "auth", "confirm", "invitation", "sign_in"]
