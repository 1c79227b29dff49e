"""The last look at what goes to many, in the transaction in which it is claimed for sending.

Between planning and sending she may have opted out, or want texts instead of calls, or another
language; the hours may have ended, and the broadcast may have been paused or used up its budget.
Then it does not go out, and its recipient waits again, for as things are now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, bindparam, or_, update

from broadcasts.models import Broadcast, Recipient
from broadcasts.values import Standing, State, StopReason, Way
from broadcasts.wanted import Wanted, recipients, wanted
from contacts.models import Line
from outreach.attempts import Outcome
from outreach.operations import note_contact
from outreach.queries import contacts_of
from outreach.values import (
    MOST_ATTEMPTS,
    MadeContact,
    Purpose,
    earliest,
    hours_of,
)
from programmes.values import Programme
from storage.outbox import Outgoing, Reason

ProgrammeOf = Callable[[Connection, str], Programme]
"""The programme of a slug as it is now."""

_RECIPIENTS: Any = Recipient.__table__

# Made once: a row passes through here whenever one is sent. The line is held: two broadcasts for
# one line wait for each other, and the second sees the first.
_FIND = (
    recipients(
        Recipient.id,
        Recipient.broadcast_id,
        Recipient.language,
        Recipient.channel,
        Recipient.attempts,
        Broadcast.programme,
        Broadcast.way,
        Broadcast.state,
        Broadcast.contents,
    )
    .where(Recipient.outbox_id == bindparam("outbox_id"))
    .with_for_update(of=Line, key_share=True)
)
_SPEND = (
    update(Broadcast)
    .where(
        Broadcast.id == bindparam("_id"),
        Broadcast.state == State.RUNNING,
        or_(Broadcast.budget.is_(None), Broadcast.spent + bindparam("cost") <= Broadcast.budget),
    )
    .values(spent=Broadcast.spent + bindparam("cost"))
    .returning(Broadcast.id)
)
_ATTEMPT = (
    update(_RECIPIENTS)
    .where(Recipient.id == bindparam("_id"))
    .values(attempts=Recipient.attempts + 1, cost=bindparam("_cost"))
)


class Gate:
    """Says of a row that goes to many whether it may go out now. One per process."""

    def __init__(self, programme_of: ProgrammeOf) -> None:
        self._programme_of = programme_of

    def __call__(
        self, connection: Connection, each: Outgoing, *, now: dt.datetime
    ) -> Reason | None:
        """None where it may: it is counted then, as a contact of its line and in the costs.

        Else why it may not; whoever asks ends the row. What is no broadcast's may always.
        """
        found = connection.execute(_FIND, {"outbox_id": each.id}).first()
        if found is None:
            return None
        programme = self._programme_of(connection, found.programme)
        wish = wanted(found, Way(found.way), programme.languages)
        if wish.refused or wish.is_bad:
            _end(connection, found.id, Outcome.OPTED_OUT if wish.refused else Outcome.UNREACHABLE)
            return Reason.OPTED_OUT if wish.refused else Reason.WITHDRAWN
        made = contacts_of(connection, each.line_id, now=now)
        due_at = _due_at(found, wish, made, each, programme, now)
        if due_at is None and not any(one.outbox_id == each.id for one in made):
            # Else it is being tried once more, after the carrier could not take it.
            due_at = _count(connection, found, each, now)
        if due_at is None:
            return None
        # Whatever was counted of it stays counted: the carrier may have been asked before.
        _wait(connection, found.id, due_at)
        return Reason.WITHDRAWN


def _due_at(
    found: Any,
    wish: Wanted,
    made: list[MadeContact],
    each: Outgoing,
    programme: Programme,
    now: dt.datetime,
) -> dt.datetime | None:
    """When it may go out instead; None for now."""
    is_as_planned = (wish.language, wish.channel) == (found.language, found.channel)
    if found.state != State.RUNNING or not is_as_planned:
        return now
    may = earliest(made, subject=found.broadcast_id, but=each.id, now=now)
    opens = programme.calendar.next_open_within(may, hours_of(wish.slot))
    return opens if opens > now else None


def _count(
    connection: Connection, found: Any, each: Outgoing, now: dt.datetime
) -> dt.datetime | None:
    """Count a contact and its cost; the moment where the broadcast is at its end instead."""
    if found.attempts >= MOST_ATTEMPTS:
        return now
    spoken = found.contents.get(found.language) or next(iter(found.contents.values()))
    cost = spoken["call_cost" if found.channel == Way.VOICE else "text_cost"] or 0
    here = {"_id": found.broadcast_id, "cost": cost}
    if connection.execute(_SPEND, here).first() is None:
        connection.execute(
            update(Broadcast)
            .where(Broadcast.id == found.broadcast_id, Broadcast.state == State.RUNNING)
            .values(state=State.STOPPED, stop_reason=StopReason.BUDGET, ended_at=now)
        )
        return now
    note_contact(
        connection,
        line_id=each.line_id,
        purpose=Purpose.BROADCAST,
        subject=found.broadcast_id,
        outbox_id=each.id,
        due_at=now,
        now=now,
    )
    connection.execute(_ATTEMPT, {"_id": found.id, "_cost": cost})
    return None


def _wait(connection: Connection, recipient_id: str, due_at: dt.datetime) -> None:
    connection.execute(
        update(_RECIPIENTS)
        .where(Recipient.id == recipient_id)
        .values(state=Standing.WAITING, outbox_id=None, due_at=due_at)
    )


def _end(connection: Connection, recipient_id: str, outcome: Outcome) -> None:
    connection.execute(
        update(_RECIPIENTS)
        .where(Recipient.id == recipient_id)
        .values(state=Standing.DONE, outcome=outcome)
    )
