"""which tools people have used

Revision ID: 0026
Revises: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "tool_use",
        sa.Column("person_id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("tool", sa.String(length=20), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_tool_use_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "programme", "tool", name=op.f("pk_tool_use")),
    )


def downgrade() -> None:
    op.drop_table("tool_use")
