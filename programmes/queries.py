"""Reads of what is loaded: which programme a number belongs to, and the versions as values."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any

from sqlalchemy import Connection, bindparam, select

from programmes.calendar import Calendar
from programmes.clocks import Clocks, clocks_of
from programmes.content import from_content
from programmes.errors import UnknownProgramme, UnknownVersion
from programmes.models import ProgrammeNumber, ProgrammeRow, ProgrammeVersion
from programmes.values import CarrierName, Programme
from programmes.working_hours import calendar_of


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers a number: the programme, its version of now, and since when it is open."""

    slug: str
    version_hash: str
    opened_at: dt.datetime | None
    missed_call: bool
    """Callers of this number are turned away unbilled, and called back."""
    languages: tuple[str, ...] = ()
    """What callers of this number are offered first."""


def answering(connection: Connection, number: str) -> Answering | None:
    """Who answers our number (E.164), or None when it is nobody's. One statement."""
    row = connection.execute(
        select(
            ProgrammeRow.slug,
            ProgrammeRow.version,
            ProgrammeRow.opened_at,
            ProgrammeNumber.missed_call,
            ProgrammeNumber.languages,
        )
        .join(ProgrammeNumber, ProgrammeNumber.slug == ProgrammeRow.slug)
        .where(ProgrammeNumber.number == number)
    ).first()
    if row is None:
        return None
    first = tuple(row.languages or ())
    return Answering(row.slug, row.version, row.opened_at, row.missed_call, first)


def programme_for_number(connection: Connection, number: str) -> str | None:
    """The slug of the programme that our number (E.164) belongs to."""
    return connection.execute(
        select(ProgrammeNumber.slug).where(ProgrammeNumber.number == number)
    ).scalar()


_CURRENT = select(ProgrammeRow.version).where(ProgrammeRow.slug == bindparam("slug"))


def current(connection: Connection, slug: str) -> str:
    """The hash of the version that callers reach now. Raises UnknownProgramme."""
    version_hash: str | None = connection.execute(_CURRENT, {"slug": slug}).scalar()
    if version_hash is None:
        raise UnknownProgramme(slug)
    return version_hash


def version(connection: Connection, version_hash: str) -> Programme:
    """Any version that was ever loaded. Raises UnknownVersion."""
    content = connection.execute(
        select(ProgrammeVersion.content).where(ProgrammeVersion.hash == version_hash)
    ).scalar()
    if content is None:
        raise UnknownVersion(version_hash)
    return from_content(content)


def slugs(connection: Connection) -> tuple[str, ...]:
    """Every programme that is loaded, by name."""
    return tuple(
        connection.execute(select(ProgrammeRow.slug).order_by(ProgrammeRow.slug)).scalars()
    )


def numbers_of(connection: Connection, slug: str) -> tuple[str, ...]:
    """The numbers (E.164) that the programme answers, in order."""
    return tuple(
        connection.execute(
            select(ProgrammeNumber.number)
            .where(ProgrammeNumber.slug == slug)
            .order_by(ProgrammeNumber.number)
        ).scalars()
    )


def carrier_of(connection: Connection, number: str) -> CarrierName:
    """Who carries our number; Twilio also for one that is nobody's any more."""
    name = connection.execute(
        select(ProgrammeNumber.carrier).where(ProgrammeNumber.number == number)
    ).scalar()
    return CarrierName(name) if name else CarrierName.TWILIO


@dataclass(frozen=True, slots=True)
class Senders:
    """The numbers that a programme calls and writes from; None where it has none for that."""

    calls: str | None
    texts: str | None

    def of(self, *, texts_alone: bool) -> str | None:
        """What something goes out from: a number that calls, unless it is nothing but texts."""
        return self.calls or (self.texts if texts_alone else None)


def senders_of(connection: Connection, slug: str) -> Senders:
    """What the programme calls from, which is also what people are told to call; and what it
    writes from: a number at Kannel is there for its texts, and for nothing else."""
    rows = connection.execute(
        select(ProgrammeNumber.number, ProgrammeNumber.carrier)
        .where(ProgrammeNumber.slug == slug)
        .order_by(ProgrammeNumber.number)
    ).all()
    calls = next((row.number for row in rows if row.carrier != CarrierName.KANNEL), None)
    texts = next((row.number for row in rows if row.carrier == CarrierName.KANNEL), None)
    return Senders(calls=calls, texts=texts or calls)


TIMING = tuple(
    ProgrammeVersion.content[part].label(part) for part in ("clocks", "calendar", "time_zone")
)
"""What a programme reckons time by, and nothing of the rest of its version."""


def timing_of(row: Any) -> tuple[Clocks, Calendar]:
    """The clocks and the calendar of a row that has `TIMING`."""
    return clocks_of(row.clocks or {}), calendar_of(row.calendar, row.time_zone)


def is_open(connection: Connection, slug: str) -> bool:
    """Whether the programme was opened to callers in production; false when it is not loaded."""
    opened_at = connection.execute(
        select(ProgrammeRow.opened_at).where(ProgrammeRow.slug == slug)
    ).scalar()
    return opened_at is not None


class Versions:
    """The versions in use, read once per process: a version never changes.

    Holds the `size` that were asked for last. Safe between threads.
    """

    def __init__(self, size: int = 32) -> None:
        self._size = size
        self._lock = Lock()
        self._known: OrderedDict[str, Programme] = OrderedDict()

    def get(self, connection: Connection, version_hash: str) -> Programme:
        """The version of that hash. Raises UnknownVersion."""
        with self._lock:
            known = self._known.get(version_hash)
            if known is not None:
                self._known.move_to_end(version_hash)
                return known
        # Read without the lock: two threads may read the same version, both get equal values.
        programme = version(connection, version_hash)
        with self._lock:
            self._known[version_hash] = programme
            self._known.move_to_end(version_hash)
            if len(self._known) > self._size:
                self._known.popitem(last=False)
        return programme
