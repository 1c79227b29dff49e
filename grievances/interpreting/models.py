"""Tables of the interpreter's desk. All that is said stands sealed, as statements are."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Interpretation(Base):
    """A statement that is to be put into Spanish, who holds it now, and how far it got."""

    __tablename__ = "interpretation"

    statement_id: Mapped[str] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    state: Mapped[str] = mapped_column(String(12))
    """`waiting`, `rendered`, `checked` or `unclear`."""
    told: Mapped[str] = mapped_column(String(64))
    """What is to be heard or read: the carrier's id of a recording, or a keyed hash of a text.
    Where that becomes another, it is interpreted anew."""
    asked_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    """Who asked for it on the page of a case; empty where its language did."""
    held_by: Mapped[str | None] = mapped_column(ForeignKey("account.id"))
    held_since: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    held_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)

    __table_args__ = (Index("ix_interpretation_state", "state"),)


class Rendering(Base):
    """What one interpreter wrote. Rows are only added: the newest one counts."""

    __tablename__ = "rendering"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    statement_id: Mapped[str] = mapped_column(ForeignKey("interpretation.statement_id"), index=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    transcript: Mapped[bytes | None] = mapped_column(LargeBinary)
    spanish: Mapped[bytes] = mapped_column(LargeBinary)
    is_check: Mapped[bool]
    is_changed: Mapped[bool]
    """Whether it differs from the one before; false where a check confirms."""
    seconds: Mapped[int]
    """From taking the item to keeping this."""
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime, index=True)


class HandedBack(Base):
    """An interpreter to whom an item is not offered again, and why."""

    __tablename__ = "interpretation_handed_back"

    statement_id: Mapped[str] = mapped_column(
        ForeignKey("interpretation.statement_id"), primary_key=True
    )
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    because: Mapped[str] = mapped_column(String(16))
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
