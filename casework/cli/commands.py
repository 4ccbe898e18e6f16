"""The commands of `flask`, put on the application."""

from __future__ import annotations

from typing import Final

from flask import Flask

from casework.cli import (
    audit,
    backups,
    complaints,
    copying,
    delivering,
    keeping,
    keys,
    prepare,
    routes,
    sessions,
    sweeping,
    upkeep,
)

_COMMANDS: Final = (
    prepare.prepare,
    prepare.load_reference,
    prepare.load_demo,
    complaints.import_complaints,
    complaints.try_routing,
    routes.routes_coverage,
    sweeping.escalate,
    delivering.deliver,
    upkeep.create_admin,
    upkeep.purge,
    sessions.group,
    keys.group,
    audit.group,
    backups.backup,
    backups.restore,
    copying.copy_database,
    keeping.group,
)


def register(app: Flask) -> None:
    """Put all commands on the application."""
    for command in _COMMANDS:
        app.cli.add_command(command)
