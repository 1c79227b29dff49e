"""The outbox: everything that leaves unasked, as rows written with the facts that caused them.

A row is claimed for one attempt under a lease. An attempt that ended without an answer is
`unknown` and is looked up at the carrier before another. States have ranks and never move back,
because callbacks arrive late, twice or out of order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Index,
    LargeBinary,
    String,
    and_,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime
from storage.ids import new_id


class Kind(StrEnum):
    TEXT = "text"
    CALL = "call"


class State(StrEnum):
    """What is known of a message or call; see RANKS for their order."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


RANKS: Mapping[State, int] = {
    State.QUEUED: 0,
    State.CLAIMED: 1,
    State.UNKNOWN: 2,
    State.SENT: 3,
    State.DELIVERED: 9,
    State.UNDELIVERED: 9,
    State.FAILED: 9,
    State.CANCELLED: 9,
    State.EXPIRED: 9,
}


class Outbox(Base):
    """One text or call out. `line_id` names whom it is for; its number is never copied here."""

    __tablename__ = "outbox"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    sender: Mapped[str] = mapped_column(String(20))
    line_id: Mapped[str] = mapped_column(String(32), index=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    opening: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12))
    rank: Mapped[int]
    priority: Mapped[int]
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    claimed_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    attempted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    error_code: Mapped[str | None] = mapped_column(String(16))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_outbox_due", "rank", "priority", "due_at"),)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox as a worker holds it for one attempt."""

    id: str
    kind: Kind
    sender: str
    line_id: str
    body: bytes | None
    opening: Mapping[str, Any] | None
    attempts: int
    attempted_at: dt.datetime | None
    state: State


_TABLE: Any = Outbox.__table__
_HELD = (
    Outbox.id,
    Outbox.kind,
    Outbox.sender,
    Outbox.line_id,
    Outbox.body,
    Outbox.opening,
    Outbox.attempts,
    Outbox.attempted_at,
    Outbox.state,
)

URGENT, ORDINARY, BULK = 0, 5, 9
"""Priorities: what somebody waits for, what is on its way, what can wait."""

BODY = "outbox.body"
"""The vault's purpose under which the text of a message is sealed."""


def add_text(
    connection: Connection,
    *,
    sender: str,
    line_id: str,
    sealed_body: bytes,
    now: dt.datetime,
    priority: int = ORDINARY,
) -> str:
    """Queue a text; return its id. The body comes sealed, under the purpose `BODY`."""
    return _add(
        connection, Kind.TEXT, sender, line_id, now, priority, body=sealed_body, opening=None
    )


def add_call(
    connection: Connection,
    *,
    sender: str,
    line_id: str,
    opening: Mapping[str, Any],
    now: dt.datetime,
    priority: int = ORDINARY,
) -> str:
    """Queue a call that starts with `opening` (ids and names only, as JSON); return its id."""
    return _add(
        connection, Kind.CALL, sender, line_id, now, priority, body=None, opening=dict(opening)
    )


def _add(
    connection: Connection,
    kind: Kind,
    sender: str,
    line_id: str,
    now: dt.datetime,
    priority: int,
    **what: Any,
) -> str:
    row_id = new_id()
    connection.execute(
        insert(_TABLE).values(
            id=row_id,
            kind=kind,
            sender=sender,
            line_id=line_id,
            state=State.QUEUED,
            rank=RANKS[State.QUEUED],
            priority=priority,
            due_at=now,
            attempts=0,
            created_at=now,
            updated_at=now,
            **what,
        )
    )
    return row_id


def claim(
    connection: Connection, *, now: dt.datetime, lease: dt.timedelta, limit: int
) -> list[Outgoing]:
    """Take up to `limit` queued rows that are due, urgent ones first, for one attempt each."""
    due = (
        select(Outbox.id)
        .where(Outbox.rank == RANKS[State.QUEUED], Outbox.due_at <= now)
        .order_by(Outbox.priority, Outbox.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    taken = connection.execute(
        update(_TABLE)
        .where(Outbox.id.in_(due.scalar_subquery()), Outbox.rank == RANKS[State.QUEUED])
        .values(
            state=State.CLAIMED,
            rank=RANKS[State.CLAIMED],
            claimed_until=now + lease,
            attempts=Outbox.attempts + 1,
            attempted_at=now,
            updated_at=now,
        )
        .returning(*_HELD)
    )
    return [_outgoing(row) for row in taken]


def claim_uncertain(
    connection: Connection, *, now: dt.datetime, lease: dt.timedelta, limit: int
) -> list[Outgoing]:
    """Take attempts that may or may not have reached the carrier: their lease ran out, or the
    call to the carrier ended without an answer. They are looked up there before anything else."""
    lapsed = and_(
        or_(Outbox.state == State.CLAIMED, Outbox.state == State.UNKNOWN),
        Outbox.claimed_until <= now,
    )
    chosen = select(Outbox.id).where(lapsed).limit(limit).with_for_update(skip_locked=True)
    taken = connection.execute(
        update(_TABLE)
        .where(Outbox.id.in_(chosen.scalar_subquery()), lapsed)
        .values(
            state=State.UNKNOWN,
            rank=RANKS[State.UNKNOWN],
            claimed_until=now + lease,
            updated_at=now,
        )
        .returning(*_HELD)
    )
    return [_outgoing(row) for row in taken]


def _outgoing(row: Any) -> Outgoing:
    return Outgoing(
        id=row.id,
        kind=Kind(row.kind),
        sender=row.sender,
        line_id=row.line_id,
        body=row.body,
        opening=row.opening,
        attempts=row.attempts,
        attempted_at=row.attempted_at,
        state=State(row.state),
    )


def advance(
    connection: Connection,
    row_id: str,
    state: State,
    *,
    now: dt.datetime,
    provider_id: str | None = None,
    error_code: str | None = None,
) -> bool:
    """Move a row forward to `state`; False if it is there or beyond already (nothing changes)."""
    values: dict[str, Any] = {"state": state, "rank": RANKS[state], "updated_at": now}
    if provider_id is not None:
        values["provider_id"] = provider_id
    if error_code is not None:
        values["error_code"] = error_code
    moved = connection.execute(
        update(_TABLE)
        .where(Outbox.id == row_id, Outbox.rank < RANKS[state])
        .values(values)
        .returning(Outbox.id)
    )
    return moved.first() is not None


def try_again(
    connection: Connection,
    row_id: str,
    *,
    now: dt.datetime,
    due_at: dt.datetime,
    error_code: str | None,
) -> bool:
    """Queue a claimed or unknown row once more, after the carrier is known not to have it."""
    moved = connection.execute(
        update(_TABLE)
        .where(Outbox.id == row_id, Outbox.state.in_((State.CLAIMED, State.UNKNOWN)))
        .values(
            state=State.QUEUED,
            rank=RANKS[State.QUEUED],
            due_at=due_at,
            claimed_until=None,
            error_code=error_code,
            updated_at=now,
        )
        .returning(Outbox.id)
    )
    return moved.first() is not None


def by_provider_id(connection: Connection, provider_id: str) -> str | None:
    """The id of the row that the carrier knows under `provider_id`, or None."""
    return connection.execute(
        select(Outbox.id).where(Outbox.provider_id == provider_id)
    ).scalar_one_or_none()


def opening_of(connection: Connection, row_id: str) -> Mapping[str, Any] | None:
    """What a call out starts with, or None where there is no such call."""
    row = connection.execute(
        select(Outbox.opening).where(Outbox.id == row_id, Outbox.kind == Kind.CALL)
    ).first()
    return row.opening if row else None
