"""answers of every kind, bound to what was asked; open answers

Revision ID: 0018
Revises: 0017
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.alter_column(
            "question",
            existing_type=sa.String(length=40),
            type_=sa.String(length=81),
            existing_nullable=False,
        )
        batch_op.add_column(sa.Column("wording", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("sound", sa.String(length=64), nullable=True))
    op.create_table(
        "survey_open_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("response_id", sa.String(length=32), nullable=True),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.Column("recording_id", sa.String(length=64), nullable=True),
        sa.Column("media", sa.String(length=64), nullable=True),
        sa.Column("codes", sa.JSON(), nullable=True),
        sa.Column("coded_at", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["survey_response.id"],
            name=op.f("fk_survey_open_answer_response_id_survey_response"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_open_answer")),
        sa.UniqueConstraint(
            "response_id", "question", name=op.f("uq_survey_open_answer_response_id")
        ),
    )
    with op.batch_alter_table("survey_open_answer", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_survey_open_answer_recording_id"), ["recording_id"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("survey_open_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_survey_open_answer_recording_id"))
    op.drop_table("survey_open_answer")
    with op.batch_alter_table("survey_answer", schema=None) as batch_op:
        batch_op.drop_column("sound")
        batch_op.drop_column("wording")
        batch_op.alter_column(
            "question",
            existing_type=sa.String(length=81),
            type_=sa.String(length=40),
            existing_nullable=False,
        )
