"""Tables of cases, what was said in them, and the replies."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Case(Base):
    """One question or grievance, found by its code. `person_id` is empty for a withheld number."""

    __tablename__ = "grievance_case"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    programme: Mapped[str] = mapped_column(String(40))
    kind: Mapped[str] = mapped_column(String(20))
    """`question`, `grievance`, `voice_message` for what was said without a choice, or `call_wish`
    for who only asked to be called."""
    topic: Mapped[str | None] = mapped_column(String(40))
    queue: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    channel: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"), index=True)
    pin_hash: Mapped[str | None] = mapped_column(String(64))
    """For reading the status from another phone."""
    pin_failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    confirmed: Mapped[bool]
    """False where the call ended before she said "send"."""
    answer_by: Mapped[str] = mapped_column(String(20))
    """`by_call`, `by_sms` or `i_will_call`."""
    state: Mapped[str] = mapped_column(String(20))
    """`open` or `answered`."""
    opened_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    first_read_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_grievance_case_queue", "programme", "state", "opened_at"),)


class Statement(Base):
    """What she said or wrote. It is kept the moment it exists, before it is sent as a case."""

    __tablename__ = "statement"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str | None] = mapped_column(ForeignKey("grievance_case.id"), index=True)
    programme: Mapped[str] = mapped_column(String(40))
    conversation: Mapped[str] = mapped_column(String(32), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    topic: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(35))
    channel: Mapped[str] = mapped_column(String(8))
    person_id: Mapped[str | None] = mapped_column(ForeignKey("person.id"))
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    recording_id: Mapped[str | None] = mapped_column(String(64))
    seconds: Mapped[int | None]
    media_id: Mapped[str | None] = mapped_column(ForeignKey("text_media.id"))
    """The set of pictures and sounds that came with it, `storage.attachments`."""
    said_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_statement_unsent", "case_id", "said_at"),)


class Reply(Base):
    """A case manager's answer, as text or as a recording, and how far it got."""

    __tablename__ = "reply"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), index=True)
    author_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    language: Mapped[str] = mapped_column(String(35))
    text: Mapped[bytes | None] = mapped_column(LargeBinary)
    media: Mapped[str | None] = mapped_column(String(64))
    outbox_id: Mapped[str | None] = mapped_column(String(32), index=True)
    """The text or call that carries it, or empty where it waits for her."""
    in_full: Mapped[bool] = mapped_column(default=False)
    """The text that goes out is the reply itself, not a notice that one waits."""
    sent_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    heard_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
