"""Tables of engagements, and of the keys under which people are told apart."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base


class EngagementRow(Base):
    """The event log of the measures. It knows a day, never a time, and leads to no line."""

    __tablename__ = "engagement"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    day: Mapped[dt.date]
    channel: Mapped[str] = mapped_column(String(8))
    begun_by: Mapped[str] = mapped_column(String(8))
    language: Mapped[str] = mapped_column(String(35))
    gender: Mapped[str] = mapped_column(String(10))
    tools: Mapped[str] = mapped_column(String(60))
    """Their names, in order, with spaces between."""
    participant: Mapped[str | None] = mapped_column(String(64))
    """HMAC of the person under the key of the year; empty where nothing is kept of her."""

    __table_args__ = (Index("ix_engagement_programme_day", "programme", "day"),)


class AnalyticsKey(Base):
    """The key of a year, sealed. Destroyed a month after it: nobody is told apart over years."""

    __tablename__ = "analytics_key"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
