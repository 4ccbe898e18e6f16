"""Administration: accounts, offices, rules, ladder, time limits and working time."""

from __future__ import annotations

from casework.web.admin import (
    accounts,
    changes,
    countries,
    coverage,
    ladder,
    letters,
    offices,
    retention,
    rules,
    terms,
    webhooks,
)
from casework.web.admin.blueprint import admin

VIEWS = (
    accounts,
    changes,
    countries,
    coverage,
    ladder,
    letters,
    offices,
    retention,
    rules,
    terms,
    webhooks,
)

__all__ = ["admin"]
