"""Planning: each line of the audience becomes a row, in batches that a killed worker goes on from.

The audience is as it was when the broadcast started: whoever came later is not of it. Memory holds
one batch, and each batch is a transaction of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, insert, update

from broadcasts import queries
from broadcasts.audience import Chosen, lines_after
from broadcasts.models import Broadcast, Recipient
from broadcasts.values import Standing, State
from storage.ids import new_id

BATCH = 500
"""People looked at in one transaction."""


def plan_batch(
    connection: Connection, broadcast_id: str, *, languages: Sequence[str], now: dt.datetime
) -> bool:
    """Plan the next batch of lines of a running broadcast; False where all are planned."""
    here = queries.broadcast(connection, broadcast_id, held=True)
    if here.state is not State.RUNNING or here.is_planned or here.started_at is None:
        return False
    chosen, last = lines_after(
        connection,
        here.planned_to,
        here.audience,
        programme=here.programme,
        way=here.way,
        languages=languages,
        before=here.started_at,
        limit=BATCH,
    )
    if chosen:
        connection.execute(insert(Recipient), [_row(each, here.id, now) for each in chosen])
    connection.execute(
        update(Broadcast)
        .where(Broadcast.id == here.id)
        .values(planned_to=last or here.planned_to, is_planned=last is None)
    )
    return last is not None


def _row(chosen: Chosen, broadcast_id: str, now: dt.datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "broadcast_id": broadcast_id,
        "line_id": chosen.line_id,
        "person_id": chosen.person_id,
        "language": chosen.language,
        "channel": chosen.channel.value,
        "state": Standing.WAITING.value,
        "attempts": 0,
        "due_at": now,
        "cost": 0,
        "is_heard": False,
    }
