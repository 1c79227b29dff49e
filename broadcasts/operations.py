"""Writes of broadcasts, but for their planning and sending. They flush, the caller commits."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, insert, select, update

from broadcasts import queries
from broadcasts.errors import NoNumber, NoPrices, NothingToSay, WrongState
from broadcasts.feeding import withdraw
from broadcasts.models import Broadcast, Recipient
from broadcasts.values import (
    HEARD,
    LONGEST_TITLE,
    Audience,
    Contents,
    State,
    StopReason,
    Way,
    contents_to_json,
)
from outreach.attempts import Answer

_BROADCASTS: Any = Broadcast.__table__
_RECIPIENTS: Any = Recipient.__table__


def create(
    connection: Connection,
    *,
    broadcast_id: str,
    programme: str,
    title: str,
    prompt: str,
    way: Way,
    audience: Audience,
    budget: int | None,
    account_id: str,
    now: dt.datetime,
) -> None:
    """A draft, which nobody receives before it is started."""
    connection.execute(
        insert(_BROADCASTS).values(
            id=broadcast_id,
            programme=programme,
            title=title[:LONGEST_TITLE],
            prompt=prompt,
            way=way,
            audience=audience.to_json(),
            sender=None,
            budget=budget,
            spent=0,
            contents={},
            state=State.DRAFT,
            created_by=account_id,
            created_at=now,
            planned_to="",
            is_planned=False,
        )
    )


def change(
    connection: Connection,
    broadcast_id: str,
    *,
    title: str,
    prompt: str,
    way: Way,
    audience: Audience,
    budget: int | None,
) -> None:
    """Change a draft. Raises WrongState once it has started."""
    _move(
        connection,
        broadcast_id,
        (State.DRAFT,),
        title=title[:LONGEST_TITLE],
        prompt=prompt,
        way=way,
        audience=audience.to_json(),
        budget=budget,
    )


def start(
    connection: Connection,
    broadcast_id: str,
    *,
    contents: Contents,
    sender: str | None,
    now: dt.datetime,
) -> None:
    """Let a draft go out. `contents` is what it says in every language that it may meet.

    Raises WrongState, NoNumber, NothingToSay, and NoPrices where a budget could not be kept.
    """
    here = queries.broadcast(connection, broadcast_id, held=True)
    if sender is None:
        raise NoNumber(broadcast_id)
    if not contents:
        raise NothingToSay(broadcast_id)
    if here.budget is not None and any(cost is None for cost in _costs(here.way, contents)):
        raise NoPrices(broadcast_id)
    _move(
        connection,
        broadcast_id,
        (State.DRAFT,),
        state=State.RUNNING,
        contents=contents_to_json(contents),
        sender=sender,
        started_at=now,
    )


def pause(connection: Connection, broadcast_id: str, *, now: dt.datetime) -> None:
    """Nothing more goes out until it is resumed; what is at the carrier already ends as it ends.

    Raises WrongState.
    """
    _move(connection, broadcast_id, (State.RUNNING,), state=State.PAUSED)
    withdraw(connection, broadcast_id, now=now)


def resume(connection: Connection, broadcast_id: str) -> None:
    """Go on where it was paused. Raises WrongState."""
    _move(connection, broadcast_id, (State.PAUSED,), state=State.RUNNING)


def stop(
    connection: Connection,
    broadcast_id: str,
    *,
    now: dt.datetime,
    reason: StopReason = StopReason.STAFF,
) -> None:
    """Nothing more goes out, ever. Raises WrongState where it is over, or never began."""
    _move(
        connection,
        broadcast_id,
        (State.RUNNING, State.PAUSED),
        state=State.STOPPED,
        stop_reason=reason,
        ended_at=now,
    )
    withdraw(connection, broadcast_id, now=now)


def end_if_over(
    connection: Connection, broadcast_id: str, *, lasts_until: dt.datetime, now: dt.datetime
) -> bool:
    """Whether a running broadcast has come to its end just now: everybody done, or its time up."""
    here = queries.broadcast(connection, broadcast_id, held=True)
    if here.state is not State.RUNNING or not here.is_planned:
        return False
    if not queries.is_left(connection, broadcast_id):
        _move(connection, broadcast_id, (State.RUNNING,), state=State.DONE, ended_at=now)
        return True
    if now >= lasts_until:
        stop(connection, broadcast_id, now=now, reason=StopReason.TIME)
        return True
    return False


def note_answer(
    connection: Connection, recipient_id: str, answer: Answer, *, now: dt.datetime
) -> None:
    """She said whether she can talk now; with a yes the news begins to play. For a trial nothing
    is kept."""
    begins = now if answer is Answer.YES else None
    connection.execute(
        update(_RECIPIENTS)
        .where(Recipient.id == recipient_id)
        .values(answer=answer, content_from=begins)
    )


def note_heard(
    connection: Connection, recipient_id: str, *, language: str, now: dt.datetime
) -> None:
    """The news has ended, or she has: how much of it was heard, the most in one go."""
    row = connection.execute(
        select(Recipient.content_from, Recipient.seconds, Broadcast.contents)
        .join(Broadcast, Broadcast.id == Recipient.broadcast_id)
        .where(Recipient.id == recipient_id)
    ).first()
    if row is None or row.content_from is None:
        return
    spoken = row.contents.get(language) or next(iter(row.contents.values()))
    seconds = min(spoken["seconds"], max(0, round((now - row.content_from).total_seconds())))
    most = max(seconds, row.seconds or 0)
    connection.execute(
        update(_RECIPIENTS)
        .where(Recipient.id == recipient_id)
        .values(content_from=None, seconds=most, is_heard=most >= HEARD * spoken["seconds"])
    )


def _costs(way: Way, contents: Contents) -> list[int | None]:
    channels = (Way.VOICE, Way.SMS) if way is Way.PREFERENCE else (way,)
    return [each.cost(channel) for each in contents.values() for channel in channels]


def _move(
    connection: Connection, broadcast_id: str, states: tuple[State, ...], **changes: Any
) -> None:
    moved = connection.execute(
        update(_BROADCASTS)
        .where(Broadcast.id == broadcast_id, Broadcast.state.in_(states))
        .values(**changes)
        .returning(Broadcast.id)
    ).first()
    if moved is None:
        # It may be that there is none: then that is what is told.
        queries.broadcast(connection, broadcast_id)
        raise WrongState(broadcast_id)
