"""Tables of what people are owed about what is kept of them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


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
