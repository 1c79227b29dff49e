"""Following what is at the carrier to its end, and deciding whether it is tried again.

Looked at by time, not by callback: doing it again changes nothing, and a callback that never comes
delays one line and nothing else.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, select, update

from broadcasts import queries
from broadcasts.models import Broadcast, Recipient
from broadcasts.values import Standing
from outreach.attempts import SENDING, Ended, Pending, Withdrawn, standing
from outreach.values import MOST_ATTEMPTS
from storage.outbox import Outbox

BATCH = 250

_RECIPIENTS: Any = Recipient.__table__


def follow_batch(connection: Connection, broadcast_id: str, *, now: dt.datetime) -> int:
    """Look at recipients whose time for it has come; return how many. Safe to run again."""
    queries.broadcast(connection, broadcast_id, held=True)
    rows = connection.execute(
        select(
            Recipient.id,
            Recipient.answer,
            Recipient.attempts,
            Recipient.cost,
            *SENDING,
        )
        .join(Outbox, Outbox.id == Recipient.outbox_id)
        .where(
            Recipient.broadcast_id == broadcast_id,
            Recipient.state == Standing.QUEUED,
            Recipient.due_at <= now,
        )
        .order_by(Recipient.due_at)
        .limit(BATCH)
    ).all()
    refund = 0
    for row in rows:
        changes = _changes(row, now)
        if changes.pop("refund", False):
            refund += row.cost
        connection.execute(update(_RECIPIENTS).where(Recipient.id == row.id).values(**changes))
    if refund:
        connection.execute(
            update(Broadcast)
            .where(Broadcast.id == broadcast_id)
            .values(spent=Broadcast.spent - refund)
        )
    return len(rows)


def _changes(row: Any, now: dt.datetime) -> dict[str, Any]:
    match standing(row, now):
        case Pending(at):
            return {"due_at": at}
        case Withdrawn():
            return {"state": Standing.WAITING, "outbox_id": None, "due_at": now}
        case Ended() as ended:
            refund = not ended.was_taken
            if ended.wait is None or row.attempts >= MOST_ATTEMPTS:
                return {"state": Standing.DONE, "outcome": ended.outcome, "refund": refund}
            return {
                "state": Standing.WAITING,
                "outcome": ended.outcome,
                "outbox_id": None,
                "due_at": max(now, (row.attempted_at or now) + ended.wait),
                "refund": refund,
            }
