"""rights by phone

Revision ID: 0045
Revises: 0044
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("rights_request") as batch_op:
        batch_op.alter_column("taken_by", existing_type=sa.String(length=32), nullable=True)


def downgrade() -> None:
    # Whoever asked by herself was taken down by nobody: there is no account to name.
    op.execute(sa.text("DELETE FROM rights_request WHERE taken_by IS NULL"))
    with op.batch_alter_table("rights_request") as batch_op:
        batch_op.alter_column("taken_by", existing_type=sa.String(length=32), nullable=False)
