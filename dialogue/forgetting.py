"""Forgetting a number: what every package keeps of it, in one transaction."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from sqlalchemy import Connection

from contacts import operations as contacts
from contacts import queries as people
from contacts import wishes
from contacts.tools import forget_tools
from dialogue import turns
from outreach import operations as outreach
from storage import outbox
from storage.vault import Vault


def forget_number(
    connection: Connection, *, vault: Vault, number: str, ours: Iterable[str], now: dt.datetime
) -> bool:
    """Forget `number` and what is known of the people on it; False where nothing is kept.

    `ours` are the numbers at which they may have called or written. Cases stay, with no way to a
    phone. A conversation that is going on ends: nothing is left of it to go on from.
    """
    days = (now.date(), now.date() - dt.timedelta(days=1))
    keys = [contacts.day_key(connection, vault=vault, day=day) for day in days]
    tags = [contacts.line_tag(key, ours=each, theirs=number) for each in ours for key in keys]
    had_turns = turns.forget_line(connection, tags)
    there = people.people_on_line(connection, vault=vault, number=number)
    if there:
        outreach.forget_line(connection, there[0].line_id, [each.id for each in there])
        forget_tools(connection, [each.id for each in there])
    known = wishes.forget_line(connection, vault=vault, number=number, now=now)
    if there:
        outbox.cut_loose(connection, there[0].line_id)
    return known or had_turns
