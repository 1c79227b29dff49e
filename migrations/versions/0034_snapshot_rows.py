"""rows about people have a table of their own, from which they are read a batch at a time

Revision ID: 0034
Revises: 0033
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

_SNAPSHOTS = sa.table(
    "survey_snapshot",
    sa.column("id", sa.String),
    sa.column("rows", sa.JSON),
    sa.column("columns", sa.JSON),
    sa.column("row_count", sa.Integer),
)
_ROWS = sa.table(
    "survey_snapshot_row",
    sa.column("snapshot_id", sa.String),
    sa.column("id", sa.String),
    sa.column("values", sa.JSON),
)


def upgrade() -> None:
    op.create_table(
        "survey_snapshot_row",
        sa.Column("snapshot_id", sa.String(32), nullable=False),
        sa.Column("id", sa.String(16), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("snapshot_id", "id", name=op.f("pk_survey_snapshot_row")),
    )
    with op.batch_alter_table("survey_snapshot") as batch_op:
        batch_op.add_column(
            sa.Column("columns", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
        )
        batch_op.add_column(
            sa.Column("row_count", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )
    connection = op.get_bind()
    for each in connection.execute(sa.select(_SNAPSHOTS.c.id, _SNAPSHOTS.c.rows)).all():
        if each.rows:
            _unpack(connection, each.id, each.rows)
    with op.batch_alter_table("survey_snapshot") as batch_op:
        batch_op.drop_column("rows")
        batch_op.alter_column("columns", server_default=None)
        batch_op.alter_column("row_count", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("survey_snapshot") as batch_op:
        batch_op.add_column(
            sa.Column("rows", sa.JSON(), server_default=sa.text("'[]'"), nullable=False)
        )
    connection = op.get_bind()
    columns = {
        each.id: each.columns
        for each in connection.execute(sa.select(_SNAPSHOTS.c.id, _SNAPSHOTS.c.columns))
    }
    packed: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in connection.execute(sa.select(_ROWS).order_by(_ROWS.c.id)):
        values = dict(zip(columns[row.snapshot_id], row[2], strict=True))
        packed[row.snapshot_id].append({"id": row.id} | values)
    for snapshot_id, rows in packed.items():
        connection.execute(
            sa.update(_SNAPSHOTS).where(_SNAPSHOTS.c.id == snapshot_id).values(rows=rows)
        )
    with op.batch_alter_table("survey_snapshot") as batch_op:
        batch_op.drop_column("row_count")
        batch_op.drop_column("columns")
        batch_op.alter_column("rows", server_default=None)
    op.drop_table("survey_snapshot_row")


def _unpack(connection: sa.Connection, snapshot_id: str, rows: list[dict[str, Any]]) -> None:
    columns = [name for name in rows[0] if name != "id"]
    connection.execute(
        sa.insert(_ROWS),
        [
            {
                "snapshot_id": snapshot_id,
                "id": row["id"],
                "values": [row[name] for name in columns],
            }
            for row in rows
        ],
    )
    connection.execute(
        sa.update(_SNAPSHOTS)
        .where(_SNAPSHOTS.c.id == snapshot_id)
        .values(columns=columns, row_count=len(rows))
    )
