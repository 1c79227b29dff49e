"""Following what is at the carrier to its end, and deciding whether it is tried again.

Looked at by time, not by callback: doing it again changes nothing, and a callback that never comes
delays one line and nothing else.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select, update

from broadcasts import queries
from broadcasts.models import Broadcast, Recipient
from broadcasts.values import RETRY_AFTER, Answer, Outcome, Standing
from outreach.values import MOST_ATTEMPTS
from storage import outbox
from storage.outbox import Kind, Outbox, Reason
from storage.outbox import State as Sent

BATCH = 250
SOON = dt.timedelta(seconds=20)
NEVER_TOLD = dt.timedelta(hours=72)
"""After so long a text of which nothing was heard has done what it could."""
_SELDOM = dt.timedelta(hours=6)

_RECIPIENTS: Any = Recipient.__table__

_FAILURES: Mapping[str, Outcome] = {
    Reason.BUSY: Outcome.BUSY,
    Reason.VOICEMAIL: Outcome.VOICEMAIL,
    Reason.NO_ANSWER: Outcome.NO_ANSWER,
    Reason.NO_SUCH_NUMBER: Outcome.UNREACHABLE,
    Reason.NO_TEXTS: Outcome.UNREACHABLE,
    Reason.OPTED_OUT: Outcome.OPTED_OUT,
}
_ANSWERS = {
    Answer.YES: Outcome.REACHED,
    Answer.LATER: Outcome.LATER,
    Answer.NEVER: Outcome.OPTED_OUT,
}


def follow_batch(connection: Connection, broadcast_id: str, *, now: dt.datetime) -> int:
    """Look at recipients whose time for it has come; return how many. Safe to run again."""
    queries.broadcast(connection, broadcast_id, held=True)
    rows = connection.execute(
        select(
            Recipient.id,
            Recipient.answer,
            Recipient.attempts,
            Recipient.cost,
            Outbox.kind,
            Outbox.state.label("sent"),
            Outbox.rank,
            Outbox.reason,
            Outbox.attempted_at,
            Outbox.updated_at,
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
    age = now - (row.attempted_at or row.updated_at)
    if row.sent == Sent.UNKNOWN and row.reason == Reason.UNCONFIRMED:
        # Never repeated: it may have arrived. A report that still comes says more.
        if age >= NEVER_TOLD:
            return {"state": Standing.DONE, "outcome": Outcome.FAILED}
        return {"due_at": now + min(_SELDOM, max(SOON, age / 3))}
    if row.rank < outbox.RANKS[Sent.SENT]:
        return {"due_at": now + SOON}
    if row.rank < outbox.ENDED:
        if row.kind == Kind.TEXT and age >= NEVER_TOLD:
            return {"state": Standing.DONE, "outcome": Outcome.SENT}
        return {"due_at": now + min(_SELDOM, max(SOON, age / 3))}
    if row.sent == Sent.EXPIRED or (
        row.sent == Sent.CANCELLED and row.reason in (Reason.WITHDRAWN, Reason.TOO_LATE)
    ):
        return {"state": Standing.WAITING, "outbox_id": None, "due_at": now}
    outcome = _outcome(row)
    # Nobody pays for a call that nobody took.
    was_taken = row.sent == Sent.DELIVERED or row.reason == Reason.VOICEMAIL or row.answer
    refund = row.kind == Kind.CALL and not was_taken
    wait = RETRY_AFTER.get(outcome)
    if wait is None or row.attempts >= MOST_ATTEMPTS:
        return {"state": Standing.DONE, "outcome": outcome, "refund": refund}
    return {
        "state": Standing.WAITING,
        "outcome": outcome,
        "outbox_id": None,
        "due_at": max(now, (row.attempted_at or now) + wait),
        "refund": refund,
    }


def _outcome(row: Any) -> Outcome:
    if row.kind == Kind.CALL and row.answer:
        # Whoever pressed a key is no machine, whatever the carrier took her for.
        return _ANSWERS[Answer(row.answer)]
    if row.sent == Sent.DELIVERED:
        return Outcome.REACHED if row.kind == Kind.TEXT else Outcome.SILENT
    return _FAILURES.get(row.reason, Outcome.FAILED)
