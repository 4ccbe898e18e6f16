"""How commands speak: one clear sentence when something is wrong, and an exit code."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import IO, Any, Final, ParamSpec, TypeVar

import click
from flask import current_app
from flask.cli import with_appcontext

from casework.cli import database

P = ParamSpec("P")
R = TypeVar("R")
_BAD_ARGUMENTS: Final = 2


class Sorry(click.ClickException):
    """Something went wrong; the text is one sentence, the exit code 1."""

    def show(self, file: IO[Any] | None = None) -> None:
        """Say the sentence and nothing else."""
        click.echo(self.format_message(), err=True, file=file)


class Refused(Sorry):
    """The command was called in a way that makes no sense; the exit code is 2."""

    exit_code = _BAD_ARGUMENTS


class Command(click.Command):
    """A command that answers bad arguments with one sentence, not with its manual."""

    def make_context(
        self,
        info_name: str | None,
        args: list[str],
        parent: click.Context | None = None,
        **extra: Any,
    ) -> click.Context:
        """Read the arguments."""
        try:
            return super().make_context(info_name, args, parent, **extra)
        except click.UsageError as error:
            raise Refused(error.format_message()) from error


def says_why(function: Callable[P, R]) -> Callable[P, R]:
    """Let a database that cannot be worked with be one sentence."""

    @wraps(function)
    def saying(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return function(*args, **kwargs)
        except database.DatabaseUnusable as error:
            raise Sorry(str(error)) from error

    return saying


def on_data(function: Callable[P, R]) -> Callable[P, R]:
    """Run a command in the application, on a database that is up to date."""

    @wraps(function)
    def checked(*args: P.args, **kwargs: P.kwargs) -> R:
        database.check_ready(current_app)
        return function(*args, **kwargs)

    return with_appcontext(says_why(checked))
