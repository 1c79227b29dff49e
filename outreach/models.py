"""The tables of contacts that we started, and of what people wish for."""

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
    subject: Mapped[str | None] = mapped_column(String(32))
    """What it is about, a broadcast's id: several attempts for one subject are one contact."""
    outbox_id: Mapped[str] = mapped_column(String(32), unique=True)
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """For what goes to many: when it was handed to the carrier."""

    __table_args__ = (Index("ix_outreach_contact_line", "line_id", "purpose", "created_at"),)


class NewsWish(Base):
    """What a person wishes of a programme's news. The consent itself is in `consent`."""

    __tablename__ = "outreach_wish"

    person_id: Mapped[str] = mapped_column(ForeignKey("person.id"), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), primary_key=True)
    agreed: Mapped[bool]
    channel: Mapped[str | None] = mapped_column(String(8))
    slot: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
