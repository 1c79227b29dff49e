"""a response knows its week, and its rows lie in no order

Revision ID: 0020
Revises: 0019
"""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_MONDAY = "UPDATE survey_response SET day = date_trunc('week', day)::date"
_MONDAY_SQLITE = "UPDATE survey_response SET day = date(day, 'weekday 0', '-6 days')"
_TABLES = ("survey_response", "survey_answer", "survey_open_answer")


def upgrade() -> None:
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    op.execute(_MONDAY_SQLITE if is_sqlite else _MONDAY)
    op.alter_column("survey_response", "day", new_column_name="week")
    if is_sqlite:
        # A rowid counts the rows as they came: without one they lie in the order of random ids.
        _rebuild(sqlite_with_rowid=False)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _rebuild(sqlite_with_rowid=True)
    op.alter_column("survey_response", "week", new_column_name="day")


def _rebuild(*, sqlite_with_rowid: bool) -> None:
    for table in _TABLES:
        with op.batch_alter_table(
            table, recreate="always", table_kwargs={"sqlite_with_rowid": sqlite_with_rowid}
        ):
            pass
