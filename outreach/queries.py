"""Reads: how often a line was contacted, and what people wish."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, select

from outreach.models import Contact, NewsWish
from outreach.values import (
    CONTACTS_PER,
    UNASKED,
    Channel,
    MadeContact,
    Slot,
    Wish,
    free_after,
)
from storage import notices
from storage.outbox import Kind

_CONTACTS = select(Contact.line_id, Contact.subject, Contact.outbox_id, Contact.created_at).where(
    Contact.purpose.in_(UNASKED), Contact.created_at > bindparam("since")
)
_OF_LINE = _CONTACTS.where(Contact.line_id == bindparam("line_id"))


def contacts_of(connection: Connection, line_id: str, *, now: dt.datetime) -> list[MadeContact]:
    """The contacts of a line that nobody asked for, within the time in which they are counted."""
    rows = connection.execute(_OF_LINE, {"line_id": line_id, "since": now - CONTACTS_PER})
    return [MadeContact(row.subject, row.outbox_id, row.created_at) for row in rows]


def free_from(
    connection: Connection, line_ids: Collection[str], *, subject: str, now: dt.datetime
) -> Mapping[str, dt.datetime]:
    """Of these lines those that may not be contacted for `subject` now, and from when they may.

    A line that was contacted for `subject` within the time may be tried again: it is the same
    contact, as long as no two others were begun.
    """
    others: dict[str, list[MadeContact]] = defaultdict(list)
    for row in connection.execute(
        _CONTACTS.where(Contact.line_id.in_(line_ids), Contact.subject != subject),
        {"since": now - CONTACTS_PER},
    ):
        others[row.line_id].append(MadeContact(row.subject, row.outbox_id, row.created_at))
    free = {line_id: free_after(made) for line_id, made in others.items()}
    return {line_id: moment for line_id, moment in free.items() if moment is not None}


def wish(connection: Connection, person_id: str | None, programme: str) -> Wish:
    """What she said about news of this programme."""
    row = connection.execute(
        select(NewsWish.agreed, NewsWish.channel, NewsWish.slot).where(
            NewsWish.person_id == person_id, NewsWish.programme == programme
        )
    ).first()
    if row is None:
        return Wish()
    return Wish(
        row.agreed,
        Channel(row.channel) if row.channel else None,
        Slot(row.slot) if row.slot else None,
    )


def is_held(connection: Connection, *, calls_from: str | None, writes_from: str | None) -> bool:
    """Whether the carrier refuses what these numbers of ours send, for a reason that only an
    operator can mend: what goes to many waits until one says that it is mended."""
    kinds = ((Kind.CALL, calls_from), (Kind.TEXT, writes_from))
    return any(
        notices.is_held(connection, kind=kind, sender=sender) for kind, sender in kinds if sender
    )
