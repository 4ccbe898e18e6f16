"""The database: engine settings, the base of all tables, and the only commit in the house."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any

import pysqlite3.dbapi2 as sqlite
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import BigInteger, DateTime, Engine, MetaData, create_engine, event, exc
from sqlalchemy.engine import make_url
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, registry
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection
    from sqlalchemy.engine import Dialect

# SQLite before this version can corrupt a WAL database when two processes reset the log.
OLDEST_SQLITE = (3, 51, 3)
BUSY_TIMEOUT_MS = 15_000
_LOOK_AGAIN = 0.002  # seconds
WRITES = "casework_writes"
# Why SQLite could not do something that it can do at another moment: somebody writes, the disk or
# the memory is full, the file is not to be reached. All else is a fault of ours.
_PASSING = frozenset(
    ("BUSY", "LOCKED", "NOMEM", "READONLY", "INTERRUPT", "IOERR", "FULL", "CANTOPEN", "PROTOCOL")
)
# What `PRAGMA optimize` does by itself, and for tables too that this connection has not read.
_ALL_TABLES = 0x10002
_RANDOM_BITS = 22
_STEPS = 256
_ids = threading.Lock()
_newest_id = [0]

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def new_id() -> int:
    """Return a row id that is known before the row is stored, and grows with time.

    A sealed value is bound to the id of its row, so the id must exist first. 41 bits count
    milliseconds, 22 bits are random; a collision fails on the primary key. Of two ids made
    in one millisecond the later one is greater too: a history is told in the order it was made.
    """
    chance = secrets.randbits(_RANDOM_BITS)
    fresh = (time.time_ns() // 1_000_000) << _RANDOM_BITS | chance
    with _ids:
        _newest_id[0] = max(fresh, _newest_id[0] + 1 + chance % _STEPS)
        return _newest_id[0]


def made_at(row_id: int) -> datetime:
    """Return when `new_id` made an id."""
    return datetime.fromtimestamp((row_id >> _RANDOM_BITS) / 1000, UTC)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware in Python, stored in UTC on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store UTC; refuse a naive value, whose zone nobody knows."""
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "naive datetime"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive values their zone back."""
        del dialect
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """The base of all tables."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING),
        type_annotation_map={datetime: UtcDateTime, int: BigInteger},
    )


class Row(Base):
    """A table whose rows know their id from the moment they are made."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)

    def __init__(self, **values: Any) -> None:
        """Take column values: the id first and sealed values last.

        Sealing needs the id of the row and the key of its case.
        """
        plain, own = self._plain(), self.__dict__
        own["id"] = values.pop("id", None) or new_id()
        # A row that nobody has stored yet has no changes to keep book of.
        for name in plain & values.keys():
            own[name] = values.pop(name)
        for name in sorted(values, key=lambda name: hasattr(type(self), f"{name}_sealed")):
            setattr(self, name, values[name])

    @classmethod
    @cache
    def _plain(cls) -> frozenset[str]:
        """Return the names of all columns whose values are taken as they come."""
        return frozenset(cls.__table__.columns.keys()) - cls.__mapper__.validators.keys()


def engine_options(url: str) -> dict[str, Any]:
    """Return how an engine of ours is made for the database at an address."""
    # Values of a failed statement are a person's data: they must not reach a log.
    options: dict[str, Any] = {"hide_parameters": True}
    if make_url(url).get_backend_name() == "sqlite":
        return options | {"module": sqlite}
    return options | {"pool_pre_ping": True}


def open_engine(url: str, **options: Any) -> Engine:
    """Return an engine for another database than the installation's own."""
    engine = create_engine(url, **engine_options(url), **options)
    tune(engine)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """Open one write transaction on another database; commit at the end, or nothing."""
    with engine.connect().execution_options(**{WRITES: True}) as connection, connection.begin():
        yield connection


db = SQLAlchemy(model_class=Base, session_options={"autoflush": True})


def _commit(session: Session) -> None:
    session.commit()


@contextmanager
def _written(session: Session) -> Iterator[Session]:
    try:
        session.connection(execution_options={WRITES: True})
        yield session
        _commit(session)
    except BaseException:
        session.rollback()
        raise


@contextmanager
def transaction() -> Iterator[Session]:
    """Open one write transaction on the request's session; commit at the end, or nothing.

    Whatever was read before is forgotten first, so that what is written rests on rows as
    they are now. On SQLite the write lock is taken at the start: a reader that turns into
    a writer half-way would be refused.
    """
    session: Session = db.session()
    session.rollback()
    with _written(session):
        yield session


@contextmanager
def aside() -> Iterator[Session]:
    """Open a write transaction for a note beside what the request reads; commit at the end.

    What was read before stays as it was read: nothing of it may be changed here, nor decided on.
    """
    session: Session = db.session()
    expires, session.expire_on_commit = session.expire_on_commit, False
    try:
        # What was read ends its transaction and is kept.
        _commit(session)
        with _written(session):
            yield session
    finally:
        session.expire_on_commit = expires


def passes(error: exc.SQLAlchemyError) -> bool:
    """Tell whether a failed connection or statement may work when it is tried again as it is.

    PostgreSQL's driver has a kind of error for that, SQLite's has one for everything.
    """
    cause = getattr(error, "orig", None)
    if not isinstance(cause, sqlite.Error):
        return True
    name = getattr(cause, "sqlite_errorname", "")
    return name.removeprefix("SQLITE_").partition("_")[0] in _PASSING


def clear_journal() -> bool:
    """Empty SQLite's journal, where what was deleted still lies; tell whether it could be done.

    It cannot while another connection reads; the next call does it then. PostgreSQL keeps its
    journal in its own way (docs/security/retention-and-backup.md).
    """
    engine = db.engine
    if engine.dialect.name != "sqlite":
        return True
    db.session.rollback()
    # Outside of any transaction, which is what a connection of ours would begin.
    raw = engine.raw_connection()
    try:
        busy = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    finally:
        raw.close()
    return not busy


def optimize(connection: Connection) -> None:
    """Let SQLite look at a part of every table that has grown or changed much.

    Without that it takes the wrong index once there are many rows. PostgreSQL does it by itself.
    """
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA optimize={_ALL_TABLES}")


def _sqlite_pragmas(connection: Any, _record: object) -> None:
    # The driver must not open transactions of its own: `begin` below does.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _sqlite_begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES)
    if writes:
        _sqlite_begin_writing(connection)
    else:
        connection.exec_driver_sql("BEGIN")


def _sqlite_begin_writing(connection: Connection) -> None:
    """Take the write lock, or fail after the time that everybody waits.

    SQLite looks ever more seldom the longer it has waited, so that whoever came first would wait
    for all who come after. Here everybody looks equally often.
    """
    raw, until = connection.connection.cursor(), time.monotonic() + BUSY_TIMEOUT_MS / 1000
    raw.execute("PRAGMA busy_timeout=0")
    try:
        while time.monotonic() < until:
            try:
                raw.execute("BEGIN IMMEDIATE")
            except sqlite.OperationalError as error:
                if not error.sqlite_errorname.startswith("SQLITE_BUSY"):
                    break
                time.sleep(_LOOK_AGAIN)
            else:
                return
        # What cannot be done is told by the library, in its own kind of error.
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        raw.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
        raw.close()


def tune(engine: Engine) -> None:
    """Set an engine up: on SQLite durability, foreign keys and honest transactions."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _sqlite_pragmas)
        event.listen(engine, "begin", _sqlite_begin)
