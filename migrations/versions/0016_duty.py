"""who is on duty, and calls put through

Revision ID: 0016
Revises: 0015
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "duty",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=True),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.Column("rung_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_duty")),
    )
    op.create_table(
        "bridge",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("leg", sa.String(length=80), nullable=True),
        sa.Column("rung_at", _MOMENT, nullable=False),
        sa.Column("taken_at", _MOMENT, nullable=True),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_bridge_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bridge")),
    )
    with op.batch_alter_table("bridge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bridge_leg"), ["leg"], unique=False)
        batch_op.create_index("ix_bridge_programme", ["programme", "rung_at"], unique=False)
        batch_op.create_index("ix_bridge_account", ["account_id", "ended_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("bridge", schema=None) as batch_op:
        batch_op.drop_index("ix_bridge_account")
        batch_op.drop_index("ix_bridge_programme")
        batch_op.drop_index(batch_op.f("ix_bridge_leg"))
    op.drop_table("bridge")
    op.drop_table("duty")
