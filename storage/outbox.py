"""The outbox: everything that leaves unasked, as rows written with the facts that caused them.

A row is claimed for one attempt under a lease. An attempt that ended without an answer is
`unknown` and is looked up at the carrier before another. How a row's state may move is told in
`storage.messages`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, case, delete, func, insert, select, update

from storage.claims import (
    Lane,
    Outgoing,
    claim,
    claim_resting,
    claim_uncertain,
    next_lane,
)
from storage.ids import new_id
from storage.messages import (
    BODY,
    BULK,
    ENDED,
    ORDINARY,
    RANKS,
    URGENT,
    VALID_FOR,
    Kind,
    Outbox,
    PastAttempt,
    Reason,
    State,
)
from storage.upsert import insert_into

__all__ = [
    "BODY",
    "BULK",
    "ENDED",
    "ORDINARY",
    "RANKS",
    "URGENT",
    "VALID_FOR",
    "Kind",
    "Lane",
    "Outbox",
    "Outgoing",
    "PastAttempt",
    "Reason",
    "State",
    "add_call",
    "add_text",
    "advance",
    "by_provider_id",
    "cancel",
    "claim",
    "claim_resting",
    "claim_uncertain",
    "confirm",
    "cut_loose",
    "doubt",
    "fail_attempt",
    "failures",
    "is_past",
    "leave_unknown",
    "next_lane",
    "opening_of",
    "take_over",
    "try_again",
    "values",
]

_TABLE: Any = Outbox.__table__
_PAST: Any = PastAttempt.__table__


def add_text(
    connection: Connection,
    *,
    sender: str,
    line_id: str,
    sealed_body: bytes,
    now: dt.datetime,
    priority: int = ORDINARY,
    due_at: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
    answers: bool = False,
    opening: Mapping[str, Any] | None = None,
) -> str:
    """Queue a text; return its id. The body comes sealed, under the purpose `BODY`.

    It goes out from `due_at` (now) and not after `expires_at` (three days later). One that
    `answers` what she has just written goes out also to who wants nothing unasked. One to a work
    phone names its account in `opening`, as a call does, and in `line_id`.
    """
    row = values(
        Kind.TEXT,
        opening=opening,
        sender=sender,
        line_id=line_id,
        sealed_body=sealed_body,
        now=now,
        priority=priority,
        due_at=due_at,
        expires_at=expires_at,
        answers=answers,
    )
    connection.execute(insert(_TABLE).values(row))
    return str(row["id"])


def add_call(
    connection: Connection,
    *,
    sender: str,
    line_id: str,
    opening: Mapping[str, Any],
    now: dt.datetime,
    priority: int = ORDINARY,
    due_at: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
) -> str:
    """Queue a call that starts with `opening` (ids and names only, as JSON); return its id."""
    row = values(
        Kind.CALL,
        sender=sender,
        line_id=line_id,
        opening=opening,
        now=now,
        priority=priority,
        due_at=due_at,
        expires_at=expires_at,
    )
    connection.execute(insert(_TABLE).values(row))
    return str(row["id"])


def values(
    kind: Kind,
    *,
    sender: str,
    line_id: str,
    now: dt.datetime,
    sealed_body: bytes | None = None,
    opening: Mapping[str, Any] | None = None,
    priority: int = ORDINARY,
    due_at: dt.datetime | None = None,
    expires_at: dt.datetime | None = None,
    answers: bool = False,
) -> dict[str, Any]:
    """A row of the outbox as it is inserted, for whoever inserts many at once."""
    due = due_at or now
    return {
        "id": new_id(),
        "kind": kind,
        "sender": sender,
        "line_id": line_id,
        "body": sealed_body,
        "opening": dict(opening) if opening is not None else None,
        "state": State.QUEUED,
        "rank": RANKS[State.QUEUED],
        "priority": priority,
        "due_at": due,
        "expires_at": expires_at or due + VALID_FOR,
        "attempts": 0,
        "created_at": now,
        "updated_at": now,
        "answers": answers,
    }


def advance(
    connection: Connection,
    row_id: str,
    state: State,
    *,
    now: dt.datetime,
    provider_id: str | None = None,
    error_code: str | None = None,
    reason: Reason | None = None,
) -> bool:
    """Move a row forward to `state`; False if it is there or beyond already (nothing changes).

    Nor does anything change for a `provider_id` whose attempt is past: see `fail_attempt`.
    Raises IntegrityError where another row holds the `provider_id`: see `take_over`.
    """
    changes: dict[str, Any] = {"state": state, "rank": RANKS[state], "updated_at": now}
    changes |= _given(provider_id=provider_id, error_code=error_code, reason=reason)
    where = [Outbox.id == row_id, Outbox.rank < RANKS[state]]
    if provider_id is not None:
        # Whoever makes this attempt a past one holds the row while it does: waited for here, what
        # it wrote is seen below. An UPDATE that waited by itself would still see what was before.
        connection.execute(select(Outbox.id).where(Outbox.id == row_id).with_for_update())
        where.append(~select(_PAST).where(PastAttempt.provider_id == provider_id).exists())
    return _moved(connection, where, changes)


def doubt(connection: Connection, row_id: str, *, now: dt.datetime, lease: dt.timedelta) -> bool:
    """An attempt ended without an answer: it is looked up when its lease has run out, also where
    another worker has queued the row again meanwhile; False where it is known to be sent."""
    where = [Outbox.id == row_id, Outbox.rank < RANKS[State.UNKNOWN]]
    changes = {
        "state": State.UNKNOWN,
        "rank": RANKS[State.UNKNOWN],
        "claimed_until": func.coalesce(Outbox.claimed_until, now + lease),
        "updated_at": now,
    }
    return _moved(connection, where, changes)


def try_again(
    connection: Connection,
    row_id: str,
    *,
    attempts: int,
    now: dt.datetime,
    due_at: dt.datetime,
    error_code: str | None,
    reason: Reason | None = None,
) -> bool:
    """Queue a claimed or unknown row once more, after the carrier is known not to have it; False
    where another attempt than that one has begun."""
    where = [
        Outbox.id == row_id,
        Outbox.state.in_((State.CLAIMED, State.UNKNOWN)),
        Outbox.attempts == attempts,
    ]
    changes = _queued_again(now, due_at, error_code=error_code, reason=reason)
    return _moved(connection, where, changes)


def fail_attempt(
    connection: Connection,
    row_id: str,
    *,
    provider_id: str,
    now: dt.datetime,
    due_at: dt.datetime,
    error_code: str,
    reason: Reason,
) -> bool:
    """Queue a row once more, whose attempt the carrier took and could not deliver.

    False where that attempt is past already, is not the row's, or the row has ended.
    """
    where = [
        Outbox.id == row_id,
        Outbox.rank < ENDED,
        Outbox.rank > RANKS[State.QUEUED],
        (Outbox.provider_id == provider_id) | Outbox.provider_id.is_(None),
    ]
    past = connection.execute(
        insert_into(connection, _PAST)
        .values(provider_id=provider_id, outbox_id=row_id)
        .on_conflict_do_nothing()
        .returning(PastAttempt.provider_id)
    ).first()
    if past is None:
        return False
    changes = _queued_again(now, due_at, error_code=error_code, reason=reason)
    if _moved(connection, where, changes | {"provider_id": None}):
        return True
    connection.execute(_PAST.delete().where(PastAttempt.provider_id == provider_id))
    return False


def _queued_again(now: dt.datetime, due_at: dt.datetime, **given: Any) -> dict[str, Any]:
    return {
        "state": State.QUEUED,
        "rank": RANKS[State.QUEUED],
        # At its expiry it is due in any case: to be told that it has expired.
        "due_at": case((Outbox.expires_at < due_at, Outbox.expires_at), else_=due_at),
        "claimed_until": None,
        "updated_at": now,
        **_given(**given),
    }


def confirm(connection: Connection, row_id: str, *, provider_id: str, now: dt.datetime) -> bool:
    """The carrier's id is known for certain to be this row's, which is at least sent."""
    take_over(connection, row_id, provider_id=provider_id, now=now)
    return advance(connection, row_id, State.SENT, now=now, provider_id=provider_id)


def take_over(connection: Connection, row_id: str, *, provider_id: str, now: dt.datetime) -> None:
    """The carrier's id is known for certain to be this row's: another that was taken to be it,
    because it says the same to the same person, is unknown again."""
    changes = {
        "provider_id": None,
        "state": State.UNKNOWN,
        "rank": RANKS[State.UNKNOWN],
        "claimed_until": now,
        "updated_at": now,
    }
    _moved(connection, [Outbox.provider_id == provider_id, Outbox.id != row_id], changes)


def leave_unknown(connection: Connection, row_id: str, *, now: dt.datetime) -> bool:
    """Nobody can find out whether an attempt was made: it is looked up no more, and never repeated
    by itself. A report of the carrier still moves it; False where one has already."""
    where = [Outbox.id == row_id, Outbox.rank <= RANKS[State.UNKNOWN], Outbox.attempts > 0]
    changes = {
        "state": State.UNKNOWN,
        "rank": RANKS[State.UNKNOWN],
        "claimed_until": None,
        "reason": Reason.UNCONFIRMED,
        "updated_at": now,
    }
    return _moved(connection, where, changes)


def cancel(connection: Connection, row_id: str, *, now: dt.datetime, reason: Reason) -> bool:
    """Have a row that nobody has begun with never go out; False where it is too late for that."""
    where = [Outbox.id == row_id, Outbox.rank == RANKS[State.QUEUED], Outbox.attempts == 0]
    changes = {"state": State.CANCELLED, "rank": RANKS[State.CANCELLED], "updated_at": now}
    return _moved(connection, where, {**changes, "reason": reason})


def cut_loose(connection: Connection, line_id: str) -> None:
    """What went out to a line that is forgotten: nothing leads to it at the carrier any more, and
    what has come to an end has no words."""
    its = Outbox.line_id == line_id
    connection.execute(delete(_PAST).where(PastAttempt.outbox_id.in_(select(Outbox.id).where(its))))
    connection.execute(
        update(_TABLE).where(its, Outbox.rank >= RANKS[State.SENT]).values(provider_id=None)
    )
    connection.execute(update(_TABLE).where(its, Outbox.rank >= ENDED).values(body=None))


def _moved(connection: Connection, where: list[Any], changes: Mapping[str, Any]) -> bool:
    done = connection.execute(update(_TABLE).where(*where).values(changes).returning(Outbox.id))
    return done.first() is not None


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


def by_provider_id(connection: Connection, provider_id: str) -> str | None:
    """The id of the row that the carrier knows under `provider_id`, or had in a past attempt."""
    found = connection.execute(
        select(Outbox.id)
        .where(Outbox.provider_id == provider_id)
        .union_all(select(PastAttempt.outbox_id).where(PastAttempt.provider_id == provider_id))
    ).first()
    return str(found[0]) if found else None


def is_past(connection: Connection, provider_id: str) -> bool:
    """Whether this attempt has failed and another follows it."""
    past = select(_PAST).where(PastAttempt.provider_id == provider_id)
    return connection.execute(past).first() is not None


def failures(connection: Connection, row_id: str) -> int:
    """How many attempts the carrier took and could not deliver, the newest not counted."""
    return connection.execute(
        select(func.count()).select_from(_PAST).where(PastAttempt.outbox_id == row_id)
    ).scalar_one()


def opening_of(connection: Connection, row_id: str) -> Mapping[str, Any] | None:
    """What a call out starts with, or None where there is no such call."""
    row = connection.execute(
        select(Outbox.opening).where(Outbox.id == row_id, Outbox.kind == Kind.CALL)
    ).first()
    return row.opening if row else None
