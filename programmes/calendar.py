"""A programme's calendar: business days, and the hours in which people may be called.

Times of day are local to the programme; moments are aware. Holidays are the country's (`holidays`)
and the programme's own blocked days. Defaults and their reasons: Monday to Friday 8 to 20, Saturday
9 to 13, never on Sundays and holidays (DOMAIN 2.2).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from zoneinfo import ZoneInfo

from holidays import country_holidays, list_supported_countries

LONGEST_SEARCH = 60
"""Days in which a calendar must open once, or it is no calendar."""


class NeverOpen(Exception):
    """No hour within sixty days: whatever waits for one would wait for ever."""


@dataclass(frozen=True, slots=True)
class Hours:
    """From `opens` until just before `closes`, local time of the same day."""

    opens: dt.time
    closes: dt.time


_WEEKDAY = Hours(dt.time(8), dt.time(20))
DEFAULT_HOURS: Mapping[int, Hours] = MappingProxyType(
    {**dict.fromkeys(range(5), _WEEKDAY), 5: Hours(dt.time(9), dt.time(13))}
)
"""By weekday, Monday 0."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """When a programme calls and works. `country` is ISO 3166-1, two letters."""

    time_zone: str
    country: str = "PE"
    hours: Mapping[int, Hours] = field(default_factory=lambda: DEFAULT_HOURS)
    blocked: frozenset[dt.date] = frozenset()

    def is_holiday(self, day: dt.date) -> bool:
        """Whether the country or the programme keeps this day free."""
        return day in self.blocked or day in _holidays(self.country, day.year)

    def is_business_day(self, day: dt.date) -> bool:
        """Monday to Friday, and no holiday."""
        return day.weekday() < 5 and not self.is_holiday(day)

    def after_business_days(self, day: dt.date, count: int) -> dt.date:
        """The business day that is `count` business days after `day` (DOMAIN R8)."""
        for _ in range(count):
            day += dt.timedelta(days=1)
            while not self.is_business_day(day):
                day += dt.timedelta(days=1)
        return day

    def business_days_between(self, first: dt.date, last: dt.date) -> int:
        """The business days after `first`, up to and with `last`; 0 where `last` is not later."""
        days = (last - first).days
        return sum(self.is_business_day(first + dt.timedelta(days=n)) for n in range(1, days + 1))

    def is_open(self, moment: dt.datetime) -> bool:
        """Whether people may be called now."""
        here = moment.astimezone(ZoneInfo(self.time_zone))
        hours = self._hours_of(here.date())
        return hours is not None and hours.opens <= here.time() < hours.closes

    def next_open(self, moment: dt.datetime) -> dt.datetime:
        """`moment` if it is open, else when it opens next, in UTC. Raises NeverOpen."""
        if self.is_open(moment):
            return moment
        zone = ZoneInfo(self.time_zone)
        here = moment.astimezone(zone)
        for days in range(LONGEST_SEARCH):
            day = here.date() + dt.timedelta(days=days)
            hours = self._hours_of(day)
            if hours is None:
                continue
            opens = dt.datetime.combine(day, hours.opens, tzinfo=zone)
            if opens > here:
                return opens.astimezone(dt.UTC)
        raise NeverOpen(self.time_zone)

    def here(self, moment: dt.datetime) -> dt.datetime:
        """A moment by the clock of the programme's people."""
        return moment.astimezone(ZoneInfo(self.time_zone))

    def tomorrow(self, moment: dt.datetime) -> dt.datetime:
        """The beginning of the next day there, in UTC."""
        return self.begins(self.here(moment).date() + dt.timedelta(days=1))

    def begins(self, day: dt.date) -> dt.datetime:
        """The first moment of a day there, in UTC."""
        midnight = dt.datetime.combine(day, dt.time(), tzinfo=ZoneInfo(self.time_zone))
        return midnight.astimezone(dt.UTC)

    def closes(self, moment: dt.datetime) -> dt.datetime:
        """When the hours that `moment` lies in end, in UTC; `moment` itself where it is closed."""
        zone = ZoneInfo(self.time_zone)
        here = moment.astimezone(zone)
        hours = self._hours_of(here.date())
        if hours is None or not self.is_open(moment):
            return moment
        return dt.datetime.combine(here.date(), hours.closes, tzinfo=zone).astimezone(dt.UTC)

    def after_open_hours(self, moment: dt.datetime, length: dt.timedelta) -> dt.datetime:
        """When it has been open for `length` since `moment`, in UTC. Raises NeverOpen."""
        while True:
            opens = self.next_open(moment)
            closes = self.closes(opens)
            if length <= closes - opens:
                return (opens + length).astimezone(dt.UTC)
            length -= closes - opens
            moment = closes

    def open_hours_between(self, since: dt.datetime, until: dt.datetime) -> dt.timedelta:
        """How long it is open between two moments. Raises NeverOpen."""
        length = dt.timedelta()
        while since < until:
            opens = self.next_open(since)
            closes = self.closes(opens)
            length += max(min(closes, until) - opens, dt.timedelta())
            since = closes
        return length

    def next_open_within(self, moment: dt.datetime, hours: Hours | None) -> dt.datetime:
        """As `next_open`, and within `hours` of that day where they are given. Raises NeverOpen."""
        if hours is None:
            return self.next_open(moment)
        zone = ZoneInfo(self.time_zone)
        for _ in range(LONGEST_SEARCH):
            opens = self.next_open(moment).astimezone(zone)
            begins = dt.datetime.combine(opens.date(), hours.opens, tzinfo=zone)
            at = max(opens, begins)
            if at.time() < hours.closes and self.is_open(at):
                return at.astimezone(dt.UTC)
            tomorrow = opens.date() + dt.timedelta(days=1)
            moment = dt.datetime.combine(tomorrow, dt.time(), tzinfo=zone)
        raise NeverOpen(self.time_zone)

    def _hours_of(self, day: dt.date) -> Hours | None:
        return None if self.is_holiday(day) else self.hours.get(day.weekday())


def countries() -> frozenset[str]:
    """The countries whose holidays are known."""
    return frozenset(list_supported_countries())


@lru_cache(maxsize=64)
def _holidays(country: str, year: int) -> frozenset[dt.date]:
    return frozenset(country_holidays(country, years=year))
