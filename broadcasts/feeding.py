"""Putting into the outbox what may go out now, and taking back what may not any more.

Only as much is queued as goes out soon: a pause, the end of the hours or an opt-out stops the rest
where it waits. Each row expires when the hours end. `gate` looks once more at the last moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from broadcasts import queries
from broadcasts.audience import channel_of
from broadcasts.models import Recipient
from broadcasts.values import AT_THE_DOOR, BroadcastRef, Standing, State
from contacts.models import Line, Person
from outreach.attempts import Outcome
from outreach.audience import TEXTS_ARRIVE, language_of
from outreach.models import NewsWish
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

FIRST_LOOK = dt.timedelta(seconds=20)
"""After it was queued; see `following`."""

Body = Callable[[str], bytes]
"""The sealed text of the broadcast in a language."""

_RECIPIENTS: Any = Recipient.__table__
_OUTBOX: Any = Outbox.__table__


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a recipient is to be reached as things are now; `refused` where not at all."""

    id: str
    line_id: str
    language: str
    channel: str
    slot: str | None
    refused: bool


def wanted(here: BroadcastRef, programme: Programme) -> Any:
    """A SELECT of recipients with what their people wish now. The columns of `Wanted`, in order."""
    wish = (NewsWish.person_id == Recipient.person_id) & (NewsWish.programme == here.programme)
    refused = (
        Line.opted_out_at.is_not(None)
        | Line.bad_since.is_not(None)
        | func.coalesce(NewsWish.agreed.is_(False), False)
    )
    return (
        select(
            Recipient.id,
            Recipient.line_id,
            language_of(programme.languages).label("language"),
            channel_of(here.way, TEXTS_ARRIVE).label("channel"),
            NewsWish.slot,
            refused.label("refused"),
            (Line.bad_since.is_not(None)).label("is_bad"),
        )
        .join(Person, Person.id == Recipient.person_id)
        .join(Line, Line.id == Recipient.line_id)
        .outerjoin(NewsWish, wish)
    )


def feed_batch(
    connection: Connection,
    broadcast_id: str,
    *,
    programme: Programme,
    body: Body,
    now: dt.datetime,
    lot: int = LOT,
) -> int:
    """Queue the next recipients of a running broadcast who may be contacted now; return how many
    were looked at. Nothing outside the calling hours, nor where enough is queued already."""
    here = queries.broadcast(connection, broadcast_id, held=True)
    calendar = programme.calendar
    if here.state is not State.RUNNING or not calendar.is_open(now):
        return 0
    free = min(BATCH, lot - _queued(connection, here.id))
    if free <= 0:
        return 0
    rows = connection.execute(
        wanted(here, programme)
        .where(
            Recipient.broadcast_id == here.id,
            Recipient.state == Standing.WAITING,
            Recipient.due_at <= now,
        )
        .order_by(Recipient.due_at, Recipient.id)
        .limit(free)
    ).all()
    later = free_from(connection, [row.line_id for row in rows], subject=here.id, now=now)
    queued: list[dict[str, Any]] = []
    changes: list[dict[str, Any]] = []
    put_off: list[dict[str, Any]] = []
    over: list[dict[str, Any]] = []
    closes = calendar.closes(now)
    writes_from = senders_of(connection, here.programme).texts
    for row in rows:
        hours = hours_of(row.slot)
        opens = calendar.next_open_within(max(now, later.get(row.line_id, now)), hours)
        if row.refused or not row.channel:
            outcome = Outcome.UNREACHABLE if row.is_bad or not row.channel else Outcome.OPTED_OUT
            over.append({"_id": row.id, "_outcome": outcome.value})
        elif opens > now:
            put_off.append({"_id": row.id, "_due_at": opens})
        else:
            made = _message(
                here, row, writes_from=writes_from, body=body, now=now, expires_at=closes
            )
            queued.append(made)
            changes.append(
                {
                    "_id": row.id,
                    "_outbox_id": made["id"],
                    "_language": row.language,
                    "_channel": row.channel,
                    "_due_at": now + FIRST_LOOK,
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
    *,
    writes_from: str | None,
    body: Body,
    now: dt.datetime,
    expires_at: dt.datetime,
) -> dict[str, Any]:
    is_call = row.channel == Channel.VOICE
    return outbox.values(
        Kind.CALL if is_call else Kind.TEXT,
        # A programme may have a number for its texts alone.
        sender=(None if is_call else writes_from) or here.sender or "",
        line_id=row.line_id,
        opening=opening(here, recipient_id=row.id, language=row.language) if is_call else None,
        sealed_body=None if is_call else body(row.language),
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
