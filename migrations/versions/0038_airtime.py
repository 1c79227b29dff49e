"""airtime that was only recorded was not given

Revision ID: 0038
Revises: 0037
"""

from __future__ import annotations

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # No gateway that gives was ever connected: whatever was called given was a record.
    op.execute("UPDATE fieldwork_top_up SET state = 'recorded' WHERE state = 'given'")


def downgrade() -> None:
    op.execute("UPDATE fieldwork_top_up SET state = 'given' WHERE state = 'recorded'")
