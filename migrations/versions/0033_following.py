"""what follows an answer

Revision ID: 0033
Revises: 0032
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("proposes", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
        batch_op.add_column(
            sa.Column("tries", sa.Integer(), server_default=sa.text("1"), nullable=False)
        )
        for name in ("tried_at", "offered_since", "handed_back_at"):
            batch_op.add_column(sa.Column(name, sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("in_vain", sa.String(length=32), nullable=True))
        batch_op.create_index("ix_reply_unheard", ["heard_at", "handed_back_at", "sent_at"])
    op.create_table(
        "case_feedback",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("feedback", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.String(length=16), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["grievance_case.id"],
            name=op.f("fk_case_feedback_case_id_grievance_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_feedback")),
    )
    op.create_index(op.f("ix_case_feedback_case_id"), "case_feedback", ["case_id"], unique=False)
    op.create_table(
        "check_back",
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.String(length=32), nullable=True),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_id"], ["grievance_case.id"], name=op.f("fk_check_back_case_id_grievance_case")
        ),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_check_back")),
    )
    op.create_index(op.f("ix_check_back_answered_at"), "check_back", ["answered_at"], unique=False)


def downgrade() -> None:
    op.drop_table("check_back")
    op.drop_table("case_feedback")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index("ix_reply_unheard")
        for name in (
            "in_vain", "handed_back_at", "offered_since", "tried_at", "tries", "proposes",
        ):  # fmt: skip
            batch_op.drop_column(name)
