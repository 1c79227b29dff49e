"""The rows about people of a snapshot: kept in the order in which they leave, and read by batches.

Their ids are random and were given in their order, so that reading by id is reading in the shuffled
order: from where one batch ended the next begins, nothing is held in memory or open in between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, delete, func, insert, select

from storage.database import Database
from surveys.models import Snapshot, SnapshotRow

BATCH = 5000
"""Rows written, or read, in one statement."""

Line = tuple[str, Sequence[str]]
"""A row's id, and its values in the order of the snapshot's columns."""

_ROWS: Any = SnapshotRow.__table__


class LostRows(Exception):
    """There are fewer rows than the snapshot says: what was read of it is not all."""


def keep(
    database: Database,
    snapshot_id: str,
    rows: Sequence[Mapping[str, str]],
    *,
    columns: Sequence[str],
) -> None:
    """Keep the rows of a snapshot that is not there yet. Whoever stores it counts them first."""
    for start in range(0, len(rows), BATCH):
        lot = [
            {
                "snapshot_id": snapshot_id,
                "id": row["id"],
                "values": [row[name] for name in columns],
            }
            for row in rows[start : start + BATCH]
        ]
        with database.writing() as connection:
            connection.execute(insert(_ROWS), lot)


def count(connection: Connection, snapshot_id: str) -> int:
    """How many rows are kept of it."""
    return connection.execute(
        select(func.count()).where(SnapshotRow.snapshot_id == snapshot_id)
    ).scalar_one()


def batches(database: Database, snapshot_id: str, *, expected: int) -> Iterator[list[Line]]:
    """All rows in their order, some at a time. Raises LostRows at the end where some are gone."""
    chosen = select(_ROWS.c.id, _ROWS.c["values"]).where(_ROWS.c.snapshot_id == snapshot_id)
    chosen = chosen.order_by(_ROWS.c.id).limit(BATCH)
    last, seen = "", 0
    while seen < expected:
        with database.reading() as connection:
            found = connection.execute(chosen.where(_ROWS.c.id > last)).all()
        if not found:
            raise LostRows(snapshot_id)
        seen, last = seen + len(found), found[-1][0]
        yield [(row[0], row[1]) for row in found]


def all_rows(
    connection: Connection, snapshot_id: str, columns: Sequence[str]
) -> list[dict[str, str]]:
    """All of them at once, by the names of their columns: for a file that is made whole."""
    found = connection.execute(
        select(_ROWS.c.id, _ROWS.c["values"])
        .where(_ROWS.c.snapshot_id == snapshot_id)
        .order_by(_ROWS.c.id)
    )
    return [{"id": row[0]} | dict(zip(columns, row[1], strict=True)) for row in found]


def forget(connection: Connection, snapshot_id: str) -> None:
    """Delete the rows of a snapshot."""
    connection.execute(delete(_ROWS).where(SnapshotRow.snapshot_id == snapshot_id))


def forget_before(connection: Connection, round_id: str, *, number: int) -> None:
    """Delete the rows of the round's snapshots before this one: nobody reads them any more."""
    older = select(Snapshot.id).where(Snapshot.round_id == round_id, Snapshot.number < number)
    connection.execute(delete(_ROWS).where(SnapshotRow.snapshot_id.in_(older)))
