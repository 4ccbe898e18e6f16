"""Administration: accounts, offices, rules, ladder, time limits and working time."""

from __future__ import annotations

from casework.web.admin import (
    accounts,
    changes,
    countries,
    coverage,
    ladder,
    offices,
    retention,
    rules,
    terms,
)
from casework.web.admin.blueprint import admin

VIEWS = (accounts, changes, countries, coverage, ladder, offices, retention, rules, terms)

__all__ = ["admin"]
