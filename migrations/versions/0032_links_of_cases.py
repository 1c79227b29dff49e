"""cases that belong together, and cases taken in by operators and in person

Revision ID: 0032
Revises: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("grievance_case", "statement"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "channel", existing_type=sa.String(8), type_=sa.String(12), nullable=False
            )
    op.create_table(
        "case_link",
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("other_id", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(12), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["grievance_case.id"], name=op.f("fk_case_link_case_id_grievance_case")
        ),
        sa.ForeignKeyConstraint(
            ["other_id"], ["grievance_case.id"], name=op.f("fk_case_link_other_id_grievance_case")
        ),
        sa.PrimaryKeyConstraint("case_id", "other_id", name=op.f("pk_case_link")),
    )
    op.create_index(op.f("ix_case_link_other_id"), "case_link", ["other_id"], unique=False)


def downgrade() -> None:
    op.drop_table("case_link")
    for table in ("statement", "grievance_case"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.alter_column(
                "channel", existing_type=sa.String(12), type_=sa.String(8), nullable=False
            )
