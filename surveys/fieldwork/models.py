"""Tables of fieldwork: the lines of a sample and what came of each attempt.

Nothing here has an answer or the id of a response, and what is over has no time: that a line took
part is known, what was said on it is not (`docs/privacy.md`). All of it but the counts is deleted
with the round's key.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Fieldwork(Base):
    """How a round is taken to the field; a round without one is inbound."""

    __tablename__ = "fieldwork"

    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"), primary_key=True)
    mode: Mapped[str] = mapped_column(String(8))
    opens_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closes_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    way: Mapped[str] = mapped_column(String(16))
    announces: Mapped[bool]
    sample: Mapped[dict[str, Any]] = mapped_column(JSON)
    quotas: Mapped[list[Any]] = mapped_column(JSON)
    turns_away: Mapped[bool]
    incentive: Mapped[int | None]
    sender: Mapped[str | None] = mapped_column(String(20))
    seed: Mapped[str] = mapped_column(String(32))
    """What the draw follows from: drawn again it is the same sample. Emptied with the sample."""
    state: Mapped[str] = mapped_column(String(8), index=True)
    is_planned: Mapped[bool]
    created_by: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    started_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class SampledLine(Base):
    """One line of a sample."""

    __tablename__ = "fieldwork_line"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"))
    line_id: Mapped[str] = mapped_column(ForeignKey("line.id"), index=True)
    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"))
    gender: Mapped[str | None] = mapped_column(String(10))
    """This and the next two as they were known when it was drawn."""
    district: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    state: Mapped[str] = mapped_column(String(8))
    slots: Mapped[str] = mapped_column(String(60))
    """In which part of the week each attempt is made, as it was drawn, with spaces between."""
    attempts: Mapped[int]
    is_announced: Mapped[bool]
    channel: Mapped[str | None] = mapped_column(String(8))
    """Of the newest attempt."""
    outbox_id: Mapped[str | None] = mapped_column(String(32), unique=True)
    answer: Mapped[str | None] = mapped_column(String(8))
    """Whether she can talk, on the newest call."""
    interview: Mapped[str | None] = mapped_column(String(4))
    """What an interview on this line has come to so far: a disposition."""
    due_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Waiting: from when it may go out. Queued: when it is looked at next. Done: empty."""
    code: Mapped[str | None] = mapped_column(String(4))
    """The final disposition, once it is done."""

    __table_args__ = (
        UniqueConstraint("round_id", "line_id", name="uq_fieldwork_line_line"),
        Index("ix_fieldwork_line_due", "round_id", "state", "due_at"),
    )


class FieldAttempt(Base):
    """What came of one attempt at a line."""

    __tablename__ = "fieldwork_attempt"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    sampled_id: Mapped[str] = mapped_column(ForeignKey("fieldwork_line.id"))
    n: Mapped[int]
    channel: Mapped[str] = mapped_column(String(8))
    slot: Mapped[str] = mapped_column(String(10))
    code: Mapped[str] = mapped_column(String(4))

    __table_args__ = (UniqueConstraint("sampled_id", "n", name="uq_fieldwork_attempt_n"),)


class TopUp(Base):
    """Airtime for a complete interview, owed once to a line."""

    __tablename__ = "fieldwork_top_up"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    """Also what the gateway knows it by: asked for twice it is given once."""
    sampled_id: Mapped[str] = mapped_column(ForeignKey("fieldwork_line.id"), unique=True)
    amount: Mapped[int]
    state: Mapped[str] = mapped_column(String(8), index=True)
    """`owed`, `recorded` (owed still: nothing was paid), `given` or `refused`."""


class DispositionCount(Base):
    """How many lines (attempt 0) or attempts have a code: what remains of a sample."""

    __tablename__ = "fieldwork_count"

    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"), primary_key=True)
    attempt: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(4), primary_key=True)
    count: Mapped[int]
