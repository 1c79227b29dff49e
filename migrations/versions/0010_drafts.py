"""drafts of programmes, and who approved them

Revision ID: 0010
Revises: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "programme_draft",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("base", sa.String(length=64), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.String(length=32), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_by", sa.String(length=32), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["base"],
            ["programme_version.hash"],
            name=op.f("fk_programme_draft_base_programme_version"),
        ),
        sa.ForeignKeyConstraint(
            ["slug"], ["programme.slug"], name=op.f("fk_programme_draft_slug_programme")
        ),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_programme_draft")),
    )
    op.create_table(
        "programme_approval",
        sa.Column("slug", sa.String(length=40), nullable=False),
        sa.Column("content", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["slug"], ["programme.slug"], name=op.f("fk_programme_approval_slug_programme")
        ),
        sa.PrimaryKeyConstraint(
            "slug", "content", "account_id", name=op.f("pk_programme_approval")
        ),
    )


def downgrade() -> None:
    op.drop_table("programme_approval")
    op.drop_table("programme_draft")
