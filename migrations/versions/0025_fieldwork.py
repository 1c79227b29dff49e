"""rounds in the field: samples, attempts, what came of them

Revision ID: 0025
Revises: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def _moment(name: str, *, nullable: bool = False) -> sa.Column[object]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _text(name: str, length: int, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=length), nullable=nullable)


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean(), nullable=False)


def _points(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.{key}"], name=op.f(f"fk_{table}_{column}_{to}")
    )


def upgrade() -> None:
    op.create_table(
        "fieldwork",
        _text("round_id", 32),
        _text("mode", 8),
        _moment("opens_at", nullable=True),
        _moment("closes_at", nullable=True),
        _text("way", 16),
        _flag("announces"),
        sa.Column("sample", sa.JSON(), nullable=False),
        sa.Column("quotas", sa.JSON(), nullable=False),
        _flag("turns_away"),
        _number("incentive", nullable=True),
        _text("sender", 20, nullable=True),
        _text("seed", 32),
        _text("state", 8),
        _flag("is_planned"),
        _text("created_by", 32),
        _moment("created_at"),
        _moment("started_at", nullable=True),
        _points("fieldwork", "round_id", "survey_round"),
        sa.PrimaryKeyConstraint("round_id", name=op.f("pk_fieldwork")),
    )
    with op.batch_alter_table("fieldwork", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fieldwork_state"), ["state"], unique=False)
    op.create_table(
        "fieldwork_line",
        _text("id", 32),
        _text("round_id", 32),
        _text("line_id", 32),
        _text("person_id", 32),
        _text("gender", 10, nullable=True),
        _text("district", 40, nullable=True),
        _text("language", 35),
        _text("state", 8),
        _text("slots", 60),
        _number("attempts"),
        _flag("is_announced"),
        _text("channel", 8, nullable=True),
        _text("outbox_id", 32, nullable=True),
        _text("answer", 8, nullable=True),
        _text("interview", 4, nullable=True),
        _moment("due_at", nullable=True),
        _text("code", 4, nullable=True),
        _points("fieldwork_line", "round_id", "survey_round"),
        _points("fieldwork_line", "line_id", "line"),
        _points("fieldwork_line", "person_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fieldwork_line")),
        sa.UniqueConstraint("outbox_id", name=op.f("uq_fieldwork_line_outbox_id")),
        sa.UniqueConstraint("round_id", "line_id", name="uq_fieldwork_line_line"),
    )
    with op.batch_alter_table("fieldwork_line", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fieldwork_line_line_id"), ["line_id"], unique=False)
        batch_op.create_index(
            "ix_fieldwork_line_due", ["round_id", "state", "due_at"], unique=False
        )
    op.create_table(
        "fieldwork_attempt",
        _text("id", 32),
        _text("sampled_id", 32),
        _number("n"),
        _text("channel", 8),
        _text("slot", 10),
        _text("code", 4),
        _points("fieldwork_attempt", "sampled_id", "fieldwork_line"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fieldwork_attempt")),
        sa.UniqueConstraint("sampled_id", "n", name="uq_fieldwork_attempt_n"),
    )
    op.create_table(
        "fieldwork_top_up",
        _text("id", 32),
        _text("sampled_id", 32),
        _number("amount"),
        _text("state", 8),
        _points("fieldwork_top_up", "sampled_id", "fieldwork_line"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fieldwork_top_up")),
        sa.UniqueConstraint("sampled_id", name=op.f("uq_fieldwork_top_up_sampled_id")),
    )
    with op.batch_alter_table("fieldwork_top_up", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fieldwork_top_up_state"), ["state"], unique=False)
    op.create_table(
        "fieldwork_count",
        _text("round_id", 32),
        _number("attempt"),
        _text("code", 4),
        _number("count"),
        _points("fieldwork_count", "round_id", "survey_round"),
        sa.PrimaryKeyConstraint("round_id", "attempt", "code", name=op.f("pk_fieldwork_count")),
    )


def downgrade() -> None:
    for table in (
        "fieldwork_count",
        "fieldwork_top_up",
        "fieldwork_attempt",
        "fieldwork_line",
        "fieldwork",
    ):
        op.drop_table(table)
