"""the outbox to its end: expiry, reasons, past attempts, notices, lines that nothing reaches

Revision ID: 0004
Revises: 0003
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "operator_notice",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("sender", sa.String(length=20), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", _MOMENT, nullable=False),
        sa.Column("last_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_notice")),
        sa.UniqueConstraint("code", "kind", "sender", name=op.f("uq_operator_notice_code")),
    )
    op.create_table(
        "outbox_attempt",
        sa.Column("provider_id", sa.String(length=64), nullable=False),
        sa.Column("outbox_id", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("provider_id", name=op.f("pk_outbox_attempt")),
    )
    with op.batch_alter_table("outbox_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbox_attempt_outbox_id"), ["outbox_id"])
    op.create_table(
        "received_text",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("is_done", sa.Boolean(), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_received_text")),
    )
    with op.batch_alter_table("received_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_received_text_at"), ["at"])
    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.add_column(sa.Column("bad_since", _MOMENT, nullable=True))
        batch_op.add_column(sa.Column("no_texts_since", _MOMENT, nullable=True))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", sa.String(length=16), nullable=True))
        batch_op.add_column(sa.Column("expires_at", _MOMENT, nullable=True))
    outbox = sa.table(
        "outbox",
        sa.column("state", sa.String),
        sa.column("rank", sa.Integer),
        sa.column("expires_at", _MOMENT),
    )
    # What still waits has three days from now; a receipt outranks every other end.
    end = dt.datetime.now(dt.UTC) + dt.timedelta(days=3)
    op.execute(sa.update(outbox).values(expires_at=end))
    op.execute(sa.update(outbox).where(outbox.c.state == "delivered").values(rank=10))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.alter_column("expires_at", existing_type=_MOMENT, nullable=False)
        batch_op.create_index("ix_outbox_resting", ["rank", "updated_at"])


def downgrade() -> None:
    outbox = sa.table("outbox", sa.column("rank", sa.Integer))
    op.execute(sa.update(outbox).where(outbox.c.rank == 10).values(rank=9))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_resting")
        batch_op.drop_column("expires_at")
        batch_op.drop_column("reason")
    with op.batch_alter_table("line", schema=None) as batch_op:
        batch_op.drop_column("no_texts_since")
        batch_op.drop_column("bad_since")
    op.drop_table("received_text")
    op.drop_table("outbox_attempt")
    op.drop_table("operator_notice")
