"""Tables of what people are owed about what is kept of them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class RightsRequest(Base):
    """Somebody asks to see, correct or delete what is kept of her, or that nothing more goes out.

    Without a word of anybody: it outlives what it was about.
    """

    __tablename__ = "rights_request"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), index=True)
    """By which whoever asks is known to us."""
    right: Mapped[str] = mapped_column(String(12))
    """`privacy.values.Right`."""
    proof: Mapped[str] = mapped_column(String(8))
    """`privacy.values.Proof`."""
    asked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    due_on: Mapped[dt.date]
    """The last business day on which it is answered in time."""
    taken_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When it was carried out, by what the system does."""
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    outcome: Mapped[str | None] = mapped_column(String(16))
    """`privacy.values.Outcome`."""

    __table_args__ = (Index("ix_rights_request_due", "programme", "closed_at", "due_on"),)


class RetentionRun(Base):
    """That what may not be kept any longer was looked for, and how many rows went, by day."""

    __tablename__ = "retention_run"

    kept: Mapped[str] = mapped_column(String(16), primary_key=True)
    """`privacy.retention.Kept`."""
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    ran_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """The last time on that day."""
    rows: Mapped[int | None]
    """None where how many would tell something, or is not counted."""


class Breach(Base):
    """Something got out, was lost or was changed: what is known of it, and the 48 hours."""

    __tablename__ = "breach"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), index=True)
    noticed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """From here 48 hours are counted."""
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    """What is known of it, `privacy.breaches.Facts`; sealed."""
    recorded_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    closed_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    ending: Mapped[str | None] = mapped_column(String(16))
    """`privacy.breaches.Ending`."""
