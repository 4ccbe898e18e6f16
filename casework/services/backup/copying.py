"""Copying an installation into another database, which is proven to be equal at the end.

Rows are copied in the order of their keys, a batch a transaction. How far each table is stands in
a table of the target that is there only meanwhile, written in the same transaction: a copy that was
stopped or killed goes on where it was. The source is only read. Nobody may use it meanwhile; when
somebody did, it is said, and the copy is no good.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    MetaData,
    String,
    Table,
    bindparam,
    func,
    insert,
    inspect,
    or_,
    select,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from casework.models import ChainHead
from casework.services.backup import restoring, rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection, Row

    from casework.services.backup.files import Tell

AT_ONCE: Final = 1000
# What the table has in the place of a name for the copy as a whole.
_WHOLE: Final = ""
_NOTES: Final = Table(
    "copying",
    MetaData(),
    Column("name", String(63), primary_key=True),
    # The key of the last row that was copied, as text; of the whole, which source it is …
    Column("reached", String),
    # … and where its history had got to.
    Column("head", String),
    Column("copied", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
)

Begin = Callable[[], AbstractContextManager["Connection"]]


class CopyError(RuntimeError):
    """Something stands in the way of a copy; the text is one sentence."""


class Used(CopyError):
    """The installation was used while it was copied."""

    def __init__(self, where: str) -> None:
        super().__init__(
            f"The installation was used while it was copied ({where}): stop it, give an empty"
            " database, and copy it once more."
        )


@dataclass(frozen=True)
class Copy:
    """A copy: from what, as it is at one moment, and how a transaction in the target begins."""

    source: Connection
    begin: Begin


def under_way(connection: Connection) -> bool:
    """Tell whether a database is being copied into, and is not whole yet."""
    return inspect(connection).has_table(_NOTES.name)


def start(copy: Copy, which: str) -> None:
    """Begin a copy, or find the one that was begun; `which` tells the source from all others.

    Raises CopyError when the target holds anything else, Used.
    """
    head = _head(copy.source)
    with copy.begin() as target:
        if under_way(target):
            _go_on(target, which, head)
            return
        for model in restoring.SIGNS_OF_LIFE:
            if target.scalar(select(model.id).limit(1)) is not None:
                raise CopyError("The target is in use already: give an empty database.")
        found = rows.tables()
        for table in reversed(found):
            restoring.empty(target, table)
        _NOTES.create(target)
        names = [{"name": table.name, "reached": None, "head": None} for table in found]
        whole = {"name": _WHOLE, "reached": which, "head": head}
        target.execute(insert(_NOTES).values(copied=0, done=False), [*names, whole])


def _go_on(target: Connection, which: str, head: str) -> None:
    whole = _note(target, _WHOLE)
    if whole.reached != which:
        raise CopyError("The target holds half a copy of another installation.")
    if whole.head != head:
        raise Used("its history has gone on")


def _head(source: Connection) -> str:
    """Return where the history of the source has got to: whoever does anything moves it."""
    found = source.execute(select(ChainHead.seq, ChainHead.mac)).one_or_none()
    return f"{found.seq} {found.mac.hex()}" if found else ""


def _note(target: Connection, name: str) -> Row[Any]:
    return target.execute(select(_NOTES).where(_NOTES.c.name == name)).one()


def count(connection: Connection) -> int:
    """Return how many rows there are in all tables."""
    return sum(_count(connection, table) for table in rows.tables())


def _count(connection: Connection, table: Table) -> int:
    return connection.scalar(select(func.count()).select_from(table)) or 0


def fill(copy: Copy, tell: Tell) -> None:
    """Copy all rows that are not copied yet. `tell` may raise to end it after any batch.

    Raises CopyError, Used.
    """
    total = count(copy.source)
    with copy.begin() as target:
        # A sum of whole numbers is a decimal one on PostgreSQL.
        done = int(target.scalar(select(func.sum(_NOTES.c.copied))) or 0)
    tell(done, total)
    for table in rows.tables():
        for copied in _batches(copy, table):
            done += copied
            tell(done, total)
    tell(total, total)


def _batches(copy: Copy, table: Table) -> Iterator[int]:
    """Copy a table; say after each batch how many rows it had."""
    while True:
        with copy.begin() as target:
            note = _note(target, table.name)
            if note.done:
                return
            batch = _next(copy.source, table, note.reached)
            if not batch:
                _finish(copy.source, target, table)
                return
            _put(target, table, batch, note.reached)
        yield len(batch)


def _next(source: Connection, table: Table, reached: str | None) -> Sequence[Row[Any]]:
    key = rows.key(table)
    query = select(table).order_by(key).limit(AT_ONCE)
    if reached is not None:
        query = query.where(key > rows.read_back(key, reached))
    return source.execute(query).all()


def _put(target: Connection, table: Table, batch: Sequence[Row[Any]], reached: str | None) -> None:
    key, links = rows.key(table), restoring.own_links(table)
    newest = rows.written(key, getattr(batch[-1], key.name))
    mine = update(_NOTES).where(
        _NOTES.c.name == table.name, _NOTES.c.reached.is_not_distinct_from(reached)
    )
    moved = mine.values(reached=newest, copied=_NOTES.c.copied + len(batch))
    # Of two copies into one database the second waits here for the first, and finds it gone on.
    if target.execute(moved).rowcount != 1:
        raise CopyError("Another copy into this database is going on.")
    # Links to rows of the same table, which may not be there yet, come at the end.
    values = [row._asdict() | dict.fromkeys(links) for row in batch]
    try:
        target.execute(insert(table), values)
    except IntegrityError as error:
        raise Used(f"the table {table.name}") from error
    except DataError as error:
        raise CopyError(
            f"The target takes one of the rows of {table.name} up to {newest} not as it is:"
            " what stands in it does not fit its column."
        ) from error


def _finish(source: Connection, target: Connection, table: Table) -> None:
    links = restoring.own_links(table)
    if links:
        key = rows.key(table)
        query = select(key, *(table.c[name] for name in links))
        found = source.execute(query.where(or_(*(table.c[name].is_not(None) for name in links))))
        later = [
            {"row_key": row[0]} | {f"to_{name}": getattr(row, name) for name in links}
            for row in found
        ]
        if later:
            link = update(table).where(key == bindparam("row_key"))
            target.execute(link.values({name: bindparam(f"to_{name}") for name in links}), later)
    restoring.count_on(target, table)
    target.execute(update(_NOTES).where(_NOTES.c.name == table.name).values(done=True))


def differing(source: Connection, target: Connection, tell: Tell) -> list[str]:
    """Return the tables that are not the same on both sides, compared row by row.

    `source` has to be opened anew for it, to see what has been written since.
    """
    total = count(source) + count(target)
    done, found = 0, []
    for table in rows.tables():
        sums = []
        for side in (source, target):
            one = rows.Sum()
            with closing(rows.read(side, table)) as lines:
                for line in lines:
                    if not one.rows % AT_ONCE:
                        tell(done, total)
                    one.add(line)
                    done += 1
            sums.append((one.rows, one.text))
        if sums[0] != sums[1]:
            found.append(table.name)
    tell(total, total)
    return found


def finish(target: Connection) -> None:
    """Take away the notes of a copy that is equal: from now on the target can be used."""
    _NOTES.drop(target)
