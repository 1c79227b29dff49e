"""The table of turns: one row is journal entry, lock and receipt at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class TurnRow(Base):
    """What was heard and answered in turn `n` of a leg, and the conversation as it was then.

    `leg` is the carrier's call id; the texts of a line share one leg for a day. The unique key
    (leg, n) lets one of two equal events in; `event`, a message's id, does the same for texts.
    """

    __tablename__ = "turn"

    leg: Mapped[str] = mapped_column(String(80), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True)
    event: Mapped[str | None] = mapped_column(String(64), unique=True)
    conversation: Mapped[str] = mapped_column(String(32), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    tag: Mapped[str | None] = mapped_column(String(32))
    """The line, under the key of a day; empty for a withheld number."""
    script: Mapped[str] = mapped_column(String(20))
    state: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    answer: Mapped[str | None] = mapped_column(Text)
    is_over: Mapped[bool]
    """The call has ended, as far as the carrier told us."""
    is_closed: Mapped[bool]
    """Nothing goes on from here: it ended, was refused, or went on elsewhere."""
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_turn_tag_at", "tag", "at"), Index("ix_turn_at", "at"))


class CallEnd(Base):
    """When a call ended, as the carrier told; kept until what was heard in it is counted."""

    __tablename__ = "call_end"

    leg: Mapped[str] = mapped_column(String(80), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)


class Heard(Base):
    """How a message was listened to on one day, in one language; of a gender as far as told."""

    __tablename__ = "message_heard"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    message: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    gender: Mapped[str] = mapped_column(String(10), primary_key=True)
    plays: Mapped[int]
    seconds: Mapped[int]
    to_the_end: Mapped[int]
    """Plays of which at least three quarters were heard."""


class Left(Base):
    """How often a question was asked by voice on one day, and how often the call ended there."""

    __tablename__ = "question_left"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    question: Mapped[str] = mapped_column(String(80), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    gender: Mapped[str] = mapped_column(String(10), primary_key=True)
    asked: Mapped[int]
    left: Mapped[int]
