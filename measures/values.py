"""What an engagement is, and the indicators that are computed from it (DOMAIN 7)."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

DEFINITIONS = 1
"""The version of what follows; a report says by which it was made."""


class Tool(StrEnum):
    """What somebody came to."""

    LIBRARY = "library"
    SUPPORT = "support"
    SURVEY = "survey"
    NEWS = "news"


class BegunBy(StrEnum):
    """Whose idea it was. A call back that she asked for is hers."""

    HER = "her"
    US = "us"


_TOOLS = {
    "message": Tool.LIBRARY,
    "support": Tool.SUPPORT,
    "told_kind": Tool.SUPPORT,
    "statement": Tool.SUPPORT,
    "speak": Tool.SUPPORT,
    "person": Tool.SUPPORT,
    "my_case": Tool.SUPPORT,
    "code": Tool.SUPPORT,
    "case": Tool.SUPPORT,
    "deliver_answer": Tool.SUPPORT,
    "survey": Tool.SURVEY,
    "news": Tool.NEWS,
}
"""By script. Choosing a language or looking at a menu is nothing that one came for."""

OURS = frozenset({"deliver_answer", "broadcast", "news"})
"""What a call of ours starts with that nobody asked for."""


def tools_of(scripts: Iterable[str]) -> frozenset[Tool]:
    """The tools that a conversation came to, by the scripts it went through."""
    return frozenset(_TOOLS[script] for script in scripts if script in _TOOLS)


class Gender(StrEnum):
    """What is counted of what people say of themselves."""

    WOMAN = "woman"
    MAN = "man"
    REST = "unknown"
    """Another answer, none, or never asked: few give another, and nobody is guessed."""


@dataclass(frozen=True, slots=True)
class Engagement:
    """One conversation that is over. `participant` is None where nothing is kept of her."""

    day: dt.date
    channel: str
    begun_by: BegunBy
    language: str
    gender: Gender
    tools: frozenset[Tool]
    participant: str | None


class NotAPeriod(ValueError):
    """No month (`2026-11`) and no year (`2026`)."""


@dataclass(frozen=True, slots=True)
class Period:
    """A month or a year of the calendar: what is reported, so that no two reports of one kind
    overlap and nothing can be subtracted."""

    year: int
    month: int | None = None

    @classmethod
    def parse(cls, text: str) -> Period:
        """`2026-11` or `2026`. Raises NotAPeriod."""
        found = re.fullmatch(r"(2\d{3})(?:-(0[1-9]|1[0-2]))?", text)
        if found is None:
            raise NotAPeriod(text)
        return cls(int(found[1]), int(found[2]) if found[2] else None)

    def __str__(self) -> str:
        return f"{self.year}" if self.month is None else f"{self.year}-{self.month:02}"

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.month or 1, 1)

    @property
    def last(self) -> dt.date:
        month = self.month or 12
        return dt.date(self.year, month, calendar.monthrange(self.year, month)[1])

    def has_ended(self, today: dt.date) -> bool:
        return today > self.last
