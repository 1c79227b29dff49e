"""Putting into the outbox the lines that may be tried now. `gate` looks once more when it is sent.

As with news only so much is queued as goes out soon. Whoever is in the emptiest group of a quota is
next; whoever is in a full one is not called any more.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select, update

from contacts.models import Line, Person
from outreach.attempts import SOON
from outreach.audience import TEXTS_ARRIVE, WISH
from outreach.operations import withdraw as take_back
from outreach.queries import free_from
from outreach.values import Channel, hours_of
from programmes.calendar import Calendar
from programmes.queries import senders_of
from programmes.values import Programme
from storage import outbox
from storage.outbox import Kind, Outbox
from surveys.fieldwork import queries
from surveys.fieldwork.models import SampledLine
from surveys.fieldwork.quotas import Fill, emptiest_first, fills, groups_of, may_be_in
from surveys.fieldwork.values import (
    NO_ROOM,
    NOTICE,
    About,
    Field,
    Standing,
    State,
    next_in,
)
from surveys.outcomes import Disposition, final

LOT = 500
"""How many lines of one round are out at the most."""

BATCH = 100

Body = Callable[[str, str], bytes]
"""The sealed text for a kind (`notice` or `sms`) in a language."""

_LINES: Any = SampledLine.__table__
_OUTBOX: Any = Outbox.__table__


def feed_batch(
    connection: Connection,
    round_id: str,
    *,
    programme: Programme,
    body: Body,
    minutes: int,
    now: dt.datetime,
    lot: int = LOT,
) -> int:
    """Queue the next lines that may be tried now; return how many were looked at.

    `minutes` is how long an interview lasts, as she is told.
    """
    here = queries.field(connection, round_id, held=True)
    calendar = programme.calendar
    if here.state is not State.RUNNING or not here.is_open(now) or not calendar.is_open(now):
        return 0
    room = min(BATCH, lot - queries.lines(connection, round_id)[Standing.QUEUED])
    if room <= 0:
        return 0
    groups = fills(connection, round_id, here.plan.quotas)
    rows = connection.execute(
        _waiting(here, groups).where(SampledLine.due_at <= now).limit(room)
    ).all()
    later = free_from(connection, [row.line_id for row in rows], subject=round_id, now=now)
    writes_from = senders_of(connection, here.programme).texts
    for row in rows:
        code = _over(connection, row, groups)
        if code is not None:
            end(connection, row.id, code)
            continue
        about = _about(row)
        if not all(each.has_room for each in may_be_in(groups, about)):
            _put_off(connection, row.id, now + NO_ROOM)
            continue
        free = max(now, later.get(row.line_id, now))
        opens = next_chance(calendar, row, free, attempt=row.attempts)
        if opens > now:
            _put_off(connection, row.id, opens)
            continue
        channel = channel_of(here, row)
        message = _message(
            here,
            row,
            channel,
            writes_from=writes_from,
            body=body,
            minutes=minutes,
            now=now,
            expires_at=calendar.closes(now),
        )
        connection.execute(insert(_OUTBOX), [message])
        connection.execute(
            update(_LINES)
            .where(SampledLine.id == row.id)
            .values(
                state=Standing.QUEUED,
                outbox_id=message["id"],
                channel=channel,
                answer=None,
                due_at=now + SOON,
            )
        )
        groups = [each.with_one_more(about) for each in groups]
    return len(rows)


def next_chance(calendar: Calendar, row: Any, moment: dt.datetime, *, attempt: int) -> dt.datetime:
    """When a line may be tried for the time `attempt` (from 0), `moment` or later: at the hours
    that its person wished, else in the slot that was drawn for it. One whose slot has passed waits
    for the next of its kind, and does not go at just any calling hour."""
    if row.slot is not None:
        return calendar.next_open_within(moment, hours_of(row.slot))
    slots = row.slots.split()
    return next_in(calendar, slots[min(attempt, len(slots) - 1)], moment)


def channel_of(here: Field, row: Any) -> str:
    """How a line is tried next: as planned, or by call where no text arrives."""
    if here.plan.announces and not row.is_announced and row.texts_arrive:
        return NOTICE
    planned = here.plan.channels[min(row.attempts, len(here.plan.channels) - 1)]
    return planned.value if row.texts_arrive else Channel.VOICE.value


def waiting_lines(here: Field) -> Any:
    """A SELECT of lines of the sample with what their people wish now."""
    wish = and_(WISH.c.person_id == SampledLine.person_id, WISH.c.programme == here.programme)
    return (
        select(
            *_LINES.c,
            Line.opted_out_at,
            Line.bad_since,
            TEXTS_ARRIVE.label("texts_arrive"),
            func.coalesce(WISH.c.agreed.is_(False), False).label("refused"),
            WISH.c.slot,
        )
        .select_from(SampledLine)
        .join(Person, Person.id == SampledLine.person_id)
        .join(Line, Line.id == SampledLine.line_id)
        .outerjoin(WISH, wish)
        .where(SampledLine.round_id == here.round_id)
    )


def refusal_of(row: Any) -> Disposition | None:
    """Why a line is not contacted any more, whatever its attempts came to; None where it may."""
    if row.interview is not None:
        return Disposition(row.interview)
    if row.opted_out_at is not None or row.refused:
        return Disposition.REFUSAL
    return Disposition.NOT_WORKING if row.bad_since is not None else None


def end(connection: Connection, sampled_id: str, code: Disposition) -> None:
    """Nothing more is tried on this line. From now on no time of it is kept."""
    connection.execute(
        update(_LINES)
        .where(SampledLine.id == sampled_id)
        .values(state=Standing.DONE, code=code, outbox_id=None, due_at=None, answer=None)
    )


def withdraw(connection: Connection, round_id: str, *, now: dt.datetime) -> int:
    """Take back what is queued and nobody has begun with; it waits again. Return how much."""
    ours = select(SampledLine.outbox_id).where(
        SampledLine.round_id == round_id, SampledLine.state == Standing.QUEUED
    )
    back = take_back(connection, ours, now=now)
    for start in range(0, len(back), BATCH):
        connection.execute(
            update(_LINES)
            .where(SampledLine.outbox_id.in_(back[start : start + BATCH]))
            .values(state=Standing.WAITING, outbox_id=None, due_at=now)
        )
    return len(back)


def opening(*, sampled_id: str, minutes: int, language: str) -> Mapping[str, Any]:
    """How a call for an interview starts: the script, and ids and names alone."""
    return {
        "script": "interview",
        "args": {"sampled": sampled_id, "minutes": min(5, max(1, minutes))},
        "language": language,
    }


def _waiting(here: Field, groups: list[Fill]) -> Any:
    lines = waiting_lines(here).where(SampledLine.state == Standing.WAITING)
    return lines.order_by(emptiest_first(groups), SampledLine.id)


def _over(connection: Connection, row: Any, groups: list[Fill]) -> Disposition | None:
    """Why this line is done without another attempt."""
    refused = refusal_of(row)
    if refused is None and any(each.is_full for each in groups_of(groups, _about(row))):
        refused = Disposition.QUOTA_FULL
    if refused is None:
        return None
    return final([*queries.attempts_of(connection, row.id), refused])


def _about(row: Any) -> About:
    return About(row.gender, row.district, row.language)


def _put_off(connection: Connection, sampled_id: str, due_at: dt.datetime) -> None:
    connection.execute(update(_LINES).where(SampledLine.id == sampled_id).values(due_at=due_at))


def _message(
    here: Field,
    row: Any,
    channel: str,
    *,
    writes_from: str | None,
    body: Body,
    minutes: int,
    now: dt.datetime,
    expires_at: dt.datetime,
) -> dict[str, Any]:
    is_call = channel == Channel.VOICE
    return outbox.values(
        Kind.CALL if is_call else Kind.TEXT,
        sender=(None if is_call else writes_from) or here.sender or "",
        line_id=row.line_id,
        opening=opening(sampled_id=row.id, minutes=minutes, language=row.language)
        if is_call
        else None,
        sealed_body=None if is_call else body(channel, row.language),
        now=now,
        priority=outbox.BULK,
        expires_at=expires_at,
    )
