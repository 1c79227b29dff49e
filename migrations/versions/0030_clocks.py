"""clocks of cases, and to whom they are given

Revision ID: 0030
Revises: 0029
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("grievance_case", schema=None) as batch_op:
        batch_op.add_column(sa.Column("due_step", sa.String(16), nullable=True))
        batch_op.add_column(sa.Column("wakes_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("wish", sa.String(8), nullable=True))
        batch_op.create_index(batch_op.f("ix_grievance_case_wakes_at"), ["wakes_at"], unique=False)
    # Every case that is there is looked at once: its clocks are reckoned then.
    op.execute("UPDATE grievance_case SET wakes_at = opened_at WHERE state <> 'closed'")
    _between("case_named")
    _between("case_presence", sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False))
    op.create_table(
        "duty_profile",
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("gender", sa.String(10), nullable=True),
        sa.Column("queues", sa.JSON(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_duty_profile_account_id_account")
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_duty_profile")),
    )
    op.create_table(
        "absence",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("stand_in_id", sa.String(32), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_absence_account_id_account")
        ),
        sa.ForeignKeyConstraint(
            ["stand_in_id"], ["account.id"], name=op.f("fk_absence_stand_in_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    op.create_index("ix_absence_account", "absence", ["account_id", "last_day"])


def _between(name: str, *more: sa.Column[Any]) -> None:
    """A table of cases and accounts."""
    op.create_table(
        name,
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.String(32), nullable=False),
        *more,
        sa.ForeignKeyConstraint(
            ["case_id"], ["grievance_case.id"], name=op.f(f"fk_{name}_case_id_grievance_case")
        ),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f(f"fk_{name}_account_id_account")
        ),
        sa.PrimaryKeyConstraint("case_id", "account_id", name=op.f(f"pk_{name}")),
    )


def downgrade() -> None:
    for name in ("absence", "duty_profile", "case_presence", "case_named"):
        op.drop_table(name)
    with op.batch_alter_table("grievance_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grievance_case_wakes_at"))
        for name in ("wish", "wakes_at", "due_step"):
            batch_op.drop_column(name)
