"""news to many

Revision ID: 0012
Revises: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def upgrade() -> None:
    with op.batch_alter_table("outreach_contact", schema=None) as batch_op:
        batch_op.add_column(_text("subject", 32, nullable=True))
    op.create_table(
        "outreach_wish",
        _text("person_id", 32),
        _text("programme", 40),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        _text("channel", 8, nullable=True),
        _text("slot", 10, nullable=True),
        _moment("at"),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_outreach_wish_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", "programme", name=op.f("pk_outreach_wish")),
    )
    op.create_table(
        "broadcast",
        _text("id", 32),
        _text("programme", 40),
        _text("title", 80),
        _text("prompt", 120),
        _text("way", 10),
        sa.Column("audience", sa.JSON(), nullable=False),
        _text("sender", 20, nullable=True),
        sa.Column("budget", sa.Integer(), nullable=True),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.Column("contents", sa.JSON(), nullable=False),
        _text("state", 8),
        _text("stop_reason", 8, nullable=True),
        _text("created_by", 32),
        _moment("created_at"),
        _moment("started_at", nullable=True),
        _text("planned_to", 32),
        sa.Column("is_planned", sa.Boolean(), nullable=False),
        _moment("ended_at", nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast")),
    )
    with op.batch_alter_table("broadcast", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_broadcast_programme"), ["programme"], unique=False)
        batch_op.create_index(batch_op.f("ix_broadcast_state"), ["state"], unique=False)
    op.create_table(
        "broadcast_recipient",
        _text("id", 32),
        _text("broadcast_id", 32),
        _text("line_id", 32),
        _text("person_id", 32),
        _text("language", 35),
        _text("channel", 8),
        _text("state", 8),
        _text("outcome", 12, nullable=True),
        _text("answer", 8, nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _moment("due_at"),
        _text("outbox_id", 32, nullable=True),
        sa.Column("cost", sa.Integer(), nullable=False),
        _moment("content_from", nullable=True),
        sa.Column("seconds", sa.Integer(), nullable=True),
        sa.Column("is_heard", sa.Boolean(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [f"{table}_id"],
                [f"{table}.id"],
                name=op.f(f"fk_broadcast_recipient_{table}_id_{table}"),
            )
            for table in ("broadcast", "line", "person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broadcast_recipient")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_broadcast_recipient_outbox_id")),
        sa.UniqueConstraint("broadcast_id", "line_id", name="uq_broadcast_recipient_line"),
    )
    with op.batch_alter_table("broadcast_recipient", schema=None) as batch_op:
        batch_op.create_index(
            "ix_broadcast_recipient_due", ["broadcast_id", "state", "due_at"], unique=False
        )


def downgrade() -> None:
    op.drop_table("broadcast_recipient")
    op.drop_table("broadcast")
    op.drop_table("outreach_wish")
    with op.batch_alter_table("outreach_contact", schema=None) as batch_op:
        batch_op.drop_column("subject")
