"""The last look at what goes to many, in the transaction in which it is claimed for sending.

Between planning and sending she may have opted out, or want texts instead of calls, or another
language; the hours may have ended, and the broadcast may have been paused or used up its budget.
Then it does not go out, and its recipient waits again, for as things are now.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, or_, select, update

from broadcasts import queries
from broadcasts.feeding import wanted
from broadcasts.models import Broadcast, Recipient
from broadcasts.values import BroadcastRef, Standing, State, StopReason
from contacts.models import Line
from outreach.attempts import Outcome
from outreach.models import Contact
from outreach.operations import note_contact
from outreach.queries import free_from
from outreach.values import BETWEEN_ATTEMPTS, MOST_ATTEMPTS, Purpose, hours_of
from programmes.values import Programme
from storage.outbox import Outgoing, Reason

ProgrammeOf = Callable[[Connection, str], Programme]
"""The programme of a slug as it is now."""

_RECIPIENTS: Any = Recipient.__table__


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
        found = connection.execute(
            select(
                Recipient.id,
                Recipient.broadcast_id,
                Recipient.language,
                Recipient.channel,
                Recipient.attempts,
            ).where(Recipient.outbox_id == each.id)
        ).first()
        if found is None:
            return None
        here = queries.broadcast(connection, found.broadcast_id)
        programme = self._programme_of(connection, here.programme)
        # Two broadcasts for one line wait for each other here: the second sees the first.
        line = select(Line.id).where(Line.id == each.line_id)
        connection.execute(line.with_for_update(key_share=True))
        due_at = self._due_at(connection, here, programme, found, each, now)
        if isinstance(due_at, Outcome):
            _end(connection, found.id, due_at)
            return Reason.OPTED_OUT
        counted = connection.execute(select(Contact.id).where(Contact.outbox_id == each.id)).first()
        if due_at is None and counted is None:
            due_at = _count(connection, here, found, each, now)
        if due_at is None:
            return None
        # Whatever was counted of it stays counted: the carrier may have been asked before.
        _wait(connection, found.id, due_at)
        return Reason.WITHDRAWN

    def _due_at(
        self,
        connection: Connection,
        here: BroadcastRef,
        programme: Programme,
        recipient: Any,
        each: Outgoing,
        now: dt.datetime,
    ) -> dt.datetime | Outcome | None:
        """When it may go out instead; None for now, an outcome for never."""
        wish = connection.execute(
            wanted(here, programme).where(Recipient.id == recipient.id)
        ).first()
        if wish is None or wish.refused or not wish.channel:
            return Outcome.OPTED_OUT
        if here.state is not State.RUNNING or (wish.language, wish.channel) != (
            recipient.language,
            recipient.channel,
        ):
            return now
        free = free_from(connection, [each.line_id], subject=here.id, now=now)
        last = connection.execute(
            select(Contact.created_at)
            .where(
                Contact.line_id == each.line_id,
                Contact.purpose == Purpose.BROADCAST,
                Contact.subject == here.id,
                Contact.outbox_id != each.id,
            )
            .order_by(Contact.created_at.desc())
            .limit(1)
        ).scalar()
        earliest = max(
            now,
            free.get(each.line_id, now),
            last + BETWEEN_ATTEMPTS if last is not None else now,
        )
        opens = programme.calendar.next_open_within(earliest, hours_of(wish.slot))
        return opens if opens > now else None


def _count(
    connection: Connection, here: BroadcastRef, recipient: Any, each: Outgoing, now: dt.datetime
) -> dt.datetime | None:
    """Count a contact and its cost; the moment where the broadcast is at its end instead."""
    if recipient.attempts >= MOST_ATTEMPTS:
        return now
    cost = here.spoken(recipient.language).cost(recipient.channel) or 0
    is_within = or_(Broadcast.budget.is_(None), Broadcast.spent + cost <= Broadcast.budget)
    spent = connection.execute(
        update(Broadcast)
        .where(Broadcast.id == here.id, Broadcast.state == State.RUNNING, is_within)
        .values(spent=Broadcast.spent + cost)
        .returning(Broadcast.id)
    ).first()
    if spent is None:
        connection.execute(
            update(Broadcast)
            .where(Broadcast.id == here.id, Broadcast.state == State.RUNNING)
            .values(state=State.STOPPED, stop_reason=StopReason.BUDGET, ended_at=now)
        )
        return now
    note_contact(
        connection,
        line_id=each.line_id,
        purpose=Purpose.BROADCAST,
        subject=here.id,
        outbox_id=each.id,
        due_at=now,
        now=now,
    )
    connection.execute(
        update(_RECIPIENTS)
        .where(Recipient.id == recipient.id)
        .values(attempts=Recipient.attempts + 1, cost=cost)
    )
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
