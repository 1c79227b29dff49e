"""Writes of contacts that we start. They flush, the caller commits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, delete, insert, or_, select, update

from contacts import operations as contacts
from contacts.models import Line
from outreach.models import Contact, NewsWish
from outreach.values import CALL_BACK_ONCE_PER, CallBack, Channel, Purpose, Slot
from programmes.calendar import Calendar
from storage import outbox
from storage.ids import new_id
from storage.outbox import Outbox, Reason
from storage.outbox import State as Sent
from storage.upsert import insert_into
from storage.vault import Vault

_OUTBOX: Any = Outbox.__table__


def call_back(
    connection: Connection,
    *,
    vault: Vault,
    number: str,
    ours: str,
    calendar: Calendar,
    now: dt.datetime,
) -> CallBack:
    """Call `number` from `ours`: at once in the calling hours, else once when they begin.

    At most once per ten minutes and line; a wish that is still waiting for its hour is enough.
    A call back asked for is something kept: the line is kept for it.
    """
    person = contacts.keep_person(connection, vault=vault, number=number, language=None, now=now)
    if person.opted_out:
        return CallBack.OPTED_OUT
    # Two missed calls at once wait for each other here: the second sees the first.
    connection.execute(
        update(Line).where(Line.id == person.line_id).values(created_at=Line.created_at)
    )
    pending = connection.execute(
        select(Contact.id).where(
            Contact.line_id == person.line_id,
            Contact.purpose == Purpose.CALL_BACK,
            or_(Contact.created_at > now - CALL_BACK_ONCE_PER, Contact.due_at > now),
        )
    ).first()
    if pending is not None:
        return CallBack.PENDING
    due_at = calendar.next_open(now)
    outbox_id = outbox.add_call(
        connection,
        sender=ours,
        line_id=person.line_id,
        opening={"script": "call_back", "language": person.language},
        now=now,
        priority=outbox.URGENT,
        due_at=due_at,
    )
    note_contact(
        connection,
        line_id=person.line_id,
        purpose=Purpose.CALL_BACK,
        outbox_id=outbox_id,
        due_at=due_at,
        now=now,
    )
    return CallBack.QUEUED


def note_contact(
    connection: Connection,
    *,
    line_id: str,
    purpose: Purpose,
    outbox_id: str,
    due_at: dt.datetime,
    now: dt.datetime,
    subject: str | None = None,
) -> None:
    """Note that we contact a line, by what row of the outbox, and about what."""
    connection.execute(
        insert(Contact).values(
            id=new_id(),
            line_id=line_id,
            purpose=purpose,
            subject=subject,
            outbox_id=outbox_id,
            due_at=due_at,
            created_at=now,
        )
    )


def keep_wish(
    connection: Connection,
    *,
    person_id: str,
    programme: str,
    agreed: bool,
    channel: Channel | None,
    now: dt.datetime,
) -> None:
    """Keep whether, and how, somebody wants a programme's news; the newest word counts."""
    values = {"agreed": agreed, "channel": channel, "at": now}
    connection.execute(
        insert_into(connection, NewsWish.__table__)
        .values(person_id=person_id, programme=programme, slot=None, **values)
        .on_conflict_do_update(index_elements=["person_id", "programme"], set_=values)
    )


def keep_slot(
    connection: Connection,
    *,
    person_id: str,
    programme: str,
    slot: Slot | None,
    now: dt.datetime,
) -> None:
    """Keep when she would like to be called with news; None for any time."""
    connection.execute(
        update(NewsWish)
        .where(NewsWish.person_id == person_id, NewsWish.programme == programme)
        .values(slot=slot, at=now)
    )


def hold_line(connection: Connection, line_id: str) -> None:
    """Whoever else is about to contact this line waits here, and then sees that it was."""
    line = select(Line.id).where(Line.id == line_id)
    connection.execute(line.with_for_update(key_share=True))


def withdraw(connection: Connection, ours: Any, *, now: dt.datetime) -> list[str]:
    """Take back what is queued and nobody has begun with, of the outbox ids that `ours` selects;
    return which."""
    # What a worker is just claiming is its own: to wait for it here could wait for ever, as it may
    # wait for what this transaction holds. It is looked at once more before it goes out.
    idle = (
        select(_OUTBOX.c.id)
        .where(
            _OUTBOX.c.id.in_(ours),
            _OUTBOX.c.rank == outbox.RANKS[Sent.QUEUED],
            _OUTBOX.c.attempts == 0,
        )
        .with_for_update(skip_locked=True)
        .cte("idle")
    )
    taken = connection.execute(
        update(_OUTBOX)
        .where(_OUTBOX.c.id.in_(select(idle.c.id)))
        .values(
            state=Sent.CANCELLED,
            rank=outbox.RANKS[Sent.CANCELLED],
            reason=Reason.WITHDRAWN,
            updated_at=now,
        )
        .returning(_OUTBOX.c.id)
    ).scalars()
    return list(taken)


def forget_person(connection: Connection, person_id: str) -> None:
    """Of one of several on a line, what she wished of news."""
    connection.execute(delete(NewsWish).where(NewsWish.person_id == person_id))


def forget_line(connection: Connection, line_id: str, people: Sequence[str]) -> None:
    """Of a line that is forgotten, what these people on it wished of news, and that it was called
    or texted unasked."""
    connection.execute(delete(NewsWish).where(NewsWish.person_id.in_(people)))
    connection.execute(delete(Contact).where(Contact.line_id == line_id))
