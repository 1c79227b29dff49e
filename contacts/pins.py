"""Trying a PIN: five wrong ones lock an hour, counted in the row itself, whoever asks at once."""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, case, or_, select, update

from contacts.values import PIN_LOCK, PIN_TRIES, Pin


def try_pin(
    connection: Connection, table: Any, row_id: str, *, tried: str, now: dt.datetime
) -> Pin:
    """Compare the keyed hash `tried` with the row's `pin_hash`.

    `table` has `id`, `pin_hash`, `pin_failures` and `locked_until`. The try is counted before it
    is compared, so that many at once are no more than five.
    """
    found, _ = try_pins(connection, table, tried={row_id: tried}, now=now)
    return found


def try_pins(
    connection: Connection, table: Any, *, tried: Mapping[str, str], now: dt.datetime
) -> tuple[Pin, str | None]:
    """Compare each row's `pin_hash` with what was tried for it, by id; the row that it opens.

    One try of one person, who may be any of them: a wrong one counts against each row. A right
    one starts the count of its own row anew and takes back what it counted against the others,
    so that no PIN wins new tries of another. A row that is locked is not compared.
    """
    columns = table.c
    rows = columns.id.in_(list(tried))
    free = or_(columns.locked_until.is_(None), columns.locked_until <= now)
    counted = case(
        (columns.locked_until.is_(None), columns.pin_failures + 1),
        else_=1,  # a lock that has run out starts the count again
    )
    compared = connection.execute(
        update(table)
        .where(rows, free, columns.pin_hash.is_not(None))
        .values(
            pin_failures=counted,
            locked_until=case((counted >= PIN_TRIES, now + PIN_LOCK), else_=None),
        )
        .returning(columns.id, columns.pin_hash)
    ).all()
    if not compared:
        has_pin = connection.execute(
            select(columns.id).where(rows, columns.pin_hash.is_not(None)).limit(1)
        ).first()
        return (Pin.LOCKED if has_pin else Pin.NONE), None
    opened = [row.id for row in compared if hmac.compare_digest(row.pin_hash, tried[row.id])]
    if not opened:
        return Pin.WRONG, None
    connection.execute(
        update(table)
        .where(columns.id.in_([row.id for row in compared]))
        .values(
            pin_failures=case((columns.id == opened[0], 0), else_=columns.pin_failures - 1),
            locked_until=None,
        )
    )
    return Pin.OK, opened[0]
