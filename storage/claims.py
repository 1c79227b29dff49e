"""Taking rows of the outbox for one attempt each, under a lease, so that no two workers send one.

Workers take one at a time, and only once its sender may send: a batch under one lease would
outlast it where the carrier is slow, and would stand before whatever is more urgent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, not_, select

from storage import leases
from storage.messages import RANKS, Kind, Outbox, State


class Lane(NamedTuple):
    """What is paced together: the texts of a number of ours, or its calls."""

    kind: Kind
    sender: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A row of the outbox as a worker holds it for one attempt."""

    id: str
    kind: Kind
    sender: str
    line_id: str
    body: bytes | None
    opening: Mapping[str, Any] | None
    priority: int
    attempts: int
    """With the one that it is held for."""
    attempted_at: dt.datetime | None
    provider_id: str | None
    expires_at: dt.datetime
    reason: str | None
    """Of the failure of an earlier attempt."""
    state: State
    answers: bool = False
    """It answers what she has just written."""

    @property
    def lane(self) -> Lane:
        return Lane(self.kind, self.sender)


_TABLE: Any = Outbox.__table__
_HELD = (
    Outbox.id,
    Outbox.kind,
    Outbox.sender,
    Outbox.line_id,
    Outbox.body,
    Outbox.opening,
    Outbox.priority,
    Outbox.attempts,
    Outbox.attempted_at,
    Outbox.provider_id,
    Outbox.expires_at,
    Outbox.reason,
    Outbox.state,
    Outbox.answers,
)
_ORDER = (Outbox.priority, Outbox.due_at)


def next_lane(
    connection: Connection, *, now: dt.datetime, without: Collection[Lane] = ()
) -> Lane | None:
    """Whose turn it is: the lane of the most urgent row that is due, but for those `without`."""
    busy = [and_(Outbox.kind == lane.kind, Outbox.sender == lane.sender) for lane in without]
    row = connection.execute(
        select(Outbox.kind, Outbox.sender)
        .where(*_due(now), *(not_(each) for each in busy))
        .order_by(*_ORDER)
        .limit(1)
    ).first()
    return Lane(Kind(row.kind), row.sender) if row else None


def claim(
    connection: Connection,
    *,
    now: dt.datetime,
    lease: dt.timedelta,
    limit: int = 1,
    lane: Lane | None = None,
) -> list[Outgoing]:
    """Take the most urgent rows that are due, of one lane or of any, for one attempt each."""
    due = and_(*_due(now))
    if lane is not None:
        due = and_(due, Outbox.kind == lane.kind, Outbox.sender == lane.sender)
    changes = {
        "state": State.CLAIMED,
        "rank": RANKS[State.CLAIMED],
        "claimed_until": now + lease,
        "attempts": Outbox.attempts + 1,
        "attempted_at": now,
        "updated_at": now,
    }
    return _take(connection, due, changes, order=_ORDER, limit=limit)


def claim_uncertain(
    connection: Connection, *, now: dt.datetime, lease: dt.timedelta
) -> Outgoing | None:
    """Take an attempt that may or may not have reached the carrier: its lease ran out, or the
    call to the carrier ended without an answer. It is looked up there before anything else."""
    open_ends = (RANKS[State.CLAIMED], RANKS[State.UNKNOWN])
    lapsed = and_(Outbox.rank.in_(open_ends), Outbox.claimed_until <= now)
    changes = {
        "state": State.UNKNOWN,
        "rank": RANKS[State.UNKNOWN],
        "claimed_until": now + lease,
        "updated_at": now,
    }
    taken = _take(connection, lapsed, changes, order=(Outbox.claimed_until,), limit=1)
    return taken[0] if taken else None


def claim_resting(
    connection: Connection, *, now: dt.datetime, rested: dt.timedelta, within: dt.timedelta
) -> Outgoing | None:
    """Take something sent that nothing was heard of for `rested`, to look at it at the carrier;
    once in that time, and no longer than `within` after it was sent."""
    resting = and_(
        Outbox.rank == RANKS[State.SENT],
        Outbox.updated_at <= now - rested,
        Outbox.attempted_at > now - within,
    )
    changes = {"updated_at": now}
    taken = _take(connection, resting, changes, order=(Outbox.updated_at,), limit=1)
    return taken[0] if taken else None


def _due(now: dt.datetime) -> tuple[Any, ...]:
    return Outbox.rank == RANKS[State.QUEUED], Outbox.due_at <= now


def _take(
    connection: Connection,
    which: Any,
    changes: Mapping[str, Any],
    *,
    order: tuple[Any, ...],
    limit: int,
) -> list[Outgoing]:
    taken = leases.take(
        connection,
        _TABLE,
        where=which,
        order=order,
        limit=limit,
        changes=changes,
        returning=_HELD,
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
        priority=row.priority,
        attempts=row.attempts,
        attempted_at=row.attempted_at,
        provider_id=row.provider_id,
        expires_at=row.expires_at,
        reason=row.reason,
        state=State(row.state),
        answers=row.answers,
    )
