"""how many took their answers back

Revision ID: 0027
Revises: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("survey_round", "survey_snapshot"):
        op.add_column(
            table, sa.Column("withdrawn", sa.Integer(), server_default=sa.text("0"), nullable=False)
        )


def downgrade() -> None:
    for table in ("survey_snapshot", "survey_round"):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column("withdrawn")
