"""recording by telephone: codes of speakers, and their takes

Revision ID: 0009
Revises: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "recording_code",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("speaker", sa.String(length=120), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("pin_hash", sa.String(length=64), nullable=False),
        sa.Column("pin_failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_call_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording_code")),
        sa.UniqueConstraint("code_hash", name=op.f("uq_recording_code_code_hash")),
    )
    with op.batch_alter_table("recording_code", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recording_code_programme"), ["programme"])
    op.create_table(
        "prompt_take",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code_id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("recording_id", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("media", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["code_id"], ["recording_code.id"], name=op.f("fk_prompt_take_code_id_recording_code")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_take")),
    )
    with op.batch_alter_table("prompt_take", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_prompt_take_code_id"), ["code_id"])
        batch_op.create_index(batch_op.f("ix_prompt_take_recording_id"), ["recording_id"])
        batch_op.create_index("ix_prompt_take_state", ["state", "created_at"])


def downgrade() -> None:
    op.drop_table("prompt_take")
    op.drop_table("recording_code")
