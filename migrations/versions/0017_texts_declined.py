"""lines that take calls and no texts, and wishes that outlive a line

Revision ID: 0017
Revises: 0016
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("texts_declined_at", sa.DateTime(timezone=True), nullable=True)
        )
    op.create_table(
        "suppressed_number",
        sa.Column("number_hash", sa.String(length=64), nullable=False),
        sa.Column("opted_out_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("texts_declined_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("number_hash", name=op.f("pk_suppressed_number")),
    )


def downgrade() -> None:
    op.drop_table("suppressed_number")
    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.drop_column("texts_declined_at")
