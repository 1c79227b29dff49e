"""The table of contacts that we started."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Contact(Base):
    """One contact on one line: why, and the call or text that it became."""

    __tablename__ = "outreach_contact"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    line_id: Mapped[str] = mapped_column(ForeignKey("line.id"))
    purpose: Mapped[str] = mapped_column(String(20))
    outbox_id: Mapped[str] = mapped_column(String(32), unique=True)
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_outreach_contact_line", "line_id", "purpose", "created_at"),)
