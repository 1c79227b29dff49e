"""Texts that came to us and made no turn, or were found at the carrier: by id, and no more of them.

What the carrier has and we do not is run through as if it had just arrived; these rows keep it
from being run twice, and its answer from being sent twice.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Connection, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime
from storage.upsert import insert_into

KEPT_FOR = dt.timedelta(days=7)


class ReceivedText(Base):
    """The carrier's id of a text, and whether everything that it asked for is done."""

    __tablename__ = "received_text"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    is_done: Mapped[bool]
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)


_TABLE: Any = ReceivedText.__table__


def begin(connection: Connection, text_id: str, *, now: dt.datetime) -> None:
    """It is about to be run, or run once more."""
    _insert(connection, text_id, is_done=False, now=now)


def finish(connection: Connection, text_id: str, *, now: dt.datetime) -> bool:
    """Everything that it asked for is done in this transaction; False if it was done already."""
    if _insert(connection, text_id, is_done=True, now=now):
        return True
    done = connection.execute(
        update(_TABLE)
        .where(ReceivedText.id == text_id, ReceivedText.is_done.is_(False))
        .values(is_done=True)
        .returning(ReceivedText.id)
    )
    return done.first() is not None


def _insert(connection: Connection, text_id: str, *, is_done: bool, now: dt.datetime) -> bool:
    made = connection.execute(
        insert_into(connection, _TABLE)
        .values(id=text_id, is_done=is_done, at=now)
        .on_conflict_do_nothing()
        .returning(ReceivedText.id)
    )
    return made.first() is not None


def is_done(connection: Connection, text_id: str) -> bool | None:
    """Whether everything that it asked for is done; None where nothing is kept of it here."""
    return connection.execute(
        select(ReceivedText.is_done).where(ReceivedText.id == text_id)
    ).scalar_one_or_none()


def forget(connection: Connection, *, now: dt.datetime) -> None:
    """Delete what the carrier is not asked about any more."""
    connection.execute(delete(_TABLE).where(ReceivedText.at <= now - KEPT_FOR))
