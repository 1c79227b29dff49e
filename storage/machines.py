"""Calls of ours that a machine took: noted for good, and ended at the carrier by a worker.

A carrier says of such a call, too, that it was `completed`. So that the order in which the two come
changes nothing, the row takes the rank of what is final: no receipt moves it any more.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, select, update

from storage import leases
from storage.messages import RANKS, Kind, Outbox, PastAttempt, Reason, State

GIVEN_UP_AFTER = dt.timedelta(hours=1)
"""A call that could not be ended in this time has come to its end without us."""

_TABLE: Any = Outbox.__table__


@dataclass(frozen=True, slots=True)
class CallToEnd:
    """A call in progress that a worker holds, to end it."""

    row_id: str
    provider_id: str


def note_machine(
    connection: Connection, row_id: str, *, provider_id: str, now: dt.datetime
) -> bool:
    """A machine took this call: it reached nobody, for the reason `voicemail`, and is to be ended.

    False where that is known, or the call is not this row's newest attempt: nothing changes.
    """
    is_past = select(PastAttempt.provider_id).where(PastAttempt.provider_id == provider_id)
    noted = connection.execute(
        update(_TABLE)
        .where(
            Outbox.id == row_id,
            Outbox.kind == Kind.CALL,
            Outbox.provider_id == provider_id,
            (Outbox.reason != Reason.VOICEMAIL) | Outbox.reason.is_(None),
            ~is_past.exists(),
        )
        .values(
            state=State.UNDELIVERED,
            rank=RANKS[State.DELIVERED],
            reason=Reason.VOICEMAIL,
            end_due=now,
            updated_at=now,
        )
        .returning(Outbox.id)
    )
    return noted.first() is not None


def is_machine(connection: Connection, provider_id: str) -> bool:
    """Whether a machine took the call that the carrier knows under this id."""
    found = connection.execute(
        select(Outbox.id).where(
            Outbox.provider_id == provider_id, Outbox.reason == Reason.VOICEMAIL
        )
    )
    return found.first() is not None


def claim_to_end(
    connection: Connection, *, now: dt.datetime, lease: dt.timedelta
) -> CallToEnd | None:
    """Take a call that is to be ended, for as long as the lease; nobody else takes it meanwhile."""
    taken = leases.take(
        connection,
        _TABLE,
        where=and_(Outbox.end_due <= now, Outbox.updated_at > now - GIVEN_UP_AFTER),
        order=(Outbox.end_due,),
        limit=1,
        changes={"end_due": now + lease},
        returning=(Outbox.id, Outbox.provider_id),
    )
    return CallToEnd(taken[0].id, taken[0].provider_id) if taken else None


def note_ended(connection: Connection, row_id: str) -> None:
    """The call has ended: nothing is left to do."""
    connection.execute(update(_TABLE).where(Outbox.id == row_id).values(end_due=None))
