"""The clocks of a case counted plainly, from a diary of what happened: day by day, hour by hour.

It shares nothing with `grievances.clocks`, `grievances.timekeeping` or `programmes.calendar`: the
lengths are those of DOMAIN 1.4, the holidays those that Peru announces, both typed in once more.
Moments are full hours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

LIMA = dt.timezone(dt.timedelta(hours=-5))
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)
FIXED = {
    (1, 1), (5, 1), (6, 7), (6, 29), (7, 23), (7, 28), (7, 29), (8, 6), (8, 30), (10, 8), (11, 1),
    (12, 8), (12, 9), (12, 25),
}  # fmt: skip

LENGTHS = {
    "acknowledge": ("2 bd", "2 bd", "0 bd"),
    "alert": ("", "", "2 staffed"),
    "triage": ("5 bd", "3 bd", "24 hours"),
    "interim": ("", "", "48 hours"),
    "progress": ("10 bd", "10 bd", "5 bd"),
    "resolution": ("15 bd", "30 bd", "30 bd"),
    "appeal_decision": ("20 bd", "20 bd", "10 bd"),
    "appeal": ("30 days", "30 days", "30 days"),
    "reopen": ("30 days", "30 days", "30 days"),
    "check_back": ("30 days", "30 days", "14 days"),
}
"""For severity 1, 2 and 3, 4 and 5; nothing where there is no such clock."""
EXTENSION = 15
FIRST = ("acknowledge", "alert", "triage", "interim", "progress", "resolution")
NO_OUTCOME = ("withdrawn", "unreachable", "duplicate")


@dataclass(frozen=True)
class Entry:
    """One line of the diary: a step from one state to another, or something beside."""

    at: dt.datetime
    origin: str = ""
    to: str = ""
    code: str | None = None
    told: bool = False
    severity: int | None = None
    extended: bool = False


@dataclass
class Plain:
    """Which clocks run, since when, and when the case waited for them."""

    since: dict[str, dt.datetime] = field(default_factory=dict)
    pauses: list[tuple[dt.datetime, dt.datetime | None]] = field(default_factory=list)
    severity: int = 3
    received: dt.datetime | None = None
    closed: dt.datetime | None = None
    decides: tuple[str, dt.datetime] | None = None
    """The clock that a proposal ends, and since when it runs: it goes on where that is refused."""
    extended: set[dt.datetime] = field(default_factory=set)

    def due(self) -> dict[str, dt.datetime | None]:
        """When each clock that runs is due; None where it waits for them first."""
        column = {1: 0, 2: 1, 3: 1, 4: 2, 5: 2}[self.severity]
        return {
            name: self._ends(name, since, LENGTHS[name][column])
            for name, since in self.since.items()
            if LENGTHS[name][column]
        }

    def days(self, now: dt.datetime) -> tuple[int, int]:
        """Business days so far, those that did not count as it waited for them apart."""
        assert self.received is not None
        first, last = _here(self.received).date(), _here(self.closed or now).date()
        worked = [first + DAY * n for n in range(1, (last - first).days + 1)]
        waits = [self._waits(_begins(day)) for day in worked if is_worked(day)]
        return waits.count(False), waits.count(True)

    def _waits(self, moment: dt.datetime) -> bool:
        return any(a <= moment and (b is None or moment < b) for a, b in self.pauses)

    def _for_ever(self, moment: dt.datetime) -> bool:
        return any(a <= moment and b is None for a, b in self.pauses)

    def _ends(self, name: str, since: dt.datetime, length: str) -> dt.datetime | None:
        amount, _, unit = length.partition(" ")
        if unit in ("bd", "days"):
            parts = [int(amount)]
            if name == "resolution" and since in self.extended:
                parts.append(EXTENSION)
            return self._after_days(since, parts, is_business=unit == "bd")
        left = int(amount)
        while left:
            if self._for_ever(since):
                return None
            left -= not self._waits(since) and (unit == "hours" or is_staffed(since))
            since += HOUR
        return since

    def _after_days(
        self, since: dt.datetime, parts: list[int], *, is_business: bool
    ) -> dt.datetime | None:
        day = _here(since).date()
        for each in parts:
            left = each
            if left == 0 and is_worked(day):
                break
            left = left or 1
            while left:
                day += DAY
                if self._for_ever(_begins(day)):
                    return None
                counts = is_worked(day) if is_business else True
                left -= counts and not self._waits(_begins(day))
        return _begins(day + DAY)

    def _starts(self, at: dt.datetime, *names: str) -> None:
        self.since |= dict.fromkeys(names, at)

    def _stops(self, *names: str) -> None:
        for name in names:
            self.since.pop(name, None)

    def reads(self, e: Entry) -> None:
        self.severity = e.severity or self.severity
        if e.extended and "resolution" in self.since:
            self.extended.add(self.since["resolution"])
        if e.origin == "needs_information":
            self.pauses[-1] = (self.pauses[-1][0], e.at)
        is_again = e.origin in ("resolution_proposed", "implementing")
        if e.to == "received":
            self.received = e.at
            self._starts(e.at, *FIRST)
            self.decides = ("resolution", e.at)
        elif e.to == "needs_information":
            self.pauses.append((e.at, None))
        elif e.to == "triaged" or (e.to == "investigating" and not is_again):
            self._stops("triage")
        elif e.to == "investigating":
            self._starts(e.at, "progress")
            assert self.decides is not None
            self.since |= dict([self.decides])
        elif e.to == "resolution_proposed":
            self._stops(*FIRST, "appeal_decision")
            self._starts(e.at, "progress")
        elif e.to == "resolved":
            self._stops(*FIRST, "appeal_decision")
            self._starts(e.at, "progress", "appeal", "reopen")
        elif e.to == "closed":
            self._stops(*FIRST, "appeal_decision", "reopen")
            self.closed = e.at
            self._starts(e.at, "reopen")
            if e.code not in NO_OUTCOME:
                self.since.setdefault("appeal", e.at)
                self._starts(e.at, "check_back")
        elif e.to in ("reopened", "appealed"):
            self._stops("appeal", "reopen", "check_back")
            self.closed = None
            name = "resolution" if e.to == "reopened" else "appeal_decision"
            self.extended.discard(e.at)  # another one, though it may begin in the same hour
            self._starts(e.at, name, "progress")
            self.decides = (name, e.at)
        if e.told or e.to in ("acknowledged", "triaged", "needs_information", "investigating"):
            self._stops("acknowledge", "alert")
        if e.told and self.closed is None:
            self._starts(e.at, "progress")


def read(diary: Iterable[Entry]) -> Plain:
    """The clocks after all that the diary says."""
    plain = Plain()
    for entry in diary:
        plain.reads(entry)
    return plain


def is_worked(day: dt.date) -> bool:
    return day.weekday() < 5 and not _is_free(day)


def is_staffed(moment: dt.datetime) -> bool:
    """Monday to Friday from 8 to 20, Saturday from 9 to 13, and on no holiday."""
    here = _here(moment)
    opens, closes = {5: (9, 13), 6: (0, 0)}.get(here.weekday(), (8, 20))
    return opens <= here.hour < closes and not _is_free(here.date())


def _is_free(day: dt.date) -> bool:
    return (day.month, day.day) in FIXED or day in _holy_days(day.year)


def _holy_days(year: int) -> Iterator[dt.date]:
    """Thursday and Friday before Easter, which is reckoned after Gauss."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    easter = dt.date(year, month, day + 1)
    yield from (easter - 3 * DAY, easter - 2 * DAY)


def _here(moment: dt.datetime) -> dt.datetime:
    return moment.astimezone(LIMA)


def _begins(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=LIMA)
