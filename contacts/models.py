"""Tables of lines, people and consent."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Line(Base):
    """A phone number: sealed, and found by its keyed hash. Opting out is the line's."""

    __tablename__ = "line"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    number_hash: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[bytes] = mapped_column(LargeBinary)
    opted_out_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    bad_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when the carrier says that there is no such number: nothing reaches it."""
    no_texts_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when the carrier says that texts do not reach it: a landline, or one that blocks us."""
    texts_declined_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when somebody there wants calls and no texts."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class SuppressedNumber(Base):
    """What a line wished that is gone: by the number's keyed hash alone, so that it still holds
    when the number turns up again."""

    __tablename__ = "suppressed_number"

    number_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    opted_out_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    texts_declined_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class Person(Base):
    """Somebody on a line. A new line has one; `ordinal` tells them apart, from 1."""

    __tablename__ = "person"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("line.id"))
    ordinal: Mapped[int]
    language: Mapped[str | None] = mapped_column(String(35))
    pin_hash: Mapped[str | None] = mapped_column(String(64))
    pin_failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    gender: Mapped[str | None] = mapped_column(String(10))
    """What she says of herself, `contacts.values.Gender`; empty where she was not asked."""
    gender_known: Mapped[str | None] = mapped_column(String(10))
    """`contacts.values.HowKnown`; the consent of the same name says after which words."""
    gender_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    district: Mapped[str | None] = mapped_column(String(40))
    """Slug of one of the programme's districts."""
    district_known: Mapped[str | None] = mapped_column(String(10))
    district_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("line_id", "ordinal"),)


class ToolUse(Base):
    """That somebody has used a tool of a programme, and in which month last: for whom news is."""

    __tablename__ = "tool_use"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    tool: Mapped[str] = mapped_column(String(20), primary_key=True)
    month: Mapped[dt.date]
    """Its first day."""


class Consent(Base):
    """What somebody agreed to, in which words and recording, by which key, and when.

    `person_id` is empty where she cannot be known; a survey's consent lives with the response.
    """

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[str] = mapped_column(String(40))
    programme_version: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(35))
    wording: Mapped[str] = mapped_column(String(64))
    """Hash of the words or the recording that was played."""
    answer: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class DayKey(Base):
    """The key of one day, under which conversations find a line that nothing is kept for.

    Destroyed after two days, and with it the path from a turn to a line.
    """

    __tablename__ = "day_key"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
