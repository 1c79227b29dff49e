"""charts as PNG are kept

Revision ID: 0040
Revises: 0039
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_picture",
        sa.Column("snapshot_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("question", sa.String(length=80), nullable=False),
        sa.Column("png", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["snapshot_id"],
            ["survey_snapshot.id"],
            name=op.f("fk_survey_picture_snapshot_id_survey_snapshot"),
        ),
        sa.PrimaryKeyConstraint(
            "snapshot_id", "language", "question", name=op.f("pk_survey_picture")
        ),
    )


def downgrade() -> None:
    op.drop_table("survey_picture")
