"""Tables of prompts, their versions and approvals, of uploads, of recording by telephone, and of
what callers missed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Date, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class PromptVersion(Base):
    """One version of a prompt's words and sound. Rows are only ever added."""

    __tablename__ = "prompt_version"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    """Empty: every programme."""
    language: Mapped[str] = mapped_column(String(35))
    key: Mapped[str] = mapped_column(String(120))
    number: Mapped[int]
    """1, 2, 3…; unique, so that of two who change a prompt at once one is told."""
    say: Mapped[str] = mapped_column(Text)
    text: Mapped[str | None] = mapped_column(Text)
    back_translation: Mapped[str] = mapped_column(Text)
    media: Mapped[str | None] = mapped_column(String(64))
    sound_hash: Mapped[str | None] = mapped_column(String(16))
    seconds: Mapped[float | None]
    level: Mapped[float | None]
    """dBFS of the speech."""
    speaker: Mapped[str | None] = mapped_column(String(120))
    consented_on: Mapped[dt.date | None] = mapped_column(Date)
    recorded_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    reviewer: Mapped[str] = mapped_column(String(120))
    origin: Mapped[str] = mapped_column(String(10))
    approved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When the last approval that it needed came."""
    changed_by: Mapped[str | None] = mapped_column(String(32))
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("programme", "language", "key", "number", name="uq_prompt_version_number"),
        Index("ix_prompt_version_sound", "key", "language", "sound_hash"),
    )


class PromptApproval(Base):
    """An account approved a version."""

    __tablename__ = "prompt_approval"

    version_id: Mapped[str] = mapped_column(ForeignKey("prompt_version.id"), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class Prompt(Base):
    """A prompt that was changed here: the version worked on, and the one that callers hear."""

    __tablename__ = "prompt"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    current_id: Mapped[str] = mapped_column(ForeignKey("prompt_version.id"))
    live_id: Mapped[str | None] = mapped_column(ForeignKey("prompt_version.id"))
    """None: callers hear what was shipped, if anything was."""
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class PromptRevision(Base):
    """One row whose number grows whenever what callers hear changes."""

    __tablename__ = "prompt_revision"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int]


class PromptUpload(Base):
    """A folder or zip of recordings, on its way into the bank."""

    __tablename__ = "prompt_upload"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    """Of files that lie in no language's folder."""
    name: Mapped[str] = mapped_column(String(200))
    media: Mapped[str | None] = mapped_column(String(64))
    """The zip; None once nothing more is taken from it."""
    speaker: Mapped[str] = mapped_column(String(120))
    consented_on: Mapped[dt.date] = mapped_column(Date)
    account_id: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(8))
    """`waiting`, `running`, `done` or `refused`."""
    fault: Mapped[str | None] = mapped_column(String(20))
    claimed_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        Index("ix_prompt_upload_state", "state", "created_at"),
        Index("ix_prompt_upload_programme", "programme", "created_at"),
    )


class PromptUploadFile(Base):
    """One file of an upload and what became of it."""

    __tablename__ = "prompt_upload_file"

    upload_id: Mapped[str] = mapped_column(ForeignKey("prompt_upload.id"), primary_key=True)
    n: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """Its place in the archive."""
    path: Mapped[str] = mapped_column(String(300))
    language: Mapped[str | None] = mapped_column(String(35))
    key: Mapped[str | None] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(8))
    """`waiting`, `taken` or `refused`."""
    fault: Mapped[str | None] = mapped_column(String(20))


class RecordingCode(Base):
    """What lets a speaker record the prompts of a language by telephone."""

    __tablename__ = "recording_code"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), index=True)
    language: Mapped[str] = mapped_column(String(35))
    speaker: Mapped[str] = mapped_column(String(120))
    consented_on: Mapped[dt.date] = mapped_column(Date)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    """Keyed, of the digits that find it."""
    pin_hash: Mapped[str] = mapped_column(String(64))
    """Keyed, of the digits that prove it."""
    pin_failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    account_id: Mapped[str] = mapped_column(String(32))
    """Who gave it, and stands for the consent."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    last_call_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class PromptTake(Base):
    """A take spoken on the telephone, from the carrier's recording to a version of the prompt."""

    __tablename__ = "prompt_take"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code_id: Mapped[str] = mapped_column(ForeignKey("recording_code.id"), index=True)
    key: Mapped[str] = mapped_column(String(120))
    recording_id: Mapped[str | None] = mapped_column(String(64), index=True)
    """The carrier's id; None once what was fetched is deleted."""
    state: Mapped[str] = mapped_column(String(8))
    """`waiting`, `good`, `bad`, `wanted` (kept before it was checked) or `kept`."""
    fault: Mapped[str | None] = mapped_column(String(20))
    media: Mapped[str | None] = mapped_column(String(64))
    """The take as callers will hear it."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_prompt_take_state", "state", "created_at"),)


class LanguageUnmet(Base):
    """How many conversations of a day met a prompt that their language lacks."""

    __tablename__ = "language_unmet"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    day: Mapped[dt.date] = mapped_column(Date, primary_key=True)
    count: Mapped[int]


class UnrecordedOverride(Base):
    """Somebody let a programme go live with a language in the carrier's voice."""

    __tablename__ = "unrecorded_override"

    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    language: Mapped[str] = mapped_column(String(35), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    reason: Mapped[str] = mapped_column(String(500))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
