"""Trying a PIN: five wrong ones lock an hour, counted in the row itself, whoever asks at once."""

from __future__ import annotations

import datetime as dt
import hmac
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
    columns = table.c
    free = or_(columns.locked_until.is_(None), columns.locked_until <= now)
    counted = case(
        (columns.locked_until.is_(None), columns.pin_failures + 1),
        else_=1,  # a lock that has run out starts the count again
    )
    row = connection.execute(
        update(table)
        .where(columns.id == row_id, free, columns.pin_hash.is_not(None))
        .values(
            pin_failures=counted,
            locked_until=case((counted >= PIN_TRIES, now + PIN_LOCK), else_=None),
        )
        .returning(columns.pin_hash)
    ).first()
    if row is None:
        has_pin = connection.execute(
            select(columns.id).where(columns.id == row_id, columns.pin_hash.is_not(None))
        ).first()
        return Pin.LOCKED if has_pin else Pin.NONE
    if not hmac.compare_digest(row.pin_hash, tried):
        return Pin.WRONG
    connection.execute(
        update(table).where(columns.id == row_id).values(pin_failures=0, locked_until=None)
    )
    return Pin.OK
