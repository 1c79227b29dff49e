"""pilot rounds, and how long they took

Revision ID: 0022
Revises: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "survey_round",
        sa.Column("is_pilot", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "survey_pilot_run",
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("channel", sa.String(length=8), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["survey_round.id"],
            name=op.f("fk_survey_pilot_run_round_id_survey_round"),
        ),
        sa.PrimaryKeyConstraint("response_id", name=op.f("pk_survey_pilot_run")),
    )
    with op.batch_alter_table("survey_pilot_run", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_pilot_run_round_id"), ["round_id"], unique=False
        )


def downgrade() -> None:
    op.drop_table("survey_pilot_run")
    with op.batch_alter_table("survey_round", schema=None) as batch_op:
        batch_op.drop_column("is_pilot")
