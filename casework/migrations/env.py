"""How revisions of the database are written and run: on the application's own engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from alembic import context

import casework.models  # noqa: F401 - the metadata is complete only when all tables are loaded.
from casework.db import WRITES, Base, UtcDateTime, db

if TYPE_CHECKING:
    from alembic.autogenerate.api import AutogenContext
    from sqlalchemy import Connection, Engine


def rendered(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own type as what it is in the database: a revision must not follow the code."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def run(connection: Connection) -> None:
    """Run the revisions in one transaction."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        # SQLite changes a table by copying it.
        render_as_batch=True,
        render_item=rendered,
        compare_type=True,
        # SQLite, too, can undo a change of its tables: half a revision is none.
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def keep_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys; outside a transaction, as SQLite asks."""
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        if driver is not None:
            driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


def check_foreign_keys(connection: Connection) -> None:
    """Refuse, on SQLite, a revision that left a row without what it belongs to."""
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").first()
        if broken is not None:
            raise RuntimeError(
                f"A row of {broken[0]} belongs to a row of {broken[2]} that is gone."
            )


# Another database than the application's own is made ready when it is to be copied into.
engine: Engine = context.config.attributes.get("engine") or db.engine
with engine.connect().execution_options(**{WRITES: True}) as engine_connection:
    # Copying a table drops the old one, which must not delete what hangs on its rows.
    keep_foreign_keys(engine_connection, on=False)
    try:
        run(engine_connection)
        check_foreign_keys(engine_connection)
        engine_connection.commit()
    finally:
        keep_foreign_keys(engine_connection, on=True)
