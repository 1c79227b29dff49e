"""in which order a number offers its languages

Revision ID: 0011
Revises: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("programme_number", schema=None) as batch_op:
        batch_op.add_column(sa.Column("languages", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("programme_number", schema=None) as batch_op:
        batch_op.drop_column("languages")
