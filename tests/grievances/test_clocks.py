"""The clocks of a case, against days counted by hand and against a plain reckoning."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grievances.clocks import Mark, Moment, Reckoning, reckon
from grievances.values import CALL_WISH, CaseKind, Category
from programmes import routing
from programmes.calendar import Calendar
from programmes.clocks import DEFAULT_CLOCKS, Step

LIMA = ZoneInfo("America/Lima")
PERU = Calendar("America/Lima")
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


def test_rules_know_the_kinds_and_categories_that_cases_have() -> None:
    assert set(routing.CATEGORIES) == set(Category)
    assert {*CaseKind, CALL_WISH, "voice_message"} == set(routing.KINDS)


def lima(month: int, day: int, hour: int = 10, minute: int = 0) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, minute, tzinfo=LIMA)


Told = tuple[dt.datetime, Mark] | tuple[dt.datetime, Mark, int]


def told(*moments: Told) -> Reckoning:
    """The reckoning at the last moment, which moves nothing by itself."""
    *before, (now, *_) = moments
    return reckon([Moment(*each) for each in before], clocks=DEFAULT_CLOCKS, calendar=PERU, now=now)


def due(reckoning: Reckoning, step: Step) -> dt.datetime | None:
    found = reckoning.running(step)
    assert found is not None
    return found.due_at


def end_of(month: int, day: int) -> dt.datetime:
    return lima(month, day, 0) + DAY


def test_two_business_days_over_the_feast_of_july() -> None:
    at = told((lima(7, 27), Mark.RECEIVED, 1), (lima(7, 31, 23, 59), Mark.SEVERITY))
    assert due(at, Step.ACKNOWLEDGE) == end_of(7, 31)
    assert at.late == (), "28 and 29 July are holidays, the 31st is the second day"
    assert [each.step for each in told(
        (lima(7, 27), Mark.RECEIVED, 1), (end_of(7, 31), Mark.SEVERITY)
    ).late] == [Step.ACKNOWLEDGE]  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "acknowledge", "triage", "resolution"),
    [
        (1, end_of(11, 25), end_of(11, 30), end_of(12, 16)),
        (3, end_of(11, 25), end_of(11, 26), dt.datetime(2027, 1, 9, tzinfo=LIMA)),
        (5, end_of(11, 23), lima(11, 24), dt.datetime(2027, 1, 9, tzinfo=LIMA)),
    ],
)
def test_the_defaults_by_severity(
    severity: int, acknowledge: dt.datetime, triage: dt.datetime, resolution: dt.datetime
) -> None:
    # Monday 23 November; 8, 9 and 25 December and 1 January are holidays.
    at = told((lima(11, 23), Mark.RECEIVED, severity), (lima(11, 23, 11), Mark.SEVERITY))
    assert due(at, Step.ACKNOWLEDGE) == acknowledge
    assert due(at, Step.TRIAGE) == triage
    assert due(at, Step.RESOLUTION) == resolution
    assert (at.running(Step.ALERT) is not None) is (severity > 3)
    assert at.next is not None
    assert at.next.step is Step.ACKNOWLEDGE


def test_the_same_day_is_the_next_one_that_is_worked() -> None:
    sunday = told((lima(12, 6), Mark.RECEIVED, 4), (lima(12, 6, 11), Mark.SEVERITY))
    assert due(sunday, Step.ACKNOWLEDGE) == end_of(12, 7)
    # Two staffed hours from Sunday are Monday at ten.
    assert due(sunday, Step.ALERT) == lima(12, 7, 10)


def test_it_waits_for_them_and_for_nobody_else() -> None:
    history: list[Told] = [
        (lima(11, 23), Mark.RECEIVED, 1),
        (lima(11, 23, 12), Mark.TRIAGED),
        (lima(11, 24, 9), Mark.PAUSED),
    ]
    waits = told(*history, (lima(12, 20), Mark.SEVERITY))
    assert waits.is_paused
    assert waits.next is None
    assert all(each.is_paused for each in waits.clocks if each.is_running)
    # The 25th, 26th and 27th begin while it waits.
    on = told(*history, (lima(11, 27, 18), Mark.RESUMED), (lima(11, 27, 19), Mark.SEVERITY))
    assert due(on, Step.RESOLUTION) == end_of(12, 21)
    assert (on.age.business_days, on.age.paused_business_days) == (1, 3)
    assert on.age.paused == lima(11, 27, 18) - lima(11, 24, 9)
    assert on.age.elapsed == lima(11, 27, 19) - lima(11, 23)


def test_it_is_put_off_once() -> None:
    history: list[Told] = [(lima(9, 14), Mark.RECEIVED, 1), (lima(9, 20), Mark.EXTENDED)]
    once = told(*history, (lima(9, 21), Mark.SEVERITY))
    twice = told(*history, (lima(9, 21), Mark.EXTENDED), (lima(9, 22), Mark.SEVERITY))
    # 15 business days to 5 October, 15 more with the 8th free.
    assert due(once, Step.RESOLUTION) == due(twice, Step.RESOLUTION) == end_of(10, 27)


def test_progress_is_told_again_and_again_until_it_is_closed() -> None:
    history: list[Told] = [(lima(9, 1), Mark.RECEIVED, 1), (lima(9, 3), Mark.TOLD)]
    assert due(told(*history, (lima(9, 4), Mark.SEVERITY)), Step.PROGRESS) == end_of(9, 17)
    history += [(lima(9, 10), Mark.PROPOSED), (lima(9, 11), Mark.WORKING)]
    again = told(*history, (lima(9, 12), Mark.SEVERITY))
    assert due(again, Step.PROGRESS) == end_of(9, 25)
    assert due(again, Step.RESOLUTION) == end_of(9, 22), "as from the beginning"
    closed = told(*history, (lima(9, 15), Mark.CLOSED), (lima(12, 1), Mark.SEVERITY))
    assert [each.step for each in closed.ours] == [Step.CHECK_BACK]
    assert [each.step for each in closed.late] == [Step.CHECK_BACK], "windows are theirs"
    assert due(closed, Step.APPEAL) == end_of(10, 15)


def test_an_appeal_has_a_clock_of_its_own() -> None:
    at = told(
        (lima(9, 1), Mark.RECEIVED, 5),
        (lima(9, 10), Mark.CLOSED),
        (lima(9, 14), Mark.APPEALED),
        (lima(9, 15), Mark.SEVERITY),
    )
    assert {each.step for each in at.ours} == {Step.APPEAL_DECISION, Step.PROGRESS}
    assert due(at, Step.APPEAL_DECISION) == end_of(9, 28)


def test_what_is_refused_in_an_appeal_waits_for_its_decision_again() -> None:
    at = told(
        (lima(9, 1), Mark.RECEIVED, 5),
        (lima(9, 10), Mark.CLOSED),
        (lima(9, 14), Mark.APPEALED),
        (lima(9, 16), Mark.PROPOSED),
        (lima(9, 17), Mark.WORKING),
        (lima(9, 18), Mark.SEVERITY),
    )
    assert {each.step for each in at.ours} == {Step.APPEAL_DECISION, Step.PROGRESS}
    assert due(at, Step.APPEAL_DECISION) == end_of(9, 28), "as from the appeal"


PAUSES = st.lists(st.integers(0, 60 * 24 * 40), unique=True, max_size=6).map(sorted)


@given(st.integers(0, 300 * 24 * 60), PAUSES, st.sampled_from([1, 2, 5]))
def test_pauses_against_a_plain_reckoning(start: int, minutes: list[int], severity: int) -> None:
    received = dt.datetime(2026, 1, 2, tzinfo=LIMA) + dt.timedelta(minutes=start)
    edges = [received + dt.timedelta(minutes=each) for each in minutes]
    marks = [(at, (Mark.PAUSED, Mark.RESUMED)[n % 2]) for n, at in enumerate(edges)]
    now = received + 80 * DAY
    found = told((received, Mark.RECEIVED, severity), *marks, (now, Mark.SEVERITY))
    spans = [*pairwise(edges)][::2] + ([(edges[-1], now + 900 * DAY)] if len(edges) % 2 else [])

    def waits(moment: dt.datetime) -> bool:
        return any(since <= moment < until for since, until in spans)

    left, day = (15 if severity == 1 else 30), received.replace(hour=0, minute=0)
    expected: dt.datetime | None = None
    for _ in range(200):
        day += DAY
        left -= PERU.is_business_day(day.date()) and not waits(day)
        if left == 0:
            expected = day + DAY
            break
    assert due(found, Step.RESOLUTION) == expected
    if severity == 5:
        counted, minute = 0, received
        while counted < 24 * 60 and minute < now:
            counted += not waits(minute)
            minute += dt.timedelta(minutes=1)
        assert due(found, Step.TRIAGE) == (minute if minute < now else None)
