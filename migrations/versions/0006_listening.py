"""what is listened to, and where calls end

Revision ID: 0006
Revises: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_end",
        sa.Column("leg", sa.String(length=80), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("leg", name=op.f("pk_call_end")),
    )
    with op.batch_alter_table("call_end", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_end_at"), ["at"], unique=False)
    for table, of, counts in (
        ("message_heard", "message", ("plays", "seconds", "to_the_end")),
        ("question_left", "question", ("asked", "left")),
    ):
        op.create_table(
            table,
            sa.Column("programme", sa.String(length=40), nullable=False),
            sa.Column(of, sa.String(length=80), nullable=False),
            sa.Column("language", sa.String(length=35), nullable=False),
            sa.Column("day", sa.Date(), nullable=False),
            *(sa.Column(count, sa.Integer(), nullable=False) for count in counts),
            sa.PrimaryKeyConstraint("programme", of, "language", "day", name=op.f(f"pk_{table}")),
        )


def downgrade() -> None:
    op.drop_table("question_left")
    op.drop_table("message_heard")
    with op.batch_alter_table("call_end", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_end_at"))
    op.drop_table("call_end")
