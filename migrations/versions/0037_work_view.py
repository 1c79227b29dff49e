"""indexes of the work view

Revision ID: 0037
Revises: 0036
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_CASES = "grievance_case"
_LISTED = {
    "ix_grievance_case_opened": ["programme", "opened_at", "id"],
    "ix_grievance_case_severity": ["programme", "severity", "opened_at"],
    "ix_grievance_case_district": ["programme", "district", "opened_at"],
}
_AT_WORK = {
    "ix_grievance_case_at_work": ["programme", "assignee_id", "due_at"],
    "ix_grievance_case_due": ["programme", "due_at"],
}


def upgrade() -> None:
    for name, columns in _LISTED.items():
        op.create_index(name, _CASES, columns, unique=False)
    where = sa.text("state <> 'closed' OR answering = 'open'")
    for name, columns in _AT_WORK.items():
        op.create_index(
            name, _CASES, columns, unique=False, postgresql_where=where, sqlite_where=where
        )


def downgrade() -> None:
    for name in reversed([*_LISTED, *_AT_WORK]):
        op.drop_index(name, table_name=_CASES)
