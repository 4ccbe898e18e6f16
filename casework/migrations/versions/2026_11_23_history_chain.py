"""The history is chained and can only grow."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

from casework import crypto
from casework.db import UtcDateTime
from casework.models import chaining, guards

revision: Final = "history_chain"
down_revision: Final = "first_tables"
branch_labels: Final = None
depends_on: Final = None

_MAC: Final = 32
_AT_ONCE: Final = 1000
_EVENT: Final = sa.table(
    "event",
    sa.column("id", sa.BigInteger),
    sa.column("case_id", sa.BigInteger),
    sa.column("at", UtcDateTime()),
    sa.column("actor_kind", sa.String),
    sa.column("staff_id", sa.BigInteger),
    sa.column("office_id", sa.String),
    sa.column("action", sa.String),
    sa.column("data", sa.JSON),
    sa.column("seq", sa.BigInteger),
    sa.column("mac", sa.LargeBinary),
)
_HEAD: Final = sa.table(
    "chain_head",
    sa.column("seq", sa.BigInteger),
    sa.column("mac", sa.LargeBinary),
    sa.column("seal", sa.LargeBinary),
)


def upgrade() -> None:
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.add_column(sa.Column("seq", sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column("mac", sa.LargeBinary(length=_MAC), nullable=True))
        batch_op.drop_constraint("fk_event_case_id_cases", type_="foreignkey")
        batch_op.create_unique_constraint("uq_event_seq", ["seq"])
    op.create_table(
        "chain_head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("mac", sa.LargeBinary(length=_MAC), nullable=False),
        sa.Column("seal", sa.LargeBinary(length=_MAC), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chain_head")),
    )
    guards.begin(op.get_bind())
    _chain_what_is_there()
    guards.put_up(op.get_bind())


def _chain_what_is_there() -> None:
    connection, mac_of = op.get_bind(), crypto.history_macs()
    seq, mac, newest = 0, crypto.BEGINNING, 0
    batch = sa.select(_EVENT).order_by(_EVENT.c.id).limit(_AT_ONCE)
    place = (
        sa.update(_EVENT)
        .where(_EVENT.c.id == sa.bindparam("row"))
        .values(seq=sa.bindparam("place"), mac=sa.bindparam("code"))
    )
    while rows := connection.execute(batch.where(_EVENT.c.id > newest)).all():
        places = []
        for row in rows:
            seq, newest = seq + 1, row.id
            mac = mac_of(mac, chaining.line(seq, row))
            places.append({"row": row.id, "place": seq, "code": mac})
        connection.execute(place, places)
    if seq:
        head = {"seq": seq, "mac": mac, "seal": crypto.head_seal(seq, mac)}
        connection.execute(sa.update(_HEAD).values(head))


def downgrade() -> None:
    guards.take_down(op.get_bind())
    op.drop_table("chain_head")
    with op.batch_alter_table("event", schema=None) as batch_op:
        batch_op.drop_constraint("uq_event_seq", type_="unique")
        batch_op.create_foreign_key("fk_event_case_id_cases", "cases", ["case_id"], ["id"])
        batch_op.drop_column("mac")
        batch_op.drop_column("seq")
