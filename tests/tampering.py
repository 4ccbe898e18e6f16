"""What somebody with the database, but without the keys, does to a history."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update

from casework.db import WRITES
from casework.models import ChainHead, Event, guards

# Far above every number in use, to swap two places that have to stay unique.
_ASIDE: Final = 2**40


@contextmanager
def unguarded(connection: Connection) -> Iterator[None]:
    """Let the database refuse nothing, in the open transaction only."""
    if connection.dialect.name == "sqlite":
        guards.take_down(connection)
        yield
        guards.put_up(connection)
    else:
        # Without a lock on the table: somebody else may be reading it.
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        yield
        connection.exec_driver_sql("SET LOCAL session_replication_role = origin")


@contextmanager
def tampered(engine: Engine, *, kept: bool = True) -> Iterator[Connection]:
    """Open a transaction in which the database refuses nothing; undo it all unless `kept`."""
    with engine.connect().execution_options(**{WRITES: True}) as connection:
        work = connection.begin()
        with unguarded(connection):
            yield connection
        if kept:
            work.commit()


def newest(connection: Connection) -> int:
    return connection.scalar(select(func.max(Event.seq))) or 0


def edit(connection: Connection, random: Random) -> str:
    """Change one column of one line."""
    seq = random.randint(1, newest(connection))
    row = _line(connection, seq)
    changes: dict[str, Any] = {
        "id": row.id + random.randint(1, 9),
        "case_id": random.choice([(row.case_id or 0) + 1, None if row.case_id else 5]),
        "at": row.at + timedelta(microseconds=random.choice([-1, 1, 3_600_000_000])),
        "actor_kind": "system" if row.actor_kind != "system" else "staff",
        "action": row.action + "x",
        "data": row.data | {"office": "another"},
        "mac": random.randbytes(32),
    }
    column = random.choice(sorted(changes))
    place = update(Event).where(Event.seq == seq)
    connection.execute(place.values({column: changes[column]}))
    return column


def lose(connection: Connection, random: Random) -> str:
    """Delete one line; sometimes close the gap by counting the later ones anew."""
    top = newest(connection)
    seq = random.randint(1, top)
    connection.execute(delete(Event).where(Event.seq == seq))
    if seq == top or random.random() < 0.5:
        return "left a gap"
    _shift(connection, seq, -1)
    return "closed the gap"


def reorder(connection: Connection, random: Random) -> str:
    """Swap the places of two lines, or of what they say."""
    one, other = sorted(random.sample(range(1, newest(connection) + 1), 2))
    first, second = _line(connection, one), _line(connection, other)
    if random.random() < 0.5:
        _put(connection, first.id, _ASIDE, first.mac)
        _put(connection, second.id, one, second.mac)
        _put(connection, first.id, other, first.mac)
        return "whole lines"
    _put(connection, first.id, _ASIDE, first.mac)
    _put(connection, second.id, one, first.mac)
    _put(connection, first.id, other, second.mac)
    return "lines under the other's mac"


def add(connection: Connection, random: Random) -> str:
    """Write a line that nobody has written: at the end, in the middle, outside the chain."""
    top = newest(connection)
    row = _line(connection, random.randint(1, top))
    values = dict(row._mapping) | {"id": row.id + 1}
    where = random.choice(["end", "middle", "outside", "before"])
    if where == "outside":
        values |= {"seq": None, "mac": None}
    elif where == "before":
        values |= {"seq": -random.randint(0, 3)}
    elif where == "end":
        values |= {"seq": top + 1}
    else:
        _shift(connection, row.seq, 1)
        values |= {"seq": row.seq + 1}
    connection.execute(insert(Event).values(values))
    return where


def cut(connection: Connection, random: Random) -> str:
    """Delete the newest lines; sometimes move the head back to what is left."""
    left = random.randint(0, newest(connection) - 1)
    connection.execute(delete(Event).where(Event.seq > left))
    if random.random() < 0.5:
        return "only the lines"
    mac = _line(connection, left).mac if left else bytes(32)
    connection.execute(update(ChainHead).values(seq=left, mac=mac))
    return "and the head moved back"


def _shift(connection: Connection, after: int, by: int) -> None:
    later = update(Event).where(Event.seq > after)
    connection.execute(later.values(seq=Event.seq + _ASIDE))
    connection.execute(update(Event).where(Event.seq > _ASIDE).values(seq=Event.seq - _ASIDE + by))


def _line(connection: Connection, seq: int) -> Row[Any]:
    return connection.execute(select(Event.__table__).where(Event.seq == seq)).one()


def _put(connection: Connection, event_id: int, seq: int, mac: bytes) -> None:
    connection.execute(update(Event).where(Event.id == event_id).values(seq=seq, mac=mac))


WAYS: Final = (edit, lose, reorder, add, cut)
