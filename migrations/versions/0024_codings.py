"""open answers are coded by two people against a frame

Revision ID: 0024
Revises: 0023
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "survey_code_frame",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("round_id", sa.String(length=32), nullable=False),
        sa.Column("question", sa.String(length=40), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("made_by", sa.String(length=32), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by"], ["account.id"], name=op.f("fk_survey_code_frame_made_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["survey_round.id"],
            name=op.f("fk_survey_code_frame_round_id_survey_round"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_code_frame")),
        sa.UniqueConstraint(
            "round_id", "question", "version", name=op.f("uq_survey_code_frame_round_id")
        ),
    )
    op.create_table(
        "survey_coding",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("answer_id", sa.String(length=32), nullable=False),
        sa.Column("coder", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("frame", sa.Integer(), nullable=False),
        sa.Column("codes", sa.JSON(), nullable=False),
        sa.Column("proposed", sa.JSON(none_as_null=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["answer_id"],
            ["survey_open_answer.id"],
            name=op.f("fk_survey_coding_answer_id_survey_open_answer"),
        ),
        sa.ForeignKeyConstraint(
            ["coder"], ["account.id"], name=op.f("fk_survey_coding_coder_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_survey_coding")),
        # Two constraints that begin with one column need names of their own.
        sa.UniqueConstraint("answer_id", "coder", name="uq_survey_coding_coder"),
        sa.UniqueConstraint("answer_id", "place", name="uq_survey_coding_place"),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table(
        "survey_open_answer", table_kwargs={"sqlite_with_rowid": False}
    ) as batch_op:
        batch_op.add_column(sa.Column("settled", sa.String(length=8), nullable=True))
        batch_op.add_column(sa.Column("settled_by", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_survey_open_answer_settled_by_account"),
            "account",
            ["settled_by"],
            ["id"],
        )


def downgrade() -> None:
    with op.batch_alter_table(
        "survey_open_answer", table_kwargs={"sqlite_with_rowid": False}
    ) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_survey_open_answer_settled_by_account"), type_="foreignkey"
        )
        batch_op.drop_column("settled_by")
        batch_op.drop_column("settled")
    op.drop_table("survey_coding")
    op.drop_table("survey_code_frame")
