"""pictures and sounds of texts

Revision ID: 0023
Revises: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import storage.database

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    moment = storage.database.UtcDateTime()
    op.create_table(
        "text_media",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("provider_id", sa.String(length=64), nullable=True),
        sa.Column("copy", sa.String(length=8), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("is_withdrawn", sa.Boolean(), nullable=False),
        sa.Column("due_at", moment, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("announced_at", moment, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_media")),
        sa.UniqueConstraint("provider_id", name=op.f("uq_text_media_provider_id")),
    )
    with op.batch_alter_table("text_media", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_media_due_at"), ["due_at"], unique=False)
    op.create_table(
        "attachment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("set_id", sa.String(length=32), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("media", sa.String(length=64), nullable=False),
        sa.Column("content_type", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(
            ["set_id"], ["text_media.id"], name=op.f("fk_attachment_set_id_text_media")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
    )
    with op.batch_alter_table("attachment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_attachment_set_id"), ["set_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_attachment_media"), ["media"], unique=False)
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("media_id", sa.String(length=32), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_statement_media_id_text_media"), "text_media", ["media_id"], ["id"]
        )


def downgrade() -> None:
    with op.batch_alter_table("statement", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_statement_media_id_text_media"), type_="foreignkey")
        batch_op.drop_column("media_id")
    op.drop_table("attachment")
    op.drop_table("text_media")
