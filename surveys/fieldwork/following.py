"""Following what is at the carrier to its end: what came of the attempt, and whether there is
another. Looked at by time, so that doing it again changes nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, select, update

from outreach.attempts import SENDING, Ended, Outcome, Pending, Withdrawn, standing
from outreach.values import Channel
from programmes.calendar import Calendar
from storage.ids import new_id
from storage.outbox import Outbox
from storage.upsert import insert_into
from surveys.fieldwork import queries
from surveys.fieldwork.feeding import end
from surveys.fieldwork.models import FieldAttempt, SampledLine
from surveys.fieldwork.values import (
    AT_LEAST,
    NOTICE,
    REPLY_WITHIN,
    RETRIED,
    Field,
    Standing,
    disposition,
    next_in,
)
from surveys.outcomes import Disposition, final

BATCH = 250

_LINES: Any = SampledLine.__table__


def follow_batch(
    connection: Connection, round_id: str, *, calendar: Calendar, now: dt.datetime
) -> int:
    """Look at lines whose time for it has come; return how many. Safe to run again."""
    here = queries.field(connection, round_id, held=True)
    rows = connection.execute(
        select(
            *(SampledLine.__table__.c),
            *SENDING,
        )
        .join(Outbox, Outbox.id == SampledLine.outbox_id)
        .where(
            SampledLine.round_id == round_id,
            SampledLine.state == Standing.QUEUED,
            SampledLine.due_at <= now,
        )
        .order_by(SampledLine.due_at)
        .limit(BATCH)
    ).all()
    for row in rows:
        match standing(row, now):
            case Pending(at):
                _look_again(connection, row.id, at)
            case Withdrawn():
                _wait(connection, row.id, now)
            case Ended() as ended:
                _ended(connection, here, row, ended, calendar, now)
    return len(rows)


def _ended(
    connection: Connection,
    here: Field,
    row: Any,
    ended: Ended,
    calendar: Calendar,
    now: dt.datetime,
) -> None:
    began = row.attempted_at or now
    slots = row.slots.split()
    if row.channel == NOTICE:
        refused = ended.outcome is Outcome.OPTED_OUT
        if refused:
            end(connection, row.id, Disposition.REFUSAL)
            return
        due_at = next_in(calendar, slots[0], max(now, began + AT_LEAST))
        _wait(connection, row.id, due_at, is_announced=True)
        return
    arrived = ended.outcome in (Outcome.REACHED, Outcome.SENT)
    replies_until = began + REPLY_WITHIN
    if row.channel == Channel.SMS and arrived and row.interview is None and now < replies_until:
        _look_again(connection, row.id, replies_until)
        return
    code = disposition(row.channel, ended.outcome, row.interview)
    connection.execute(
        insert_into(connection, FieldAttempt.__table__)
        .values(
            id=new_id(),
            sampled_id=row.id,
            n=row.attempts,
            channel=row.channel,
            slot=slots[max(0, min(row.attempts, len(slots)) - 1)],
            code=code,
        )
        .on_conflict_do_nothing(index_elements=["sampled_id", "n"])
    )
    if code is Disposition.QUOTA_FULL:
        # She was reached, and told: it says more than that she could not talk another day.
        end(connection, row.id, code)
        return
    is_last = row.attempts >= len(here.plan.channels)
    if code in RETRIED and not is_last and ended.may_repeat:
        wait = ended.wait or AT_LEAST
        due_at = next_in(calendar, slots[row.attempts], max(now, began + wait))
        if here.plan.closes_at is None or due_at < here.plan.closes_at:
            _wait(connection, row.id, due_at)
            return
    end(connection, row.id, final(queries.attempts_of(connection, row.id)))


def _look_again(connection: Connection, sampled_id: str, at: dt.datetime) -> None:
    connection.execute(update(_LINES).where(SampledLine.id == sampled_id).values(due_at=at))


def _wait(connection: Connection, sampled_id: str, due_at: dt.datetime, **changes: Any) -> None:
    connection.execute(
        update(_LINES)
        .where(SampledLine.id == sampled_id)
        .values(state=Standing.WAITING, outbox_id=None, answer=None, due_at=due_at, **changes)
    )
