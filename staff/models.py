"""Tables of accounts and of what staff did."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Account(Base):
    """Somebody of the staff, in one programme, in one role. The e-mail is kept in lower case."""

    __tablename__ = "account"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    email: Mapped[str] = mapped_column(String(254), unique=True)
    password_hash: Mapped[str] = mapped_column(String(255))
    role: Mapped[str] = mapped_column(String(20))
    programme: Mapped[str] = mapped_column(ForeignKey("programme.slug"))
    affiliation: Mapped[str] = mapped_column(String(12))
    """`company`, `state` or `independent`."""
    language: Mapped[str] = mapped_column(String(35))
    """Of the pages: `es` or `en`."""
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """Who did or read what, when. Rows are only ever added."""

    __tablename__ = "audit_entry"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str | None] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str | None] = mapped_column(String(80))
    """Such as `case:<id>`; never a number, a name or a person's words."""
    at: Mapped[dt.datetime] = mapped_column(UtcDateTime)

    why: Mapped[str | None] = mapped_column(String(16))
    """Of a read: `staff.values.Basis`."""

    __table_args__ = (
        Index("ix_audit_entry_subject", "subject", "at"),
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_account", "account_id", "at"),
    )


class ApiToken(Base):
    """A word that lets a program fetch what this account may; only its hash is kept."""

    __tablename__ = "api_token"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """The last time, to the day."""
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
