"""Recordings at the carrier and our copies of them: one row per carrier's id.

The answer to a recording and the notice that its file is ready arrive in any order, twice, or
not at all; both upsert the same row, and a job fetches what is due.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, Index, String, and_, case, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from storage import leases
from storage.database import Base, UtcDateTime
from storage.upsert import insert_into


class Copy(StrEnum):
    """Where our copy stands."""

    WAITING = "waiting"
    KEPT = "kept"
    ABSENT = "absent"
    """The carrier says there is no recording, or could not give it after every attempt."""


class Recording(Base):
    """What is known of one recording. `media` is the key of our copy in `storage.media`."""

    __tablename__ = "recording"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    copy: Mapped[str] = mapped_column(String(8))
    media: Mapped[str | None] = mapped_column(String(64))
    seconds: Mapped[int | None]
    due_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    kept_at_carrier: Mapped[bool]
    """Whether the carrier still holds the original; deleted once our copy is safe."""
    announced_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_recording_due", "due_at"),)


@dataclass(frozen=True, slots=True)
class Fetch:
    """A recording that a worker holds: to be copied; with `media`, to be deleted at the carrier."""

    id: str
    media: str | None
    attempts: int


_TABLE: Any = Recording.__table__
WAIT_FOR_NOTICE = dt.timedelta(seconds=60)
"""How long the fetch waits for the carrier's notice before it is tried without."""


def announce(
    connection: Connection,
    recording_id: str,
    *,
    now: dt.datetime,
    ready: bool,
    seconds: int | None = None,
) -> None:
    """Note that the recording exists; it is fetched at once when `ready`, else after 60 s.

    `seconds` is how long she spoke, where that is told.
    """
    due = now if ready else now + WAIT_FOR_NOTICE
    statement = insert_into(connection, _TABLE).values(
        id=recording_id,
        copy=Copy.WAITING,
        seconds=seconds,
        due_at=due,
        attempts=0,
        kept_at_carrier=True,
        announced_at=now,
    )
    # A notice does not cut short the attempt that is being made; one that comes after every
    # attempt was in vain makes another.
    given_up = Recording.copy == Copy.ABSENT
    attempted = and_(Recording.attempts > 0, Recording.copy == Copy.WAITING)
    noticed: dict[str, Any] = {
        "due_at": case((attempted, Recording.due_at), else_=due),
        "attempts": case((given_up, 0), else_=Recording.attempts),
        "copy": Copy.WAITING,
    }
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=["id"],
            set_=noticed if ready else {"seconds": seconds},
            where=Recording.copy != Copy.KEPT if ready else Recording.copy == Copy.WAITING,
        )
    )


def claim_due(
    connection: Connection, *, now: dt.datetime, lease: dt.timedelta, limit: int
) -> list[Fetch]:
    """Take recordings that are due to be copied, or whose original is still to be deleted."""
    taken = leases.take(
        connection,
        _TABLE,
        where=Recording.due_at <= now,
        order=(Recording.due_at,),
        limit=limit,
        changes={"due_at": now + lease, "attempts": Recording.attempts + 1},
        returning=(Recording.id, Recording.media, Recording.attempts),
    )
    return [Fetch(id=row.id, media=row.media, attempts=row.attempts) for row in taken]


def keep(connection: Connection, recording_id: str, *, media: str, now: dt.datetime) -> None:
    """Our copy is safe under `media`; the original is due to be deleted."""
    connection.execute(
        update(_TABLE)
        .where(Recording.id == recording_id)
        .values(copy=Copy.KEPT, media=media, due_at=now, attempts=0)
    )


def finish(connection: Connection, recording_id: str) -> None:
    """The carrier no longer holds the original: nothing is due any more."""
    connection.execute(
        update(_TABLE)
        .where(Recording.id == recording_id)
        .values(due_at=None, kept_at_carrier=False)
    )


def give_up(connection: Connection, recording_id: str) -> None:
    """There is no recording, or it cannot be had; whoever waits for it is told so."""
    connection.execute(
        update(_TABLE)
        .where(Recording.id == recording_id, Recording.copy == Copy.WAITING)
        .values(copy=Copy.ABSENT, due_at=None)
    )


def copy_of(connection: Connection, recording_id: str) -> tuple[Copy, str | None]:
    """Where our copy of the recording stands, and its media key once kept."""
    row = connection.execute(
        select(Recording.copy, Recording.media).where(Recording.id == recording_id)
    ).first()
    return (Copy(row.copy), row.media) if row else (Copy.WAITING, None)


def look_again(connection: Connection, recording_id: str, *, now: dt.datetime) -> None:
    """Whatever is done with it already: a copy that is kept is due once more."""
    connection.execute(
        update(_TABLE)
        .where(Recording.id == recording_id, Recording.copy == Copy.KEPT)
        .values(due_at=now, attempts=0)
    )


def forget(connection: Connection, recording_id: str) -> None:
    """Nothing is known of the recording any more, not that there was one."""
    connection.execute(delete(_TABLE).where(Recording.id == recording_id))
