"""cases with a lifecycle, and a history that is bound together

What a case of before was is told by its first event, bound as `grievances.chain` binds it.

Revision ID: 0029
Revises: 0028
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import context, op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("grievance_case", schema=None) as batch_op:
        batch_op.drop_index("ix_grievance_case_queue")
        batch_op.alter_column(
            "state", new_column_name="answering", existing_type=sa.String(20), nullable=False
        )
    with op.batch_alter_table("grievance_case", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("state", sa.String(24), server_default="received", nullable=False)
        )
        batch_op.add_column(sa.Column("category", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("severity", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("district", sa.String(40), nullable=True))
        batch_op.add_column(sa.Column("remedy", sa.LargeBinary(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "confidentiality", sa.String(12), server_default="confidential", nullable=False
            )
        )
        batch_op.add_column(
            sa.Column("reprisal_risk", sa.String(10), server_default="none", nullable=False)
        )
        batch_op.add_column(sa.Column("relation", sa.String(20), nullable=True))
        batch_op.add_column(sa.Column("tier", sa.Integer(), server_default="1", nullable=False))
        batch_op.add_column(sa.Column("assignee_id", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("close_code", sa.String(24), nullable=True))
        batch_op.add_column(sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("outcome_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("duplicate_of", sa.String(32), nullable=True))
        batch_op.add_column(sa.Column("version", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("head", sa.String(64), server_default="", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_grievance_case_assignee_id_account"), "account", ["assignee_id"], ["id"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_grievance_case_duplicate_of_grievance_case"),
            "grievance_case",
            ["duplicate_of"],
            ["id"],
        )
        batch_op.create_index(
            "ix_grievance_case_queue", ["programme", "state", "queue", "due_at"], unique=False
        )
        batch_op.create_index(
            "ix_grievance_case_assignee", ["assignee_id", "state", "due_at"], unique=False
        )
        batch_op.create_index(
            "ix_grievance_case_answering", ["programme", "answering", "opened_at"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_grievance_case_duplicate_of"), ["duplicate_of"], unique=False
        )
    events = op.create_table(
        "case_event",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("case_id", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("from_state", sa.String(24), nullable=True),
        sa.Column("to_state", sa.String(24), nullable=True),
        sa.Column("actor", sa.String(32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.String(60), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("subject", sa.String(32), nullable=True),
        sa.Column("words_salt", sa.LargeBinary(), nullable=True),
        sa.Column("words_digest", sa.String(64), nullable=True),
        sa.Column("public_note", sa.LargeBinary(), nullable=True),
        sa.Column("public_salt", sa.LargeBinary(), nullable=True),
        sa.Column("public_digest", sa.String(64), nullable=True),
        sa.Column("internal_note", sa.LargeBinary(), nullable=True),
        sa.Column("internal_salt", sa.LargeBinary(), nullable=True),
        sa.Column("internal_digest", sa.String(64), nullable=True),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("link", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"], ["grievance_case.id"], name=op.f("fk_case_event_case_id_grievance_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
        sa.UniqueConstraint("case_id", "seq", name=op.f("uq_case_event_case_id")),
    )
    _carry_over(events)


def _carry_over(events: sa.Table) -> None:
    """Give every case of before its state, and the event that its history begins with."""
    connection = op.get_bind()
    cases = sa.table(
        "grievance_case",
        sa.column("id", sa.String),
        sa.column("person_id", sa.String),
        sa.column("answering", sa.String),
        sa.column("state", sa.String),
        sa.column("confidentiality", sa.String),
        sa.column("version", sa.Integer),
        sa.column("head", sa.String),
        sa.column("opened_at", sa.DateTime(timezone=True)),
        sa.column("first_read_at", sa.DateTime(timezone=True)),
    )
    found = connection.execute(sa.select(cases)).all()
    if not found:
        return
    vault = context.config.attributes.get("vault")
    if vault is None:
        raise RuntimeError("VAULT_KEY is needed to bind the histories of the cases that are here")
    tag: Callable[[str, str], str] = vault.tag
    now = dt.datetime.now(dt.UTC)
    for case in found:
        taken_up = case.first_read_at is not None or case.answering == "answered"
        state = "acknowledged" if taken_up else "received"
        facts = {"answering": case.answering, "opened_at": _moment(case.opened_at)}
        if case.first_read_at is not None:
            facts["first_read_at"] = _moment(case.first_read_at)
        event: dict[str, Any] = {
            "id": secrets.token_hex(16),
            "case_id": case.id,
            "seq": 1,
            "kind": "carried_over",
            "to_state": state,
            "actor": "system",
            "at": now,
            "facts": facts,
            "previous": "",
        }
        event["link"] = tag("case_event.link", _canonical(_bound(event, now)))
        connection.execute(events.insert().values(**event))
        connection.execute(
            cases.update()
            .where(cases.c.id == case.id)
            .values(
                state=state,
                confidentiality="anonymous" if case.person_id is None else "confidential",
                version=1,
                head=tag("case_event.head", _canonical([1, case.id, 1, event["link"]])),
            )
        )


def _bound(event: dict[str, Any], at: dt.datetime) -> list[Any]:
    names = (
        "id", "case_id", "seq", "kind", "from_state", "to_state", "actor", "reason", "facts",
        "subject", "words_digest", "public_digest", "internal_digest", "previous",
    )  # fmt: skip
    return [1, at.isoformat(), *(event.get(name) for name in names)]


def _moment(at: dt.datetime) -> str:
    return (at.replace(tzinfo=dt.UTC) if at.tzinfo is None else at.astimezone(dt.UTC)).isoformat()


def _canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def downgrade() -> None:
    op.drop_table("case_event")
    with op.batch_alter_table("grievance_case", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_grievance_case_duplicate_of"))
        batch_op.drop_index("ix_grievance_case_answering")
        batch_op.drop_index("ix_grievance_case_assignee")
        batch_op.drop_index("ix_grievance_case_queue")
        batch_op.drop_constraint(
            batch_op.f("fk_grievance_case_duplicate_of_grievance_case"), type_="foreignkey"
        )
        batch_op.drop_constraint(
            batch_op.f("fk_grievance_case_assignee_id_account"), type_="foreignkey"
        )
        for name in (
            "head", "version", "duplicate_of", "outcome_at", "closed_at", "close_code", "due_at",
            "assignee_id", "tier", "relation", "reprisal_risk", "confidentiality", "remedy",
            "district", "severity", "category", "state",
        ):  # fmt: skip
            batch_op.drop_column(name)
    with op.batch_alter_table("grievance_case", schema=None) as batch_op:
        batch_op.alter_column(
            "answering", new_column_name="state", existing_type=sa.String(20), nullable=False
        )
    op.create_index(
        "ix_grievance_case_queue", "grievance_case", ["programme", "state", "opened_at"]
    )
