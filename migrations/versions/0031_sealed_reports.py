"""the sealed track: its key, who can open it, and reports

Revision ID: 0031
Revises: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def _points(table: str, column: str, to: str, key: str = "id") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column], [f"{to}.{key}"], name=op.f(f"fk_{table}_{column}_{to}")
    )


def upgrade() -> None:
    op.create_table(
        "safeguarding_key",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        _points("safeguarding_key", "programme", "programme", "slug"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_safeguarding_key")),
        sa.UniqueConstraint("programme", name=op.f("uq_safeguarding_key_programme")),
    )
    op.create_table(
        "safeguarding_person",
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=True),
        sa.Column("programme_key", sa.LargeBinary(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        _points("safeguarding_person", "account_id", "account"),
        _points("safeguarding_person", "key_id", "safeguarding_key"),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_safeguarding_person")),
    )
    # On SQLite in the order of ids, which are random: no rowid tells which came first.
    op.create_table(
        "sealed_report",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key_id", sa.String(length=32), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        _points("sealed_report", "key_id", "safeguarding_key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_report")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_sealed_report_key_id"), "sealed_report", ["key_id"])
    op.create_table(
        "sealed_recording",
        sa.Column("id", sa.String(length=64), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_recording")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "safeguarding_year",
        sa.Column("programme", sa.String(length=40), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("deleted", sa.Integer(), nullable=False),
        _points("safeguarding_year", "programme", "programme", "slug"),
        sa.PrimaryKeyConstraint("programme", "year", name=op.f("pk_safeguarding_year")),
    )


def downgrade() -> None:
    for table in (
        "safeguarding_year",
        "sealed_recording",
        "sealed_report",
        "safeguarding_person",
        "safeguarding_key",
    ):
        op.drop_table(table)
