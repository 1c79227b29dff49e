"""Answers that were not heard: each goes out again within the hours of calls, then is offered when
she calls or writes next, and then whoever answers the case has it back.

What ended in vain is an attempt to reach her, in the history of her case: without three, on two
days, nobody counts as unreachable. What never went out is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, or_, select, update

from grievances import history
from grievances.following.values import (
    LEFT_ALONE,
    MOST_TRIES,
    NEVER_TRIED,
    NOTICE_REST,
    OFFERED_FOR,
    REST,
)
from grievances.history import Event
from grievances.lifecycle import REOPEN_WITHIN, SYSTEM, State
from grievances.models import Case, Reply
from grievances.replies import send_again
from grievances.triage import attempted
from grievances.values import AnswerBy, Answering, Delivery, delivery_of
from programmes.calendar import Calendar
from storage.outbox import Kind, Outbox, Reason
from storage.outbox import State as Sent
from storage.vault import Vault

_REPLIES: Any = Reply.__table__
_BATCH = 200

FOR_GOOD = frozenset({Reason.NO_SUCH_NUMBER, Reason.OPTED_OUT, Reason.WITHDRAWN, Reason.SET_UP})
"""What does not pass by itself: nothing goes out again."""

CalendarOf = Callable[[str], Calendar]
"""The hours of a programme, by its slug."""


def follow_unheard(
    connection: Connection, *, vault: Vault, calendar_of: CalendarOf, now: dt.datetime
) -> int:
    """Take every answer that was not heard one step further, where it is time; how many were.

    Each is held while it is looked at: of two workers one finds nothing to do.
    """
    rows = connection.execute(
        select(
            Reply.id,
            Reply.case_id,
            Reply.sent_at,
            Reply.tries,
            Reply.tried_at,
            Reply.in_vain,
            Reply.offered_since,
            Reply.outbox_id,
            Case.programme,
            Case.answer_by,
            Outbox.kind,
            Outbox.state,
            Outbox.reason,
        )
        .join(Case, Case.id == Reply.case_id)
        .join(Outbox, Outbox.id == Reply.outbox_id)
        .where(
            Reply.heard_at.is_(None),
            Reply.handed_back_at.is_(None),
            or_(Case.state != State.CLOSED, _is_to_be_told(now)),
            # A text that was the answer itself was read when it came, as far as can be known.
            or_(~Reply.in_full, Outbox.state != Sent.DELIVERED),
            or_(Reply.offered_since.is_(None), Reply.offered_since <= now - OFFERED_FOR),
        )
        .order_by(Reply.sent_at)
        .limit(_BATCH)
        .with_for_update(skip_locked=True, of=_REPLIES)
    ).all()
    return sum(_followed(connection, row, vault, calendar_of, now) for row in rows)


def _is_to_be_told(now: dt.datetime) -> ColumnElement[bool]:
    """Of a closed case: it was closed with something to hear, and she may still object."""
    return and_(Case.close_code.not_in(LEFT_ALONE), Case.closed_at > now - REOPEN_WITHIN)


def _followed(
    connection: Connection, row: Any, vault: Vault, calendar_of: CalendarOf, now: dt.datetime
) -> bool:
    if row.offered_since is not None:
        _hand_back(connection, row, vault, now)
        return True
    if not _is_in_vain(row, now):
        return False
    if row.in_vain != row.outbox_id:
        if row.reason not in NEVER_TRIED:
            attempted(connection, row.case_id, vault=vault, actor=SYSTEM, now=now, reason=row.kind)
        _change(connection, row.id, in_vain=row.outbox_id)
    calendar = calendar_of(row.programme)
    is_last = row.tries >= MOST_TRIES or row.answer_by == AnswerBy.SHE_CALLS
    if is_last or row.reason in FOR_GOOD:
        _change(connection, row.id, offered_since=now)
        return True
    if not calendar.is_open(now) or not _is_time(row, calendar, now):
        return False
    sent = send_again(
        connection, vault=vault, reply_id=row.id, actor=SYSTEM, by_itself=True, now=now
    )
    if not sent:
        # It may not go out to this line any more.
        _change(connection, row.id, offered_since=now)
    return True


def _is_in_vain(row: Any, now: dt.datetime) -> bool:
    """Whether what went out last has ended, or had its time, and the answer was not heard."""
    delivery = delivery_of(Sent(row.state), heard=False, reason=row.reason)
    if delivery is Delivery.NOT_REACHED:
        return True
    rested = now - (row.tried_at or row.sent_at) >= NOTICE_REST
    if row.kind == Kind.CALL:
        return delivery is Delivery.DELIVERED or (delivery is Delivery.SENT and rested)
    return delivery in (Delivery.DELIVERED, Delivery.SENT) and rested


def _is_time(row: Any, calendar: Calendar, now: dt.datetime) -> bool:
    """Four hours after the last try; and the last try on another day than the first."""
    if now - (row.tried_at or row.sent_at) < REST:
        return False
    is_last = row.tries + 1 >= MOST_TRIES
    return not is_last or calendar.here(row.sent_at).date() < calendar.here(now).date()


def _hand_back(connection: Connection, row: Any, vault: Vault, now: dt.datetime) -> None:
    """She did not come for it: the case is unanswered again, and says why."""
    _change(connection, row.id, handed_back_at=now)
    history.note(
        connection,
        row.case_id,
        vault=vault,
        kind=Event.NOT_HEARD,
        actor=SYSTEM,
        now=now,
        subject=row.id,
        changes={"answering": Answering.OPEN},
    )


def _change(connection: Connection, reply_id: str, **values: Any) -> None:
    connection.execute(update(_REPLIES).where(Reply.id == reply_id).values(**values))
