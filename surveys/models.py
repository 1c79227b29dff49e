"""Tables of rounds and responses. Ids are random, and a response knows its week, never its day.

On SQLite what people answered is kept without rowids, which count rows as they come: it lies in
the order of its random ids.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime

_IS_OPEN = text("closed_at IS NULL")
_IN_NO_ORDER = {"sqlite_with_rowid": False}


class Round(Base):
    """One fielding of a frozen questionnaire; a programme has one open at a time."""

    __tablename__ = "survey_round"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), index=True)
    survey: Mapped[str] = mapped_column(String(40))
    questionnaire: Mapped[str] = mapped_column(String(64))
    """Content hash of the questionnaire as published."""
    questions: Mapped[list[Any]] = mapped_column(JSON)
    """Names and options in their order: the part of `content` that every answer needs."""
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The questionnaire as published, in every language."""
    opened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Since when nobody new may begin."""
    ends_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Until when who had begun may finish; set when the round is closed."""
    is_pilot: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether it only tries the questionnaire: its answers are deleted at its end."""
    withdrawn: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How many had finished and took their answers back. Never shown."""

    __table_args__ = (
        Index(
            "uq_survey_round_open",
            "programme",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
    )


class PilotRun(Base):
    """How long one person took in a pilot round. Of other rounds nothing of the kind is kept."""

    __tablename__ = "survey_pilot_run"

    response_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"), index=True)
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(35))
    begun_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Until she has finished."""
    seconds: Mapped[int | None]


class RoundKey(Base):
    """The key under which a round knows who has answered; destroyed after the round."""

    __tablename__ = "survey_round_key"

    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    fingerprint: Mapped[str] = mapped_column(String(16))
    """Names the key in the log of its destruction, and nothing else."""


class Response(Base):
    """One person's answers in one round. `respondent` is an HMAC under the round's key."""

    __tablename__ = "survey_response"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"))
    respondent: Mapped[str | None] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(35))
    consent_wording: Mapped[str] = mapped_column(String(64))
    consent_answer: Mapped[str] = mapped_column(String(40))
    complete: Mapped[bool]
    week: Mapped[dt.date]
    """The Monday of the week in which she finished (UTC) or, until then, began (hers)."""

    __table_args__ = (UniqueConstraint("round_id", "respondent"), _IN_NO_ORDER)


class Answer(Base):
    """One answer: an option's name, a number, a day, `given` in her own words, or why there is
    none (`dont_know`, `refused`). Of a multiple choice each option is a question of its own."""

    __tablename__ = "survey_answer"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    response_id: Mapped[str] = mapped_column(ForeignKey("survey_response.id"))
    question: Mapped[str] = mapped_column(String(81))
    value: Mapped[str] = mapped_column(String(40))
    wording: Mapped[str | None] = mapped_column(String(64))
    """Hash of the words that were asked, its options' among them."""
    sound: Mapped[str | None] = mapped_column(String(64))
    """Hash of the recording that was played; none in a text, or where nobody had recorded it."""

    __table_args__ = (UniqueConstraint("response_id", "question"), _IN_NO_ORDER)


class OpenAnswer(Base):
    """What was said or written in answer to an open question, until it is coded.

    Nothing joins it to a line: the carrier's id goes when the sound is ours. Of no response any
    more, or coded, it waits for its sound to be deleted.
    """

    __tablename__ = "survey_open_answer"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    response_id: Mapped[str | None] = mapped_column(ForeignKey("survey_response.id"))
    question: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """What was written, under the vault."""
    recording_id: Mapped[str | None] = mapped_column(String(64), index=True)
    """The carrier's, while its sound is on its way."""
    media: Mapped[str | None] = mapped_column(String(64))
    """The key of the sound in `storage.media`."""
    codes: Mapped[list[Any] | None] = mapped_column(JSON)
    coded_at: Mapped[dt.date | None]
    """The day on which its words were deleted, and its sound at the next sweep."""
    settled: Mapped[str | None] = mapped_column(String(8))
    """How: `agreed`, `together` or `third` (`surveys.coding.values.Settled`)."""
    settled_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """The third person who decided; else it was both coders."""

    __table_args__ = (UniqueConstraint("response_id", "question"), _IN_NO_ORDER)


class CodeFrame(Base):
    """What the answers to one open question are coded by; each change is a version of its own."""

    __tablename__ = "survey_code_frame"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"))
    question: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    codes: Mapped[list[Any]] = mapped_column(JSON)
    """Name and labels (`es`, `en`) of each, in their order."""
    made_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("round_id", "question", "version"),)


class Coding(Base):
    """What one person made of an open answer. It has no time: that would put answers in order."""

    __tablename__ = "survey_coding"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("survey_open_answer.id"))
    coder: Mapped[str] = mapped_column(ForeignKey("account.id"))
    place: Mapped[int]
    """1 or 2: nobody is a third coder."""
    frame: Mapped[int]
    """Version of the frame that she chose from."""
    codes: Mapped[list[Any]] = mapped_column(JSON)
    """Chosen before she had seen the other's; never changed."""
    proposed: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """What she would settle on, having seen them."""

    __table_args__ = (
        UniqueConstraint("answer_id", "coder", name="uq_survey_coding_coder"),
        UniqueConstraint("answer_id", "place", name="uq_survey_coding_place"),
        _IN_NO_ORDER,
    )


class Snapshot(Base):
    """Results as they may be seen: made when there is more to tell, or the round has ended."""

    __tablename__ = "survey_snapshot"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"), index=True)
    number: Mapped[int]
    completes: Mapped[int]
    """Never shown: what is shown of it is in `tables`."""
    withdrawn: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """`Round.withdrawn` as it was then."""
    is_final: Mapped[bool]
    tables: Mapped[dict[str, Any]] = mapped_column(JSON)
    columns: Mapped[list[Any]] = mapped_column(JSON)
    """What the values of its rows are, in their order."""
    row_count: Mapped[int]
    """How many rows about people it has; none where they could not be made safe."""
    charts: Mapped[dict[str, Any]] = mapped_column(JSON)
    """SVG by page language, then by question."""
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (UniqueConstraint("round_id", "number"),)


class SnapshotRow(Base):
    """One row about one person, made fit to leave: a random id, and answers as they are told.

    It is there before its snapshot is, whose id it bears, so that what can be seen is whole.
    """

    __tablename__ = "survey_snapshot_row"

    snapshot_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    values: Mapped[list[Any]] = mapped_column(JSON)
    """In the order of `Snapshot.columns`."""


class Picture(Base):
    """A chart of a snapshot as PNG, drawn when it was first asked for."""

    __tablename__ = "survey_picture"

    snapshot_id: Mapped[str] = mapped_column(ForeignKey("survey_snapshot.id"), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    question: Mapped[str] = mapped_column(String(80), primary_key=True)
    """Its figure's key."""
    png: Mapped[bytes] = mapped_column(LargeBinary)


class Release(Base):
    """Results of a round that has ended, frozen in one file: made by one person, approved by
    another."""

    __tablename__ = "survey_release"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    round_id: Mapped[str] = mapped_column(ForeignKey("survey_round.id"))
    number: Mapped[int]
    language: Mapped[str] = mapped_column(String(35))
    """Of the labels: `es` or `en`."""
    media: Mapped[str] = mapped_column(String(64))
    """The archive in `storage.media`, which names it by its SHA-256."""
    has_rows: Mapped[bool]
    made_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    withdrawn_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str | None] = mapped_column(String(500))
    """Why it was withdrawn."""

    __table_args__ = (UniqueConstraint("round_id", "number"),)
