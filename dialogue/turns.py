"""Reads and writes of turns. One read and one insert is an ordinary turn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, String, and_, bindparam, cast, delete, func, or_, select, update

from dialogue.conversation import Conversation
from dialogue.models import CallEnd, TurnRow
from dialogue.scripts import SEALED
from storage.ids import new_id
from storage.upsert import insert_for, insert_into

RESUMABLE_FOR = dt.timedelta(hours=24)
KEPT_FOR = dt.timedelta(hours=48)
SILENT_AFTER = dt.timedelta(minutes=10)
"""A call that was silent so long is dead, whether or not the carrier said so."""

PRIVATE_SCRIPTS = ("survey", "no_number")
"""What turns hold of these is erased when the script ends, at the latest after a day."""

_TABLE: Any = TurnRow.__table__
_COLUMNS = (
    TurnRow.leg,
    TurnRow.n,
    TurnRow.conversation,
    TurnRow.channel,
    TurnRow.tag,
    TurnRow.script,
    TurnRow.state,
    TurnRow.answer,
    TurnRow.is_over,
    TurnRow.is_closed,
    TurnRow.at,
)


@dataclass(frozen=True, slots=True)
class Turned:
    """A stored turn. Without `state` what it held was erased."""

    leg: str
    n: int
    conversation: str
    channel: str
    tag: str | None
    script: str
    state: dict[str, Any] | None
    answer: str | None
    is_over: bool
    is_closed: bool
    at: dt.datetime


_PAIR = (
    select(*_COLUMNS)
    .where(TurnRow.leg == bindparam("leg"), TurnRow.n.in_((bindparam("n"), bindparam("before"))))
    .order_by(TurnRow.n)
)


def pair(connection: Connection, leg: str, n: int) -> tuple[Turned | None, Turned | None]:
    """The turn before `n` and turn `n` itself, where they are stored."""
    rows = {
        row.n: Turned(*row)
        for row in connection.execute(_PAIR, {"leg": leg, "n": n, "before": n - 1})
    }
    return rows.get(n - 1), rows.get(n)


def newest(connection: Connection, leg: str) -> Turned | None:
    """The newest turn of a leg."""
    row = connection.execute(
        select(*_COLUMNS).where(TurnRow.leg == leg).order_by(TurnRow.n.desc()).limit(1)
    ).first()
    return Turned(*row) if row else None


def newest_of_conversation(connection: Connection, conversation: str) -> Turned | None:
    """The newest turn of a conversation, on whatever leg."""
    row = connection.execute(
        select(*_COLUMNS)
        .where(TurnRow.conversation == conversation)
        .order_by(TurnRow.at.desc(), TurnRow.n.desc())
        .limit(1)
    ).first()
    return Turned(*row) if row else None


def of_event(connection: Connection, event: str) -> Turned | None:
    """The turn that a message made."""
    row = connection.execute(select(*_COLUMNS).where(TurnRow.event == event)).first()
    return Turned(*row) if row else None


def open_legs(connection: Connection, tags: Sequence[str], *, now: dt.datetime) -> list[Turned]:
    """The newest turn of each leg of a line that something may go on from, newest first."""
    # The newest first, then whether it is closed: what came before an end is no way on.
    last = (
        select(TurnRow.leg, func.max(TurnRow.n).label("n"))
        .where(TurnRow.tag.in_(tags), TurnRow.at > now - RESUMABLE_FOR)
        .group_by(TurnRow.leg)
        .subquery()
    )
    return _open(connection, last)


def _open(connection: Connection, last: Any) -> list[Turned]:
    rows = connection.execute(
        select(*_COLUMNS)
        .join(last, and_(last.c.leg == TurnRow.leg, last.c.n == TurnRow.n))
        .where(TurnRow.is_closed.is_(False))
        .order_by(TurnRow.at.desc(), TurnRow.n.desc())
        .limit(20)
    )
    return [Turned(*row) for row in rows]


def open_conversations(
    connection: Connection, tags: Sequence[str], *, now: dt.datetime
) -> list[Turned]:
    """As `open_legs`, of each conversation: the texts of a line are one leg of several people."""
    last = (
        select(TurnRow.leg, func.max(TurnRow.n).label("n"))
        .where(TurnRow.tag.in_(tags), TurnRow.at > now - RESUMABLE_FOR)
        .group_by(TurnRow.leg, TurnRow.conversation)
        .subquery()
    )
    return _open(connection, last)


@cache
def _insertion(dialect: str) -> Any:
    return insert_for(dialect, _TABLE).on_conflict_do_nothing().returning(_TABLE.c.n)


def insert(
    connection: Connection,
    *,
    leg: str,
    n: int,
    event: str | None,
    tag: str | None,
    channel: str,
    conversation: Conversation,
    answer: str,
    now: dt.datetime,
) -> bool:
    """Store a turn; False if the same event is stored already, and then nothing must be kept."""
    values = {
        "leg": leg,
        "n": n,
        "event": event,
        "conversation": conversation.id,
        "channel": channel,
        "tag": tag,
        "script": conversation.script,
        "state": conversation.to_json(),
        "answer": answer,
        "is_over": False,
        "is_closed": conversation.asked is None,
        "at": now,
    }
    # Read to its end: a statement that stands alone is kept when it ends, and not before.
    return bool(connection.execute(_insertion(connection.dialect.name), values).all())


def close_conversation(connection: Connection, conversation: str) -> None:
    """Nothing goes on from any turn of this conversation so far."""
    connection.execute(
        update(_TABLE).where(TurnRow.conversation == conversation).values(is_closed=True)
    )


def call_is_over(
    connection: Connection, leg: str, *, now: dt.datetime
) -> tuple[Turned | None, bool]:
    """Note that a call has ended; its newest turn, if there is one, and whether this is new."""
    ended = connection.execute(
        update(_TABLE)
        .where(TurnRow.leg == leg, TurnRow.is_over.is_(False))
        .values(is_over=True)
        .returning(TurnRow.n)
    ).scalars()
    # What is told late, after the end, is no other end.
    is_new = 0 in ended.all()
    last = newest(connection, leg)
    if last is not None and is_new:
        connection.execute(
            insert_into(connection, CallEnd.__table__)
            .values(leg=leg, at=now)
            .on_conflict_do_nothing(index_elements=["leg"])
        )
    return last, is_new


def erase_private(connection: Connection, conversation: str) -> None:
    """Forget what the turns of this conversation hold of a private script, at its end."""
    connection.execute(
        update(_TABLE)
        .where(TurnRow.conversation == conversation, TurnRow.script.in_(PRIVATE_SCRIPTS))
        .values(state=None, answer=None, is_closed=True)
    )


def erase_sealed(connection: Connection, conversation: str | None, *, until: Any = None) -> int:
    """Forget what turns of the sealed track hold, and that they were of it: of a conversation, or
    of every one that was silent since `until`. Return how many."""
    whose = TurnRow.at <= until if until is not None else TurnRow.conversation == conversation
    erased = connection.execute(
        update(_TABLE)
        .where(whose, TurnRow.script.in_(SEALED))
        .values(state=None, answer=None, is_closed=True, script="menu")
        .returning(TurnRow.n)
    )
    return len(erased.all())


def began(connection: Connection, conversation: str) -> dt.datetime | None:
    """When the first turn of a conversation was, on whatever leg; None where there is none."""
    return connection.execute(
        select(func.min(TurnRow.at)).where(TurnRow.conversation == conversation)
    ).scalar()


def cut_loose(connection: Connection, conversation: str, *, call: str | None) -> None:
    """The turns of a conversation, and of the call it is on, belong to no line and say nothing.

    What remains of them answers an event that comes once more with silence.
    """
    its = TurnRow.conversation == conversation
    if call is not None:
        its = or_(its, TurnRow.leg == call)
    legs = connection.execute(
        select(TurnRow.leg).where(its, TurnRow.channel == "sms").distinct()
    ).scalars()
    for leg in legs.all():
        # The name of a line's texts holds its tag.
        connection.execute(
            update(_TABLE).where(its, TurnRow.leg == leg).values(leg=f"text-{new_id()}")
        )
    connection.execute(
        update(_TABLE).where(its).values(state=None, answer=None, tag=None, is_closed=True)
    )


def forget_line(connection: Connection, tags: Sequence[str]) -> bool:
    """The turns of a line belong to none any more and say nothing; False where it has none.

    What remains, the carrier's ids, keeps what comes once more from being run as new.
    """
    legs = connection.execute(
        select(TurnRow.leg, TurnRow.channel).where(TurnRow.tag.in_(tags)).distinct()
    ).all()
    for leg, channel in legs:
        # The name of a line's texts holds its tag.
        name = f"text-{new_id()}" if channel == "sms" else leg
        connection.execute(
            update(_TABLE)
            .where(TurnRow.leg == leg)
            .values(leg=name, state=None, answer=None, tag=None, is_closed=True)
        )
    return bool(legs)


def erase_cases(connection: Connection, case_ids: Iterable[str]) -> None:
    """Turns in which one of these cases was told of say nothing any more, and nothing goes on from
    them. What remains answers an event that comes once more with silence."""
    for case_id in case_ids:
        connection.execute(
            update(_TABLE)
            .where(cast(TurnRow.state, String).contains(case_id))
            .values(state=None, answer=None, is_closed=True)
        )


def forget(connection: Connection, *, now: dt.datetime, limit: int = 500) -> int:
    """Erase private turns after a day and delete all turns after two; return how many changed.

    At most `limit` of each, so that no write transaction is long: call again while it is > 0.
    """
    erase_sealed(connection, None, until=now - SILENT_AFTER)
    # A PIN that never came by text: until now it alone led from the case to her line.
    connection.execute(
        delete(_TABLE).where(TurnRow.script == "no_number", TurnRow.at <= now - RESUMABLE_FOR)
    )
    private = (
        select(TurnRow.leg, TurnRow.n)
        .where(
            TurnRow.script.in_(PRIVATE_SCRIPTS),
            TurnRow.at <= now - RESUMABLE_FOR,
            TurnRow.answer.is_not(None),
        )
        .limit(limit)
    )
    erased = _each(
        connection,
        private,
        lambda key: (
            update(_TABLE).where(*key).values(state=None, answer=None, tag=None, is_closed=True)
        ),
    )
    old = select(TurnRow.leg, TurnRow.n).where(TurnRow.at <= now - KEPT_FOR).limit(limit)
    return erased + _each(connection, old, lambda key: delete(_TABLE).where(*key))


def _each(connection: Connection, chosen: Any, change: Any) -> int:
    keys = connection.execute(chosen).all()
    for leg, n in keys:
        connection.execute(change((TurnRow.leg == leg, TurnRow.n == n)))
    return len(keys)
