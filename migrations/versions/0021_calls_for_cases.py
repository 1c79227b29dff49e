"""calls that are asked for on the page of a case

Revision ID: 0021
Revises: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("bridge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("outbox_id", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("ready_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.create_index("ix_bridge_case", ["case_id", "rung_at"], unique=False)
        batch_op.create_index("ix_bridge_outbox", ["outbox_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("bridge", schema=None) as batch_op:
        batch_op.drop_index("ix_bridge_outbox")
        batch_op.drop_index("ix_bridge_case")
        batch_op.drop_column("ready_at")
        batch_op.drop_column("outbox_id")
        batch_op.drop_column("case_id")
