"""Tables of broadcasts, and of the lines that each goes to."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Broadcast(Base):
    """What goes out, to whom, and how far it is."""

    __tablename__ = "broadcast"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), index=True)
    title: Mapped[str] = mapped_column(String(80))
    """For staff alone."""
    prompt: Mapped[str] = mapped_column(String(120))
    way: Mapped[str] = mapped_column(String(10))
    audience: Mapped[dict[str, Any]] = mapped_column(JSON)
    sender: Mapped[str | None] = mapped_column(String(20))
    budget: Mapped[int | None]
    spent: Mapped[int]
    """In thousandths, as `budget`: what was handed to the carrier, less the calls nobody took."""
    contents: Mapped[dict[str, Any]] = mapped_column(JSON)
    """By language, as it was when it started: see `values.Spoken`."""
    state: Mapped[str] = mapped_column(String(8), index=True)
    stop_reason: Mapped[str | None] = mapped_column(String(8))
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Whoever came after it is not of its audience."""
    planned_to: Mapped[str] = mapped_column(String(32))
    """The last line that was planned: planning goes on after it."""
    is_planned: Mapped[bool]
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Recipient(Base):
    """One line of a broadcast: a shared phone is one, whoever of its people it is for."""

    __tablename__ = "broadcast_recipient"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    broadcast_id: Mapped[str] = mapped_column(ForeignKey("broadcast.id"))
    line_id: Mapped[str] = mapped_column(ForeignKey("line.id"))
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    language: Mapped[str] = mapped_column(String(35))
    channel: Mapped[str] = mapped_column(String(8))
    """Language and channel as they were when it was queued last."""
    state: Mapped[str] = mapped_column(String(8))
    outcome: Mapped[str | None] = mapped_column(String(12))
    answer: Mapped[str | None] = mapped_column(String(8))
    attempts: Mapped[int]
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """Waiting: from when it may go out. Queued: when it is looked at next."""
    outbox_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    cost: Mapped[int]
    """Of the newest attempt, as it was counted in `spent`."""
    content_from: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when the news is playing to her."""
    seconds: Mapped[int | None]
    """Of the news that were heard, at the most in one go."""
    is_heard: Mapped[bool]
    """To the end: see `values.HEARD`."""

    __table_args__ = (
        UniqueConstraint("broadcast_id", "line_id", name="uq_broadcast_recipient_line"),
        Index("ix_broadcast_recipient_due", "broadcast_id", "state", "due_at"),
    )
