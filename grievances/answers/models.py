"""Tables of approved answers. Nothing of a person is in them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class ApprovedAnswer(Base):
    """An answer through all of its versions."""

    __tablename__ = "approved_answer"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40), index=True)
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """Offered to nobody any more."""


class ApprovedAnswerVersion(Base):
    """What it says at one time. Rows are only added, and approved once."""

    __tablename__ = "approved_answer_version"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    answer_id: Mapped[str] = mapped_column(ForeignKey("approved_answer.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(120))
    topic: Mapped[str | None] = mapped_column(String(40))
    category: Mapped[str | None] = mapped_column(String(40))
    texts: Mapped[dict[str, Any]] = mapped_column(JSON)
    media: Mapped[dict[str, Any]] = mapped_column(JSON)
    source: Mapped[str | None] = mapped_column(String(300))
    expires_on: Mapped[dt.date] = mapped_column(Date)
    written_by: Mapped[str] = mapped_column(ForeignKey("account.id"))
    written_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    approved_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    approved_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (
        UniqueConstraint("answer_id", "number"),
        Index("ix_approved_answer_version_approved", "answer_id", "approved_at"),
    )
