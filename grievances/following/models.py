"""Tables of what follows an answer."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class CaseFeedback(Base):
    """What she said of an outcome when she was asked; the newest of a kind counts."""

    __tablename__ = "case_feedback"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), index=True)
    feedback: Mapped[str] = mapped_column(String(16))
    """`satisfaction` or `held`."""
    answer: Mapped[str] = mapped_column(String(16))
    """`satisfied`, `partly`, `unsatisfied`, `unsaid`; `yes`, `no`."""
    channel: Mapped[str] = mapped_column(String(8))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class CheckBack(Base):
    """That she is asked, some time after a close, whether what was done held, or where nothing was
    done how content she is. A later close takes its place."""

    __tablename__ = "check_back"

    case_id: Mapped[str] = mapped_column(ForeignKey("grievance_case.id"), primary_key=True)
    closed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """Of the close that it is about."""
    asked_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """The last time that something went out."""
    tries: Mapped[int]
    outbox_id: Mapped[str | None] = mapped_column(String(32))
    answered_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    """Also where she said nothing to it."""
