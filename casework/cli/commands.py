"""The commands of `flask`, put on the application: each is loaded when somebody calls it.

The server loads none of them, nor what only they need.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import click
from flask import Flask
from flask.cli import AppGroup

# The name of each command, and where it stands.
_COMMANDS: Final = {
    "prepare": "prepare:prepare",
    "load-reference": "prepare:load_reference",
    "load-demo": "prepare:load_demo",
    "import-complaints": "complaints:import_complaints",
    "try-routing": "complaints:try_routing",
    "routes-coverage": "routes:routes_coverage",
    "escalate": "sweeping:escalate",
    "deliver": "delivering:deliver",
    "create-admin": "upkeep:create_admin",
    "purge": "upkeep:purge",
    "sessions": "sessions:group",
    "keys": "keys:group",
    "audit": "audit:group",
    "backup": "backups:backup",
    "restore": "backups:restore",
    "copy-database": "copying:copy_database",
    "retention": "keeping:group",
}


class Commands(AppGroup):
    """The commands of the application, by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands."""
        return sorted({*super().list_commands(ctx), *_COMMANDS})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command; return None where there is none of that name."""
        if place := _COMMANDS.get(cmd_name):
            module, _, name = place.partition(":")
            command: click.Command = getattr(import_module(f"casework.cli.{module}"), name)
            return command
        return super().get_command(ctx, cmd_name)


def register(app: Flask) -> None:
    """Put all commands on the application."""
    app.cli = Commands(app.name)
