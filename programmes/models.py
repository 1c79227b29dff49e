"""Tables of programmes, their immutable versions and the numbers they answer."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from programmes.values import CarrierName
from storage.database import Base, UtcDateTime


class ProgrammeVersion(Base):
    """What a folder said when it was loaded, named by the hash of its content."""

    __tablename__ = "programme_version"

    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    slug: Mapped[str] = mapped_column(String(40), index=True)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    loaded_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)


class ProgrammeRow(Base):
    """A programme: its current version, and since when it answers callers in production."""

    __tablename__ = "programme"

    slug: Mapped[str] = mapped_column(String(40), primary_key=True)
    version: Mapped[str] = mapped_column(ForeignKey("programme_version.hash"))
    opened_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)


class ProgrammeNumber(Base):
    """A number of ours, at a carrier, that belongs to a programme: E.164, or a short code."""

    __tablename__ = "programme_number"

    number: Mapped[str] = mapped_column(String(20), primary_key=True)
    slug: Mapped[str] = mapped_column(ForeignKey("programme.slug"))
    missed_call: Mapped[bool] = mapped_column(default=False)
    """Whoever rings this number is turned away unbilled, and called back."""
    languages: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """The languages that callers of this number are offered first; the programme's order if none.
    """
    carrier: Mapped[str] = mapped_column(String(8), default=CarrierName.TWILIO)
    """Who carries it: a `CarrierName`."""
