"""prompts

Revision ID: 0002
Revises: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "language_unmet",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("programme", "language", "day", name=op.f("pk_language_unmet")),
    )
    op.create_table(
        "prompt_revision",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_revision")),
    )
    op.create_table(
        "prompt_upload",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media", sa.String(length=64), nullable=True),
        sa.Column("speaker", sa.String(length=120), nullable=False),
        sa.Column("consented_on", sa.Date(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.Column("claimed_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_upload")),
    )
    with op.batch_alter_table("prompt_upload", schema=None) as batch_op:
        batch_op.create_index(
            "ix_prompt_upload_programme", ["programme", "created_at"], unique=False
        )
        batch_op.create_index("ix_prompt_upload_state", ["state", "created_at"], unique=False)

    op.create_table(
        "prompt_version",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("say", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("back_translation", sa.Text(), nullable=False),
        sa.Column("media", sa.String(length=64), nullable=True),
        sa.Column("sound_hash", sa.String(length=16), nullable=True),
        sa.Column("seconds", sa.Double(), nullable=True),
        sa.Column("level", sa.Double(), nullable=True),
        sa.Column("speaker", sa.String(length=120), nullable=True),
        sa.Column("consented_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewer", sa.String(length=120), nullable=False),
        sa.Column("origin", sa.String(length=10), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_by", sa.String(length=32), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_version")),
        sa.UniqueConstraint(
            "programme", "language", "key", "number", name="uq_prompt_version_number"
        ),
    )
    with op.batch_alter_table("prompt_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_prompt_version_sound", ["key", "language", "sound_hash"], unique=False
        )

    op.create_table(
        "unrecorded_override",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=500), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("programme", "language", name=op.f("pk_unrecorded_override")),
    )
    op.create_table(
        "prompt",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("current_id", sa.String(length=32), nullable=False),
        sa.Column("live_id", sa.String(length=32), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["current_id"], ["prompt_version.id"], name=op.f("fk_prompt_current_id_prompt_version")
        ),
        sa.ForeignKeyConstraint(
            ["live_id"], ["prompt_version.id"], name=op.f("fk_prompt_live_id_prompt_version")
        ),
        sa.PrimaryKeyConstraint("programme", "language", "key", name=op.f("pk_prompt")),
    )
    op.create_table(
        "prompt_approval",
        sa.Column("version_id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["prompt_version.id"],
            name=op.f("fk_prompt_approval_version_id_prompt_version"),
        ),
        sa.PrimaryKeyConstraint("version_id", "account_id", name=op.f("pk_prompt_approval")),
    )
    op.create_table(
        "prompt_upload_file",
        sa.Column("upload_id", sa.String(length=32), nullable=False),
        sa.Column("n", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("path", sa.String(length=300), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("key", sa.String(length=120), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("fault", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(
            ["upload_id"],
            ["prompt_upload.id"],
            name=op.f("fk_prompt_upload_file_upload_id_prompt_upload"),
        ),
        sa.PrimaryKeyConstraint("upload_id", "n", name=op.f("pk_prompt_upload_file")),
    )


def downgrade() -> None:
    op.drop_table("prompt_upload_file")
    op.drop_table("prompt_approval")
    op.drop_table("prompt")
    op.drop_table("unrecorded_override")
    with op.batch_alter_table("prompt_version", schema=None) as batch_op:
        batch_op.drop_index("ix_prompt_version_sound")

    op.drop_table("prompt_version")
    with op.batch_alter_table("prompt_upload", schema=None) as batch_op:
        batch_op.drop_index("ix_prompt_upload_state")
        batch_op.drop_index("ix_prompt_upload_programme")

    op.drop_table("prompt_upload")
    op.drop_table("prompt_revision")
    op.drop_table("language_unmet")
