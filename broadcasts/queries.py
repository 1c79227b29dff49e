"""Reads of broadcasts."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, func, select

from broadcasts.errors import UnknownBroadcast
from broadcasts.models import Broadcast, Recipient
from broadcasts.values import (
    Audience,
    BroadcastRef,
    Progress,
    Standing,
    State,
    StopReason,
    Way,
    contents_from_json,
)
from outreach.attempts import Outcome
from outreach.queries import is_held
from programmes.queries import senders_of

_COLUMNS = Broadcast.__table__.columns


def broadcasts(connection: Connection, programme: str) -> list[BroadcastRef]:
    """Every broadcast of a programme, the newest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(Broadcast.programme == programme)
        .order_by(Broadcast.created_at.desc(), Broadcast.id)
    )
    return [_broadcast(row) for row in rows]


def broadcast(
    connection: Connection, broadcast_id: str, *, programme: str | None = None, held: bool = False
) -> BroadcastRef:
    """One broadcast; with `held` whoever else would change it waits. Raises UnknownBroadcast."""
    chosen = select(*_COLUMNS).where(Broadcast.id == broadcast_id)
    row = connection.execute(chosen.with_for_update() if held else chosen).first()
    if row is None or (programme is not None and row.programme != programme):
        raise UnknownBroadcast(broadcast_id)
    return _broadcast(row)


def underway(connection: Connection) -> list[str]:
    """The broadcasts that have started and are not over, paused ones too, the oldest first."""
    return list(
        connection.execute(
            select(Broadcast.id)
            .where(Broadcast.state.in_((State.RUNNING, State.PAUSED)))
            .order_by(Broadcast.started_at)
        ).scalars()
    )


def open_ends(connection: Connection) -> list[str]:
    """The broadcasts of which something is still at the carrier, or that are not over."""
    return list(
        connection.execute(
            select(Recipient.broadcast_id).where(Recipient.state == Standing.QUEUED).distinct()
        ).scalars()
    )


def is_due(
    connection: Connection, broadcast_id: str, standing: Standing, *, now: dt.datetime
) -> bool:
    """Whether the time of any recipient that stands so has come."""
    found = connection.execute(
        select(Recipient.id)
        .where(
            Recipient.broadcast_id == broadcast_id,
            Recipient.state == standing,
            Recipient.due_at <= now,
        )
        .limit(1)
    )
    return found.first() is not None


def is_left(connection: Connection, broadcast_id: str) -> bool:
    """Whether anybody waits still, or is being contacted."""
    found = connection.execute(
        select(Recipient.id)
        .where(
            Recipient.broadcast_id == broadcast_id,
            Recipient.state.in_((Standing.WAITING, Standing.QUEUED)),
        )
        .limit(1)
    )
    return found.first() is not None


def progress(connection: Connection, broadcast_id: str) -> Mapping[Progress, int]:
    """How many lines stand where."""
    rows = connection.execute(
        select(Recipient.state, Recipient.outcome, func.count())
        .where(Recipient.broadcast_id == broadcast_id)
        .group_by(Recipient.state, Recipient.outcome)
    )
    found: Counter[Progress] = Counter()
    for state, outcome, count in rows:
        found[_progress(state, outcome)] += count
    return {each: found[each] for each in Progress if found[each]}


def _progress(state: str, outcome: str | None) -> Progress:
    if state != Standing.DONE:
        return Progress(state)
    known = {Outcome.REACHED.value: Progress.REACHED, Outcome.SENT.value: Progress.SENT}
    return known.get(outcome or "", Progress.NOT_REACHED)


def _broadcast(row: Any) -> BroadcastRef:
    return BroadcastRef(
        id=row.id,
        programme=row.programme,
        title=row.title,
        prompt=row.prompt,
        way=Way(row.way),
        audience=Audience.from_json(row.audience),
        sender=row.sender,
        budget=row.budget,
        spent=row.spent,
        state=State(row.state),
        stop_reason=StopReason(row.stop_reason) if row.stop_reason else None,
        contents=contents_from_json(row.contents),
        created_at=row.created_at,
        started_at=row.started_at,
        planned_to=row.planned_to,
        is_planned=row.is_planned,
        ended_at=row.ended_at,
    )


def is_refused(connection: Connection, here: BroadcastRef) -> bool:
    """Whether it waits for an operator: the carrier refuses our number on one of its channels."""
    writes_from = senders_of(connection, here.programme).texts or here.sender
    return is_held(
        connection,
        calls_from=None if here.way is Way.SMS else here.sender,
        writes_from=None if here.way is Way.VOICE else writes_from,
    )
