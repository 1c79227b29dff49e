"""What is reported of cases (DOMAIN 1.8), and of which stretch of time."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from disclosure.values import ProtectedTable

DEFINITIONS = 1
"""The version of what follows; a report says by which it was made."""

AGE_BANDS = ("0-15", "16-30", "31-60", "61+")
"""Business days that a case has been open, without those it waited for the complainant."""


class NotAPeriod(ValueError):
    """No quarter (`2026-Q4`) and no year (`2026`)."""


@dataclass(frozen=True, slots=True)
class Period:
    """A quarter or a year of the calendar, there."""

    year: int
    quarter: int | None = None

    @classmethod
    def parse(cls, text: str) -> Period:
        """`2026-Q4` or `2026`. Raises NotAPeriod."""
        found = re.fullmatch(r"(2\d{3})(?:-Q([1-4]))?", text)
        if found is None:
            raise NotAPeriod(text)
        return cls(int(found[1]), int(found[2]) if found[2] else None)

    @classmethod
    def of(cls, day: dt.date) -> Period:
        """The quarter of a day."""
        return cls(day.year, (day.month + 2) // 3)

    def __str__(self) -> str:
        return f"{self.year}" if self.quarter is None else f"{self.year}-Q{self.quarter}"

    @property
    def quarters(self) -> tuple[Period, ...]:
        """Those that it is made of; of a quarter itself."""
        return tuple(Period(self.year, n) for n in range(1, 5)) if self.quarter is None else (self,)

    def begins(self, zone: ZoneInfo) -> dt.datetime:
        month = 1 if self.quarter is None else 3 * self.quarter - 2
        return dt.datetime(self.year, month, 1, tzinfo=zone)

    def ends(self, zone: ZoneInfo) -> dt.datetime:
        """The first moment after it."""
        if self.quarter in (None, 4):
            return dt.datetime(self.year + 1, 1, 1, tzinfo=zone)
        return Period(self.year, (self.quarter or 0) + 1).begins(zone)


@dataclass(frozen=True, slots=True)
class Facts:
    """One case as its history has it up to some moment; days are those of the calendar there."""

    received_on: dt.date
    kind: str
    category: str | None
    district: str | None
    gender: str
    language: str
    channel: str
    confidentiality: str
    acknowledged_on: dt.date | None = None
    acknowledged_in_time: bool | None = None
    """None while that is open: not done, and not late."""
    outcome_on: dt.date | None = None
    """The first time that somebody told them how it ends."""
    outcome_in_time: bool | None = None
    closed_on: dt.date | None = None
    """While it is closed."""
    close_code: str | None = None
    open_for: int | None = None
    """Business days, while it is not closed."""
    accepted: int = 0
    refused: int = 0
    """Proposals."""
    appealed: int = 0
    reopened: int = 0
    reprisal: bool = False
    satisfaction: str | None = None


class Figure(StrEnum):
    """One number of a report."""

    RECEIVED = "received"
    ACKNOWLEDGED_IN_TIME = "acknowledged_in_time"
    OUTCOME_IN_TIME = "outcome_in_time"
    DAYS_TO_ACKNOWLEDGE = "days_to_acknowledge"
    DAYS_TO_OUTCOME = "days_to_outcome"
    OPEN = "open"
    ACCEPTED = "accepted"
    APPEALED = "appealed"
    REOPENED = "reopened"
    REFERRED = "referred"
    WITHDRAWN_OR_UNREACHABLE = "withdrawn_or_unreachable"
    SATISFIED = "satisfied"
    REPRISALS = "reprisals"


@dataclass(frozen=True, slots=True)
class Count:
    """So many cases."""

    count: int


@dataclass(frozen=True, slots=True)
class Share:
    """So many in a hundred of `base`, as a whole number."""

    percent: int
    base: int


@dataclass(frozen=True, slots=True)
class Days:
    """After how many days half of `base` cases, and nine in ten, had got so far; the cases that
    had not are counted too (Kaplan-Meier). None: fewer than that many ever had."""

    half: int | None
    nine_tenths: int | None
    base: int
    still_open: int | None
    """None where it is too few to be told."""


Value = Count | Share | Days


class Kind(StrEnum):
    """What a table is about."""

    BY_AGE = "by_age"
    BY_KIND = "by_kind"
    BY_CATEGORY = "by_category"
    BY_DISTRICT = "by_district"
    BY_GENDER = "by_gender"
    BY_LANGUAGE = "by_language"
    BY_CHANNEL = "by_channel"
    BY_CONFIDENTIALITY = "by_confidentiality"
    BY_OUTCOME = "by_outcome"


@dataclass(frozen=True, slots=True)
class Report:
    """One period, protected. A figure that is None is hidden; a table that is missing cannot be
    shown without telling of somebody."""

    period: Period
    as_of: dt.datetime
    """The end of the period: nothing that happened later changes it."""
    figures: Mapping[Figure, Value | None]
    tables: Mapping[Kind, ProtectedTable]
