"""Tables of drafts and of who approved them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class ProgrammeDraft(Base):
    """The one draft of a programme."""

    __tablename__ = "programme_draft"

    slug: Mapped[str] = mapped_column(ForeignKey("programme.slug"), primary_key=True)
    base: Mapped[str] = mapped_column(ForeignKey("programme_version.hash"))
    before: Mapped[dict[str, Any]] = mapped_column(JSON)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    revision: Mapped[int]
    begun_by: Mapped[str] = mapped_column(String(32))
    begun_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    changed_by: Mapped[str] = mapped_column(String(32))
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class ProgrammeApproval(Base):
    """An account approved what a draft said: the hash of exactly that content."""

    __tablename__ = "programme_approval"

    slug: Mapped[str] = mapped_column(ForeignKey("programme.slug"), primary_key=True)
    content: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
