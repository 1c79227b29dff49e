"""Putting into the outbox what may go out now, and taking back what may not any more.

Only as much is queued as goes out soon: a pause, the end of the hours or an opt-out stops the rest
where it waits. Each row expires when the hours end. `gate` looks once more at the last moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from broadcasts import queries
from broadcasts.models import Recipient
from broadcasts.values import AT_THE_DOOR, BroadcastRef, Standing, State
from broadcasts.wanted import Wanted, recipients, wanted
from outreach.attempts import SOON, Outcome
from outreach.operations import withdraw as take_back
from outreach.queries import free_from
from outreach.values import Channel, hours_of
from programmes.queries import senders_of
from programmes.values import Programme
from storage import outbox
from storage.outbox import Kind, Outbox
from storage.outbox import State as Sent

LOT = 1000
"""How much of one broadcast waits in the outbox at the most."""

BATCH = 250

Body = Callable[[str], bytes]
"""The sealed text of the broadcast in a language."""

_RECIPIENTS: Any = Recipient.__table__
_OUTBOX: Any = Outbox.__table__


def feed_batch(
    connection: Connection,
    broadcast_id: str,
    *,
    programme: Programme,
    body: Body,
    now: dt.datetime,
    lot: int | None = LOT,
) -> int:
    """Queue the next recipients of a running broadcast who may be contacted now; return how many
    were looked at. Nothing outside the calling hours, nor where `lot` is queued already (None: no
    such limit)."""
    here = queries.broadcast(connection, broadcast_id, held=True)
    calendar = programme.calendar
    if here.state is not State.RUNNING or not calendar.is_open(now):
        return 0
    free = BATCH if lot is None else min(BATCH, lot - _queued(connection, here.id))
    if free <= 0:
        return 0
    # Chosen first, in the order of their index, and only then looked at with all that is known.
    chosen = (
        select(Recipient.id)
        .where(
            Recipient.broadcast_id == here.id,
            Recipient.state == Standing.WAITING,
            Recipient.due_at <= now,
        )
        .order_by(Recipient.due_at)
        .limit(free)
        .cte("chosen")
    )
    rows = connection.execute(
        recipients(Recipient.id, Recipient.line_id).where(Recipient.id.in_(select(chosen.c.id)))
    ).all()
    later = free_from(connection, [row.line_id for row in rows], subject=here.id, now=now)
    queued: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    put_off: list[dict[str, Any]] = []
    over: list[dict[str, Any]] = []
    closes = calendar.closes(now)
    writes_from = senders_of(connection, here.programme).texts
    for row in rows:
        now_wanted = wanted(row, here.way, programme.languages)
        earliest = max(now, later.get(row.line_id, now))
        opens = now
        if earliest > now or now_wanted.slot:
            opens = calendar.next_open_within(earliest, hours_of(now_wanted.slot))
        if now_wanted.refused or now_wanted.is_bad:
            outcome = Outcome.OPTED_OUT if now_wanted.refused else Outcome.UNREACHABLE
            over.append({"_id": row.id, "_outcome": outcome.value})
        elif opens > now:
            put_off.append({"_id": row.id, "_due_at": opens})
        else:
            made = _message(
                here,
                row,
                now_wanted,
                writes_from=writes_from,
                body=body,
                now=now,
                expires_at=closes,
            )
            queued.append(made)
            changes.append(
                {
                    "_id": row.id,
                    "_outbox_id": made["id"],
                    "_language": now_wanted.language,
                    "_channel": now_wanted.channel,
                    "_due_at": now + SOON,
                }
            )
    if queued:
        connection.execute(insert(_OUTBOX), queued)
        connection.execute(_QUEUE, changes)
    if put_off:
        connection.execute(_PUT_OFF, put_off)
    if over:
        connection.execute(_END, over)
    return len(rows)


_QUEUE = (
    update(_RECIPIENTS)
    .where(_RECIPIENTS.c.id == bindparam("_id"))
    .values(
        state=Standing.QUEUED.value,
        outbox_id=bindparam("_outbox_id"),
        language=bindparam("_language"),
        channel=bindparam("_channel"),
        due_at=bindparam("_due_at"),
        answer=None,
        cost=0,
        content_from=None,
    )
)
_PUT_OFF = (
    update(_RECIPIENTS)
    .where(_RECIPIENTS.c.id == bindparam("_id"))
    .values(due_at=bindparam("_due_at"))
)
_END = (
    update(_RECIPIENTS)
    .where(_RECIPIENTS.c.id == bindparam("_id"))
    .values(state=Standing.DONE.value, outcome=bindparam("_outcome"))
)


def opening(here: BroadcastRef, *, recipient_id: str, language: str) -> Mapping[str, Any]:
    """How a call of a broadcast starts: the script, and ids and names alone."""
    length = here.spoken(language).seconds + AT_THE_DOOR
    minutes = min(5, max(1, round(length / 60)))
    return {
        "script": "broadcast",
        "args": {"recipient": recipient_id, "prompt": here.prompt, "minutes": minutes},
        "language": language,
    }


def _message(
    here: BroadcastRef,
    row: Any,
    wish: Wanted,
    *,
    writes_from: str | None,
    body: Body,
    now: dt.datetime,
    expires_at: dt.datetime,
) -> dict[str, Any]:
    is_call = wish.channel == Channel.VOICE
    return outbox.values(
        Kind.CALL if is_call else Kind.TEXT,
        # A programme may have a number for its texts alone.
        sender=(None if is_call else writes_from) or here.sender or "",
        line_id=row.line_id,
        opening=opening(here, recipient_id=row.id, language=wish.language) if is_call else None,
        sealed_body=None if is_call else body(wish.language),
        now=now,
        priority=outbox.BULK,
        expires_at=expires_at,
    )


def _queued(connection: Connection, broadcast_id: str) -> int:
    """How many of its rows wait in the outbox."""
    return connection.execute(
        select(func.count())
        .select_from(Recipient)
        .join(Outbox, Outbox.id == Recipient.outbox_id)
        .where(
            Recipient.broadcast_id == broadcast_id,
            Recipient.state == Standing.QUEUED,
            Outbox.rank == outbox.RANKS[Sent.QUEUED],
        )
    ).scalar_one()


def withdraw(connection: Connection, broadcast_id: str, *, now: dt.datetime) -> int:
    """Take back what is queued and nobody has begun with; it waits again. Return how much."""
    ours = select(Recipient.outbox_id).where(
        Recipient.broadcast_id == broadcast_id, Recipient.state == Standing.QUEUED
    )
    back = take_back(connection, ours, now=now)
    for start in range(0, len(back), BATCH):
        connection.execute(
            update(_RECIPIENTS)
            .where(Recipient.outbox_id.in_(back[start : start + BATCH]))
            .values(state=Standing.WAITING, outbox_id=None, due_at=now)
        )
    return len(back)
