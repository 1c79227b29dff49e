"""who carries a number of ours, and texts that answer

Revision ID: 0013
Revises: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme_number", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("carrier", sa.String(length=8), nullable=False, server_default="twilio")
        )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("answers", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    # Only for the rows that were there.
    with op.batch_alter_table("programme_number", schema=None) as batch_op:
        batch_op.alter_column("carrier", existing_type=sa.String(length=8), server_default=None)
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.alter_column("answers", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("answers")
    with op.batch_alter_table("programme_number", schema=None) as batch_op:
        batch_op.drop_column("carrier")
