"""The calendar: business days and calling hours, against days that can be looked up."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programmes.calendar import Calendar, Hours, NeverOpen

LIMA = ZoneInfo("America/Lima")
PERU = Calendar("America/Lima")


def lima(*when: int) -> dt.datetime:
    return dt.datetime(*when, tzinfo=LIMA)  # type: ignore[arg-type, misc]


def test_the_example_of_july() -> None:
    # 28 and 29 July are holidays, 30 and 31 are counted (DOMAIN R8).
    assert PERU.after_business_days(dt.date(2026, 7, 27), 2) == dt.date(2026, 7, 31)


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        (lima(2026, 11, 23, 8, 0), True),
        (lima(2026, 11, 23, 7, 59), False),
        (lima(2026, 11, 23, 19, 59), True),
        (lima(2026, 11, 23, 20, 0), False),
        (lima(2026, 11, 28, 12, 59), True),
        (lima(2026, 11, 28, 13, 0), False),
        (lima(2026, 11, 29, 10, 0), False),
        (lima(2026, 12, 8, 10, 0), False),
    ],
)
def test_hours(moment: dt.datetime, is_open: bool) -> None:
    assert PERU.is_open(moment) is is_open


def test_it_opens_after_a_holiday_and_a_sunday() -> None:
    # Saturday afternoon, Sunday, then Monday 7 December; Tuesday the 8th is a holiday.
    assert PERU.next_open(lima(2026, 12, 5, 14)) == lima(2026, 12, 7, 8)
    assert PERU.next_open(lima(2026, 12, 7, 21)) == lima(2026, 12, 10, 8)


def test_a_blocked_day_is_nobodys() -> None:
    feast = Calendar("America/Lima", blocked=frozenset({dt.date(2026, 11, 23)}))
    assert not feast.is_open(lima(2026, 11, 23, 10))
    assert not feast.is_business_day(dt.date(2026, 11, 23))


def test_a_calendar_without_hours_says_so() -> None:
    with pytest.raises(NeverOpen):
        Calendar("America/Lima", hours={}).next_open(lima(2026, 11, 23, 10))


@given(st.integers(0, 2 * 365 * 24 * 60))
def test_what_opens_next_is_open_and_not_before(minutes: int) -> None:
    moment = dt.datetime(2026, 1, 1, tzinfo=dt.UTC) + dt.timedelta(minutes=minutes)
    opens = PERU.next_open(moment)
    assert opens >= moment
    assert PERU.is_open(opens)
    assert not any(
        PERU.is_open(moment + (opens - moment) * part / 7) for part in range(7) if opens > moment
    )


@given(st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 1)), st.integers(0, 40))
def test_business_days_against_a_plain_count(day: dt.date, count: int) -> None:
    found = PERU.after_business_days(day, count)
    between = [day + dt.timedelta(days=n) for n in range(1, (found - day).days + 1)]
    assert sum(PERU.is_business_day(each) for each in between) == count


HOLIDAYS_2026 = {
    (1, 1), (4, 2), (4, 3), (5, 1), (6, 7), (6, 29), (7, 23), (7, 28), (7, 29),
    (8, 6), (8, 30), (10, 8), (11, 1), (12, 8), (12, 9), (12, 25),
}  # fmt: skip
"""As they were announced for the year (DOMAIN 2.5)."""
FEASTS = {(2, 2), (9, 14)}
"""Of a community: the programme's own."""
WORKED = [
    day
    for day in (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365))
    if day.weekday() < 5 and (day.month, day.day) not in HOLIDAYS_2026 | FEASTS
]


@given(st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), st.integers(1, 40), st.randoms())
def test_a_year_against_a_list_of_the_days_worked(day: dt.date, count: int, random: Random) -> None:
    feasts = frozenset(dt.date(2026, month, each) for month, each in FEASTS)
    calendar = Calendar("America/Lima", blocked=feasts)
    place = bisect_right(WORKED, day) + count - 1
    if place < len(WORKED):
        assert calendar.after_business_days(day, count) == WORKED[place]
    other = dt.date(2026, 1, 1) + dt.timedelta(days=random.randrange(365))
    between = bisect_right(WORKED, other) - bisect_right(WORKED, day)
    assert calendar.business_days_between(day, other) == max(between, 0)


def test_hours_that_are_staffed() -> None:
    saturday = lima(2026, 12, 5, 12)
    # One hour on Saturday, one on Monday morning; Tuesday is a holiday, and Wednesday too.
    assert PERU.after_open_hours(saturday, dt.timedelta(hours=2)) == lima(2026, 12, 7, 9)
    assert PERU.open_hours_between(saturday, lima(2026, 12, 7, 9)) == dt.timedelta(hours=2)
    assert PERU.after_open_hours(lima(2026, 12, 7, 19), dt.timedelta(hours=2)) == lima(
        2026, 12, 10, 9
    )


def test_hours_of_another_country() -> None:
    mine = Calendar("Africa/Johannesburg", "ZA", {0: Hours(dt.time(9), dt.time(10))})
    assert mine.is_open(dt.datetime(2026, 11, 23, 7, 30, tzinfo=dt.UTC))
