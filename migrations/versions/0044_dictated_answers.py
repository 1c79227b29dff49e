"""dictated answers

Revision ID: 0044
Revises: 0043
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dictated_take",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("bridge_id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=False),
        sa.Column("media", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_dictated_take_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["grievance_case.id"],
            name=op.f("fk_dictated_take_case_id_grievance_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dictated_take")),
        sa.UniqueConstraint("recording_id", name=op.f("uq_dictated_take_recording_id")),
    )
    op.create_index(
        "ix_dictated_take_draft", "dictated_take", ["case_id", "account_id", "created_at"]
    )
    op.create_index("ix_dictated_take_state", "dictated_take", ["state", "created_at"])
    with op.batch_alter_table("bridge", schema=None) as batch_op:
        batch_op.add_column(sa.Column("purpose", sa.String(length=12), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("bridge", schema=None) as batch_op:
        batch_op.drop_column("purpose")
    op.drop_table("dictated_take")
