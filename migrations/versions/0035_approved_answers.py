"""approved answers

Revision ID: 0035
Revises: 0034
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "approved_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approved_answer")),
    )
    op.create_index(
        op.f("ix_approved_answer_programme"), "approved_answer", ["programme"], unique=False
    )
    op.create_table(
        "approved_answer_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=120), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=True),
        sa.Column("category", sa.String(length=40), nullable=True),
        sa.Column("texts", sa.JSON(), nullable=False),
        sa.Column("media", sa.JSON(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.Column("written_by", sa.String(length=32), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=32), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["approved_answer.id"],
            name=op.f("fk_approved_answer_version_answer_id_approved_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by"],
            ["account.id"],
            name=op.f("fk_approved_answer_version_approved_by_account"),
        ),
        sa.ForeignKeyConstraint(
            ["written_by"],
            ["account.id"],
            name=op.f("fk_approved_answer_version_written_by_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_approved_answer_version")),
        sa.UniqueConstraint(
            "answer_id", "number", name=op.f("uq_approved_answer_version_answer_id")
        ),
    )
    op.create_index(
        "ix_approved_answer_version_approved",
        "approved_answer_version",
        ["answer_id", "approved_at"],
        unique=False,
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.add_column(sa.Column("approved_id", sa.String(length=32), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_column("approved_id")
    op.drop_table("approved_answer_version")
    op.drop_table("approved_answer")
