"""Indicators against an independent count, and what of them may be shown."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from disclosure.values import RULE, Shown
from measures.indicators import Kind, report
from measures.values import BegunBy, Engagement, Gender, NotAPeriod, Period, Tool, tools_of

MONTH = Period(2026, 11)


def engagement(
    who: str | None,
    day: int = 2,
    *,
    tools: tuple[Tool, ...] = (Tool.LIBRARY,),
    gender: Gender = Gender.WOMAN,
    channel: str = "voice",
    begun_by: BegunBy = BegunBy.HER,
) -> Engagement:
    return Engagement(
        dt.date(2026, 11, day), channel, begun_by, "quy", gender, frozenset(tools), who
    )


def many(count: int, seed: int = 1) -> list[Engagement]:
    dice = Random(seed)
    genders = {n: dice.choice(list(Gender)) for n in range(count)}
    return [
        engagement(
            f"p{n}",
            dice.randint(1, 30),
            tools=tuple(dice.sample(list(Tool), dice.randint(1, 2))),
            gender=genders[n],
            channel=dice.choice(("voice", "sms")),
            begun_by=dice.choice(list(BegunBy)),
        )
        for n in range(count)
        for _ in range(dice.randint(1, 3))
    ]


def test_shown_counts_are_those_of_the_log() -> None:
    log = many(400)
    found = report(log, MONTH)
    days: dict[str | None, set[dt.date]] = defaultdict(set)
    tools: dict[str | None, set[Tool]] = defaultdict(set)
    gender: dict[str | None, Gender] = {}
    for each in log:
        days[each.participant].add(each.day)
        tools[each.participant] |= each.tools
        if each.gender is not Gender.REST:
            gender[each.participant] = each.gender
    assert found.people == len(days) == 400
    assert found.engagements == len(log)
    by_gender = Counter(
        (gender.get(who, Gender.REST).value, "returned" if len(seen) > 1 else "once")
        for who, seen in days.items()
    )
    by_tools = Counter(
        (str(min(len(tools[who]), 3)), "returned" if len(seen) > 1 else "once")
        for who, seen in days.items()
    )
    for kind, counts in ((Kind.PEOPLE_BY_GENDER, by_gender), (Kind.PEOPLE_BY_TOOLS, by_tools)):
        table = found.tables[kind]
        for row, cells in zip(table.rows, table.cells, strict=False):
            for column, cell in zip(table.columns, cells, strict=False):
                assert isinstance(cell, Shown)
                assert cell.count == counts[row, column]
    women = sum(each is Gender.WOMAN for each in gender.values())
    assert found.women is not None
    assert found.women.low == 100 * women // 400
    assert found.women.high >= 100 * (women + 400 - len(gender)) / 400


def test_nobody_unknown_is_in_a_count_of_people() -> None:
    found = report([engagement(None) for _ in range(50)], MONTH)
    assert found.engagements == 50
    assert found.people == 0
    assert Kind.PEOPLE_BY_GENDER not in found.tables


@given(st.integers(0, 60), st.integers(0, 50))
def test_no_small_count_is_shown(count: int, seed: int) -> None:
    found = report(many(count, seed), MONTH)
    for number in (found.people, found.engagements):
        assert number is None or not RULE.is_small(number)
    for table in found.tables.values():
        shown = [cell for row in table.cells for cell in row if isinstance(cell, Shown)]
        assert not [cell for cell in shown if RULE.is_small(cell.count)]


def test_a_year_tells_of_people_alone_and_of_how_long_they_have_known_us() -> None:
    found = report(many(400), Period(2026))
    assert set(found.tables) == {
        Kind.PEOPLE_BY_GENDER,
        Kind.PEOPLE_BY_TOOLS,
        Kind.PEOPLE_BY_EXPOSURE,
    }
    assert found.engagements is None
    table = found.tables[Kind.PEOPLE_BY_EXPOSURE]
    assert dict(zip(table.rows, (row[-1] for row in table.cells), strict=False)).keys() == {
        *("90", "30", "0")
    }


def test_a_menu_alone_is_no_tool() -> None:
    assert tools_of(["hello", "practice", "welcome", "menu", "library"]) == frozenset()
    assert tools_of(["menu", "library", "message", "survey"]) == {Tool.LIBRARY, Tool.SURVEY}


@pytest.mark.parametrize("text", ["2026-13", "2026-1", "26", "", "2026-11-01", "x"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(NotAPeriod):
        Period.parse(text)


def test_a_period_ends_with_its_last_day() -> None:
    assert Period.parse("2026-02").last == dt.date(2026, 2, 28)
    assert not Period.parse("2026").has_ended(dt.date(2026, 12, 31))
    assert Period.parse("2026-11").has_ended(dt.date(2026, 12, 1))
