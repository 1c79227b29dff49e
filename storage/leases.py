"""Rows that one worker takes: nobody else takes them until they are done or the lease runs out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from sqlalchemy import ColumnElement, Connection, Row, select, update

from storage.services import Services

T = TypeVar("T")
Taken = TypeVar("Taken", covariant=True)


def take(
    connection: Connection,
    table: Any,
    *,
    where: ColumnElement[bool],
    order: Sequence[Any],
    limit: int,
    changes: Mapping[str, Any],
    returning: Sequence[Any],
) -> Sequence[Row[Any]]:
    """Make `changes` to the first rows that nobody else is just taking; return them as they are
    then. The table has an `id`; the changes have to end what `where` says, or they are due still.
    """
    # As a common table expression it is run once; PostgreSQL may run a subquery again and again,
    # and lock more rows each time.
    chosen = (
        select(table.c.id)
        .where(where)
        .order_by(*order)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("chosen")
    )
    return connection.execute(
        update(table)
        # By its id alone: what else must hold was seen when the row was locked, and repeating it
        # would have the database look through everything that waits.
        .where(table.c.id.in_(select(chosen.c.id)))
        .values(changes)
        .returning(*returning)
    ).all()


class Claim(Protocol[Taken]):
    """Takes what is due under a lease."""

    def __call__(
        self, connection: Connection, *, now: dt.datetime, lease: dt.timedelta, limit: int
    ) -> Sequence[Taken]: ...


def all_due(services: Services, claim: Claim[T], *, lease: dt.timedelta, batch: int) -> Iterator[T]:
    """Everything that is due, until nothing is: taken in batches, each in its own transaction."""
    while True:
        with services.database.writing() as connection:
            taken = claim(connection, now=services.clock(), lease=lease, limit=batch)
        if not taken:
            return
        yield from taken
