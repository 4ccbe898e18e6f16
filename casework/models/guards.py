"""What the database itself refuses: to change, delete or empty the history.

Whoever owns the tables can take the guards away; that is what the chain is for. They stop
mistakes, and whoever got no further than the application's statements.
"""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Connection, Table, event

from casework.crypto import BEGINNING, head_seal
from casework.models.chain_head import ONLY, ChainHead
from casework.models.event import Event

_WHY: Final = "the history is never changed"
_TOLD: Final = ("id", "case_id", "at", "actor_kind", "staff_id", "office_id", "action", "data")


def _changed(cast: str, differs_from: str) -> str:
    """Return the condition of a change: any, but that a new line gets its place, once."""
    told = " OR ".join(f"OLD.{name}{cast} {differs_from} NEW.{name}{cast}" for name in _TOLD)
    placed = "OLD.seq IS NOT NULL OR OLD.mac IS NOT NULL OR NEW.seq IS NULL OR NEW.mac IS NULL"
    return f"{placed} OR {told}"


_UP_SQLITE: Final = f"""
CREATE TRIGGER event_no_change BEFORE UPDATE ON event WHEN {_changed("", "IS NOT")}
    BEGIN SELECT RAISE(ABORT, '{_WHY}'); END;;
CREATE TRIGGER event_no_loss BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, '{_WHY}'); END;;
-- REPLACE deletes the row whose place it takes without asking the guard above.
CREATE TRIGGER event_no_replacement BEFORE INSERT ON event
    WHEN EXISTS (SELECT 1 FROM event WHERE id = NEW.id OR seq = NEW.seq)
    BEGIN SELECT RAISE(ABORT, '{_WHY}'); END
"""  # noqa: S608 - nothing that anybody typed stands in it.
_DOWN_SQLITE: Final = """
DROP TRIGGER IF EXISTS event_no_change;;
DROP TRIGGER IF EXISTS event_no_loss;;
DROP TRIGGER IF EXISTS event_no_replacement
"""
_UP_POSTGRESQL: Final = f"""
CREATE OR REPLACE FUNCTION history_is_kept() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION '{_WHY}'; END $$;;
CREATE TRIGGER event_no_change BEFORE UPDATE ON event FOR EACH ROW
    WHEN ({_changed("::text", "IS DISTINCT FROM")}) EXECUTE FUNCTION history_is_kept();;
CREATE TRIGGER event_no_loss BEFORE DELETE OR TRUNCATE ON event
    FOR EACH STATEMENT EXECUTE FUNCTION history_is_kept()
"""
_DOWN_POSTGRESQL: Final = """
DROP TRIGGER IF EXISTS event_no_change ON event;;
DROP TRIGGER IF EXISTS event_no_loss ON event;;
DROP FUNCTION IF EXISTS history_is_kept()
"""


def put_up(connection: Connection) -> None:
    """Let the database refuse changes of the history."""
    _run(connection, _UP_SQLITE if connection.dialect.name == "sqlite" else _UP_POSTGRESQL)


def take_down(connection: Connection) -> None:
    """Take away what `put_up` put up."""
    _run(connection, _DOWN_SQLITE if connection.dialect.name == "sqlite" else _DOWN_POSTGRESQL)


def _run(connection: Connection, statements: str) -> None:
    # One after the other: SQLite's driver takes no more than one at a time.
    for statement in statements.split(";;"):
        connection.exec_driver_sql(statement)


def begin(connection: Connection) -> None:
    """Write the head of a history that has not begun."""
    head = {"id": ONLY, "seq": 0, "mac": BEGINNING, "seal": head_seal(0, BEGINNING)}
    connection.execute(ChainHead.metadata.tables[ChainHead.__tablename__].insert().values(head))


def _guard(_table: Table, connection: Connection, **_more: Any) -> None:
    put_up(connection)


def _begin(_table: Table, connection: Connection, **_more: Any) -> None:
    begin(connection)


event.listen(Event.__table__, "after_create", _guard)
event.listen(ChainHead.__table__, "after_create", _begin)
