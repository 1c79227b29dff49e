"""Tables of the sealed track. `sealed_report` has room for nothing but what is sealed."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class ProgrammeKey(Base):
    """The public key that a programme's reports are sealed to; its other half is nowhere."""

    __tablename__ = "safeguarding_key"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    programme: Mapped[str] = mapped_column(ForeignKey("programme.slug"), unique=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)


class Designation(Base):
    """A person's own key pair, and with it the programme's private key, if she is designated."""

    __tablename__ = "safeguarding_person"

    account_id: Mapped[str] = mapped_column(ForeignKey("account.id"), primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary)
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)
    """Her private key, under her passphrase."""
    key_id: Mapped[str | None] = mapped_column(ForeignKey("safeguarding_key.id"))
    programme_key: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The programme's private key, sealed to hers; empty while nobody has designated her."""
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class SealedReport(Base):
    """One report. Its id is random and stands nowhere else; its rows lie in the order of ids."""

    __tablename__ = "sealed_report"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    key_id: Mapped[str] = mapped_column(ForeignKey("safeguarding_key.id"), index=True)
    week: Mapped[dt.date]
    """Its Monday: for the year's count, and for when it is deleted."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    """Boxes, one after the other (`safeguarding.sealing`)."""

    __table_args__ = ({"sqlite_with_rowid": False},)


class SealedRecording(Base):
    """A recording at the carrier that is to be sealed; gone once that is done."""

    __tablename__ = "sealed_recording"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The carrier's."""
    report: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The report's id, sealed under the vault; empty once her words are in it."""

    __table_args__ = ({"sqlite_with_rowid": False},)


class YearCount(Base):
    """How many reports of a year have been deleted already."""

    __tablename__ = "safeguarding_year"

    programme: Mapped[str] = mapped_column(ForeignKey("programme.slug"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True)
    deleted: Mapped[int]
