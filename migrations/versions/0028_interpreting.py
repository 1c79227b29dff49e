"""the interpreter's desk

Revision ID: 0028
Revises: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "interpretation",
        sa.Column("statement_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("told", sa.String(length=64), nullable=False),
        sa.Column("asked_by", sa.String(length=32), nullable=True),
        sa.Column("held_by", sa.String(length=32), nullable=True),
        sa.Column("held_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("held_until", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["asked_by"], ["account.id"], name=op.f("fk_interpretation_asked_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["held_by"], ["account.id"], name=op.f("fk_interpretation_held_by_account")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["statement.id"],
            name=op.f("fk_interpretation_statement_id_statement"),
        ),
        sa.PrimaryKeyConstraint("statement_id", name=op.f("pk_interpretation")),
    )
    op.create_index("ix_interpretation_state", "interpretation", ["state"], unique=False)
    op.create_table(
        "interpretation_handed_back",
        sa.Column("statement_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("because", sa.String(length=16), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["account.id"],
            name=op.f("fk_interpretation_handed_back_account_id_account"),
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["interpretation.statement_id"],
            name=op.f("fk_interpretation_handed_back_statement_id_interpretation"),
        ),
        sa.PrimaryKeyConstraint(
            "statement_id", "account_id", name=op.f("pk_interpretation_handed_back")
        ),
    )
    op.create_table(
        "rendering",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("statement_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("transcript", sa.LargeBinary(), nullable=True),
        sa.Column("spanish", sa.LargeBinary(), nullable=False),
        sa.Column("is_check", sa.Boolean(), nullable=False),
        sa.Column("is_changed", sa.Boolean(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_rendering_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["statement_id"],
            ["interpretation.statement_id"],
            name=op.f("fk_rendering_statement_id_interpretation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rendering")),
    )
    for column in ("made_at", "statement_id"):
        op.create_index(op.f(f"ix_rendering_{column}"), "rendering", [column], unique=False)
    # What was said before there was a desk, in another language than Spanish, comes to it too.
    op.execute(
        "INSERT INTO interpretation (statement_id, state, told) "
        "SELECT id, 'waiting', COALESCE(recording_id, '') FROM statement "
        "WHERE language NOT LIKE 'es%' AND (recording_id IS NOT NULL OR text IS NOT NULL)"
    )


def downgrade() -> None:
    op.drop_table("rendering")
    op.drop_table("interpretation_handed_back")
    op.drop_table("interpretation")
