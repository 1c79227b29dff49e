"""Tables of work phones and of calls that were put through."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Duty(Base):
    """The work phone of an account, sealed, and whether it may ring now."""

    __tablename__ = "duty"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    number: Mapped[bytes | None] = mapped_column(LargeBinary)
    languages: Mapped[list[str]] = mapped_column(JSON)
    """Tags that she speaks, in the programme's order."""
    is_on: Mapped[bool]
    changed_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    rung_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When she was rung last: who waits longest is rung first."""


class Profile(Base):
    """Which cases are given to an account by themselves; without a row, any that it may see."""

    __tablename__ = "duty_profile"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    gender: Mapped[str | None] = mapped_column(String(10))
    """`woman` or `man`, as she says of herself and only if she wants to: for who asks for one."""
    queues: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """Slugs of the queues that she works in; none: every one that she may see."""


class Absence(Base):
    """Days on which nothing new is given to an account, and who stands in for it."""

    __tablename__ = "absence"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    stand_in_id: Mapped[str | None] = mapped_column(ForeignKey("account.id"))

    __table_args__ = (Index("ix_absence_account", "account_id", "last_day"),)


class Bridge(Base):
    """Somebody rung for a caller, or to be put through to the person of a case.

    Nothing of a caller but the carrier's id while it lasts; of who is called, the case alone.
    """

    __tablename__ = "bridge"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"))
    language: Mapped[str] = mapped_column(String(35))
    leg: Mapped[str | None] = mapped_column(String(80), index=True)
    """Of the caller, or of the work phone where we call for a case; empty once the call is over."""
    case_id: Mapped[str | None] = mapped_column(String(32))
    """The case for which it was asked on its page; empty for who pressed 0."""
    purpose: Mapped[str | None] = mapped_column(String(12))
    """`dictate` where she records an answer to the case and nobody else is rung; else empty."""
    outbox_id: Mapped[str | None] = mapped_column(String(32))
    """The call to the work phone, where we call for a case."""
    rung_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    ready_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    """When she took the call that she had asked for, and the person was called."""
    taken_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    outcome: Mapped[str | None] = mapped_column(String(12))

    __table_args__ = (
        Index("ix_bridge_programme", "programme", "rung_at"),
        Index("ix_bridge_account", "account_id", "ended_at"),
        Index("ix_bridge_case", "case_id", "rung_at"),
        Index("ix_bridge_outbox", "outbox_id"),
    )
