"""Reads: how often a line was contacted, and what people wish."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import Connection, func, select

from outreach.models import Contact, NewsWish
from outreach.values import (
    BETWEEN_ATTEMPTS,
    CONTACTS_PER,
    MOST_CONTACTS,
    UNASKED,
    Channel,
    Purpose,
    Slot,
    Wish,
)


def free_from(
    connection: Connection, line_ids: Collection[str], *, subject: str, now: dt.datetime
) -> Mapping[str, dt.datetime]:
    """Of these lines those that may not be contacted for `subject` now, and from when they may.

    A line that was contacted for `subject` within the time may be tried again: it is the same
    contact, as long as no two others were begun.
    """
    newest = func.max(Contact.created_at)
    rows = connection.execute(
        select(Contact.line_id, newest.label("at"))
        .where(
            Contact.line_id.in_(line_ids),
            Contact.purpose.in_(UNASKED),
            Contact.created_at > now - CONTACTS_PER,
            Contact.subject != subject,
        )
        .group_by(Contact.line_id, Contact.subject)
    )
    others: dict[str, list[dt.datetime]] = defaultdict(list)
    for row in rows:
        others[row.line_id].append(row.at)
    return {
        line_id: sorted(moments)[-MOST_CONTACTS] + CONTACTS_PER
        for line_id, moments in others.items()
        if len(moments) >= MOST_CONTACTS
    }


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


def earliest(
    connection: Connection,
    line_id: str,
    *,
    purpose: Purpose,
    subject: str,
    but: str,
    now: dt.datetime,
) -> dt.datetime:
    """From when a line may be contacted for `subject`: `now`, or once its other contacts are long
    enough ago, and the last attempt for it. What the outbox row `but` became is not counted."""
    free = free_from(connection, [line_id], subject=subject, now=now)
    last = connection.execute(
        select(Contact.created_at)
        .where(
            Contact.line_id == line_id,
            Contact.purpose == purpose,
            Contact.subject == subject,
            Contact.outbox_id != but,
        )
        .order_by(Contact.created_at.desc())
        .limit(1)
    ).scalar()
    return max(now, free.get(line_id, now), last + BETWEEN_ATTEMPTS if last is not None else now)
