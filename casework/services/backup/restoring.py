"""Restoring a backup into an installation that is still empty, and proving that it is the same."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, func, insert, select, update

from casework.models import Case, Draft, Event, Staff
from casework.services import directory
from casework.services.backup import files, opening, rows
from casework.services.backup.manifest import BackupError, Manifest, TableFile

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection, Table
    from sqlalchemy.orm import Session

    from casework.services.backup.files import Tell
    from casework.storage import Store

SIGNS_OF_LIFE: Final = (Case, Staff, Draft, Event)


def fits(said: Manifest, about: Manifest) -> None:
    """Raise BackupError unless a backup belongs to this version and to these keys.

    `about` speaks of this installation.
    """
    if said.revision != about.revision:
        raise BackupError(
            f"The backup was made by Casework {said.version}, whose tables are of another shape"
            f" ({said.revision}): restore it with that version, then bring it up to date."
        )
    # Every wrapping key that the backup may need has to be here, and be the same.
    if said.keys != about.keys or not said.wrapping.items() <= about.wrapping.items():
        raise BackupError(
            "The keys do not belong to this backup: put back the keys that were kept with it"
            " (see `flask keys export`)."
        )


def restore(session: Session, store: Store, archive: Path, said: Manifest, tell: Tell) -> None:
    """Fill an empty installation from an archive that `opening.check` has found whole.

    All rows come in the caller's transaction; nothing is there unless all is. `tell` is told how
    many steps of how many are done, and may raise to end it. Raises BackupError.
    """
    if any(session.scalar(select(model.id).limit(1)) is not None for model in SIGNS_OF_LIFE):
        raise BackupError(
            "This installation is not empty: a backup is restored into a new one only."
        )
    connection = session.connection()
    by_name = {each.name: each for each in said.tables}
    found = rows.tables()
    if set(by_name) != {table.name for table in found}:
        raise BackupError("The backup does not have the tables of this version.")
    for table in reversed(found):
        empty(connection, table)
    filled, kept = len(found), len(found) + len(said.files)
    steps = kept + len(found)
    for done, table in enumerate(found):
        tell(done, steps)
        _fill(connection, table, archive, by_name[table.name])
    for done, path in enumerate(said.files, filled):
        tell(done, steps)
        store.write(path, files.pieces(archive.parent / files.FOLDER, path))
    for done, table in enumerate(found, kept):
        tell(done, steps)
        _prove(connection, table, by_name[table.name])
    tell(steps, steps)
    session.expire_all()
    directory.read_again(session)


def empty(connection: Connection, table: Table) -> None:
    """Take away what a first start has put there. The history refuses even to delete nothing."""
    if connection.scalar(select(func.count()).select_from(table)):
        for column in own_links(table):
            connection.execute(update(table).values({column: None}))
        connection.execute(delete(table))


def own_links(table: Table) -> list[str]:
    """Return the columns that point to other rows of the same table."""
    return [c.name for c in table.columns if any(k.column.table is table for k in c.foreign_keys)]


def _fill(connection: Connection, table: Table, archive: Path, said: TableFile) -> None:
    links = own_links(table)
    later: list[dict[str, Any]] = []
    lines = opening.lines(archive, said.name, said.sha256)
    ready = _unlinked(rows.parsed(table, lines), links, later)
    while chunk := list(islice(ready, rows.AT_ONCE)):
        connection.execute(insert(table), chunk)
    if later:
        link = update(table).where(table.c.id == bindparam("row_id"))
        connection.execute(link.values({name: bindparam(f"to_{name}") for name in links}), later)
    count_on(connection, table)


def _unlinked(
    found: Iterable[dict[str, Any]], links: list[str], later: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield rows without links to rows of their own table, which may not be there yet."""
    for row in found:
        if any(row[name] is not None for name in links):
            later.append({"row_id": row["id"], **{f"to_{name}": row[name] for name in links}})
        yield row | dict.fromkeys(links)


def count_on(connection: Connection, table: Table) -> None:
    """Let a number that the database counts go on where it was. SQLite sees to it by itself."""
    counted = table.autoincrement_column
    if counted is None or connection.dialect.name != "postgresql":
        return
    largest = connection.scalar(select(func.max(counted)))
    sequence = func.pg_get_serial_sequence(table.name, counted.name)
    connection.execute(select(func.setval(sequence, largest or 1, largest is not None)))


def _prove(connection: Connection, table: Table, said: TableFile) -> None:
    total = rows.summed(connection, table)
    if (total.rows, total.text) != (said.rows, said.sum):
        raise BackupError(f"The table {table.name} was not restored as it was.")
