"""what is listened to, by gender as far as it is told

Revision ID: 0014
Revises: 0013
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_TABLES = {"message_heard": "message", "question_left": "question"}


def upgrade() -> None:
    for table, of in _TABLES.items():
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(
                sa.Column("gender", sa.String(length=10), nullable=False, server_default="unknown")
            )
            batch_op.drop_constraint(f"pk_{table}", type_="primary")
            batch_op.create_primary_key(
                f"pk_{table}", ["programme", of, "language", "day", "gender"]
            )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column("gender", server_default=None)


def downgrade() -> None:
    for table, of in _TABLES.items():
        # What was counted apart cannot stand in one row: the counts of those not known are kept.
        op.execute(
            sa.table(table, sa.column("gender")).delete().where(sa.column("gender") != "unknown")
        )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(f"pk_{table}", type_="primary")
            batch_op.drop_column("gender")
            batch_op.create_primary_key(f"pk_{table}", ["programme", of, "language", "day"])
