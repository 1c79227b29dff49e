"""words that cases are found by, as keyed hashes

Revision ID: 0041
Revises: 0040
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Words are sealed, and the key is not here: `flask grievances words` writes those of old cases.
    op.create_table(
        "case_word",
        sa.Column("token", sa.String(length=20), nullable=False),
        sa.Column("case_id", sa.String(length=32), nullable=False),
        sa.Column("source", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["grievance_case.id"],
            name=op.f("fk_case_word_case_id_grievance_case"),
        ),
        sa.PrimaryKeyConstraint("token", "case_id", "source", name=op.f("pk_case_word")),
    )
    op.create_index(op.f("ix_case_word_case_id"), "case_word", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_word_source"), "case_word", ["source"], unique=False)


def downgrade() -> None:
    op.drop_table("case_word")
