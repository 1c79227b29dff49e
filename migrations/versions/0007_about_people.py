"""what people tell of themselves: gender and district

Revision ID: 0007
Revises: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_LENGTHS = {"gender": 10, "district": 40}


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        for name, length in _LENGTHS.items():
            batch_op.add_column(sa.Column(name, sa.String(length=length), nullable=True))
            batch_op.add_column(sa.Column(f"{name}_known", sa.String(length=10), nullable=True))
            batch_op.add_column(sa.Column(f"{name}_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        for name in reversed(_LENGTHS):
            for column in (f"{name}_at", f"{name}_known", name):
                batch_op.drop_column(column)
