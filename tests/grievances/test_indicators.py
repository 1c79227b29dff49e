"""How cases are counted: worked by hand, against scipy's estimator, and as anybody sees it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from scipy import stats

from disclosure.values import Shown, Suppressed
from grievances import triage
from grievances.indicators.queries import periods, report_of
from grievances.indicators.reckoning import figures_of, report
from grievances.indicators.survival import time_by
from grievances.indicators.values import (
    Count,
    Days,
    Facts,
    Figure,
    Kind,
    NotAPeriod,
    Period,
    Share,
)
from grievances.lifecycle import PERSON, CloseCode, State
from grievances.operations import move
from grievances.values import Category
from staff.values import Role
from storage.database import Database
from storage.services import Services
from tests.grievances.people import PASSWORD, World, add_manager, manager

LIMA = ZoneInfo("America/Lima")
YEAR = Period(2026)
Q3, Q4 = Period(2026, 3), Period(2026, 4)
LAST = dt.date(2026, 12, 31)


def a_case(day: dt.date = dt.date(2026, 10, 5), **given: Any) -> Facts:
    known = {
        "kind": "grievance",
        "category": "water",
        "district": "la-oroya",
        "gender": "woman",
        "language": "es",
        "channel": "voice",
        "confidentiality": "confidential",
        "open_for": None if given.get("closed_on") else 10,
    }
    return Facts(received_on=day, **(known | given))


# Time --------------------------------------------------------------------------------------------


def test_the_still_open_are_counted() -> None:
    # Two done on the 2nd day and the 5th, two looked at last on the 3rd and the 6th:
    # 1 → 3/4 → (one leaves) → 3/4 · 1/2 = 3/8 of them are left after the 5th.
    durations = [(2, True), (3, False), (5, True), (6, False)]
    assert time_by(durations, 0.25) == 2
    assert time_by(durations, 0.5) == 5
    assert time_by(durations, 0.9) is None


def test_it_is_the_estimate_of_kaplan_and_meier() -> None:
    dice = random.Random(7)
    for _ in range(60):
        durations = [(dice.randrange(1, 40), dice.random() < 0.6) for _ in range(50)]
        sample: Any = stats.CensoredData(
            uncensored=[days for days, done in durations if done],
            right=[days for days, done in durations if not done],
        )
        reached = stats.ecdf(sample).cdf
        for share in (0.25, 0.5, 0.9):
            there = [
                int(days)
                for days, part in zip(reached.quantiles, reached.probabilities, strict=True)
                if part >= share - 1e-9
            ]
            assert time_by(durations, share) == (there[0] if there else None)


@pytest.mark.parametrize("text", ["2026-Q5", "2026-11", "Q4", "26", ""])
def test_a_period_is_a_quarter_or_a_year(text: str) -> None:
    with pytest.raises(NotAPeriod):
        Period.parse(text)


def test_a_quarter_begins_and_ends_there() -> None:
    assert Period.parse("2026-Q4") == Q4
    assert Q4.begins(LIMA) == dt.datetime(2026, 10, 1, 5, tzinfo=dt.UTC)
    assert Q4.ends(LIMA) == YEAR.ends(LIMA) == dt.datetime(2027, 1, 1, 5, tzinfo=dt.UTC)
    assert Period.of(dt.date(2026, 9, 30)) == Q3


# Figures -----------------------------------------------------------------------------------------


def test_figures_of_a_quarter_worked_by_hand() -> None:
    quick = a_case(
        acknowledged_on=dt.date(2026, 10, 6),
        acknowledged_in_time=True,
        outcome_on=dt.date(2026, 10, 15),
        outcome_in_time=True,
        closed_on=dt.date(2026, 10, 16),
        close_code=CloseCode.RESOLVED_ACCEPTED,
        accepted=1,
        satisfaction="satisfied",
    )
    slow = a_case(
        acknowledged_on=dt.date(2026, 10, 25),
        acknowledged_in_time=False,
        refused=1,
        satisfaction="unsatisfied",
    )
    old = a_case(dt.date(2026, 9, 1), acknowledged_in_time=False)
    found = figures_of([quick] * 30 + [slow] * 10 + [old] * 7, Q4, LAST)
    assert found[Figure.RECEIVED] == Count(40)
    assert found[Figure.OPEN] == Count(17)  # the seven of the quarter before too
    assert found[Figure.ACKNOWLEDGED_IN_TIME] == Share(75, 40)
    assert found[Figure.OUTCOME_IN_TIME] == Share(100, 30)
    assert found[Figure.ACCEPTED] == Share(75, 40)
    assert found[Figure.SATISFIED] == Share(75, 40)
    assert found[Figure.DAYS_TO_ACKNOWLEDGE] == Days(1, 20, 40, 0)
    assert found[Figure.DAYS_TO_OUTCOME] == Days(10, None, 40, 10)
    assert found[Figure.APPEALED] == Count(0)


def test_few_cases_have_no_percentages_and_no_small_counts() -> None:
    found = figures_of([a_case(acknowledged_in_time=True, appealed=1)] * 4, Q4, LAST)
    assert set(found.values()) == {None, Count(0)}
    assert found[Figure.RECEIVED] is None
    assert found[Figure.APPEALED] is None


def test_a_year_tells_nothing_that_one_of_its_quarters_hides() -> None:
    many = [a_case(dt.date(2026, month, 5)) for month in (2, 5, 8) for _ in range(40)]
    few = [a_case(dt.date(2026, 11, 5))] * 3
    facts = {each: [*many, *few] for each in (YEAR, *YEAR.quarters)}
    end = YEAR.ends(LIMA)
    hidden = report(YEAR, as_of=end, end=LAST, facts=facts)
    assert hidden.figures[Figure.RECEIVED] is None
    shown = report(
        YEAR, as_of=end, end=LAST, facts={each: [*facts[each], *few * 9] for each in facts}
    )
    assert shown.figures[Figure.RECEIVED] == Count(150)


def test_small_categories_join_other_and_what_endangers_is_never_named() -> None:
    cases = [
        *[a_case()] * 20,
        *[a_case(category="air_dust")] * 3,
        *[a_case(category="reprisal", gender="man")] * 12,
        *[a_case(category=None, kind="question")] * 9,
    ]
    facts = dict.fromkeys((YEAR, *YEAR.quarters), cases)
    made = report(YEAR, as_of=YEAR.ends(LIMA), end=LAST, facts=facts)
    table = made.tables[Kind.BY_CATEGORY]
    assert table.rows == ("water", "other")
    assert [row[0] for row in table.cells] == [Shown(20, 57), Shown(15, 43), Shown(35, 100)]
    assert Kind.BY_AGE not in made.tables


def test_districts_are_held_to_ten() -> None:
    cases = [a_case()] * 40 + [a_case(district="yauli")] * 7 + [a_case(district="paccha")] * 15
    facts = dict.fromkeys((YEAR, *YEAR.quarters), cases)
    table = report(YEAR, as_of=YEAR.ends(LIMA), end=LAST, facts=facts).tables[Kind.BY_DISTRICT]
    cells = dict(zip(table.rows, (row[0] for row in table.cells), strict=False))
    assert cells["yauli"] == Suppressed()
    assert list(cells.values()).count(Suppressed()) == 2  # or it could be subtracted


# From histories ----------------------------------------------------------------------------------


def at(month: int, day: int) -> dt.datetime:
    return dt.datetime(2026, month, day, 15, tzinfo=dt.UTC)


def test_histories_are_read_as_they_stood(world: World, database: Database) -> None:
    def step(case_id: str, to: State, now: dt.datetime, **given: Any) -> None:
        with database.writing() as connection:
            move(
                connection,
                case_id,
                vault=world.vault,
                to=to,
                actor=given.pop("actor", manager(world)),
                now=now,
                **given,
            )

    for _ in range(30):
        case = world.case(now=at(10, 5))
        step(case, State.ACKNOWLEDGED, at(10, 6))
    for _ in range(6):
        case = world.case(now=at(10, 7))
        with database.writing() as connection:
            triage.classify(
                connection,
                case,
                vault=world.vault,
                actor=manager(world),
                category=Category.WATER,
                severity=2,
                district=None,
                now=at(10, 20),
            )
        step(case, State.ACKNOWLEDGED, at(10, 20))
        step(case, State.CLOSED, at(10, 22), actor=PERSON, code=CloseCode.WITHDRAWN)
    with database.reading() as connection:
        assert periods(connection, "junin", now=at(12, 31)) == []
        now = dt.datetime(2027, 1, 2, tzinfo=dt.UTC)
        assert periods(connection, "junin", now=now) == [YEAR, Q4]
        made = report_of(connection, "junin", Q4)
    assert made.figures[Figure.RECEIVED] == Count(36)
    assert made.figures[Figure.OPEN] == Count(30)
    assert made.figures[Figure.WITHDRAWN_OR_UNREACHABLE] == Count(6)
    assert made.figures[Figure.DAYS_TO_ACKNOWLEDGE] == Days(1, 13, 36, 0)
    assert made.figures[Figure.ACKNOWLEDGED_IN_TIME] == Share(83, 36)
    assert made.figures[Figure.DAYS_TO_OUTCOME] == Days(None, None, 36, 30)
    assert made.tables[Kind.BY_AGE].cells[-1][0] == Shown(30, 100)
    # What happens later changes nothing of what was reported.
    for _ in range(5):
        world.case(now=now)
    with database.reading() as connection:
        assert report_of(connection, "junin", Q4) == made


# Pages -------------------------------------------------------------------------------------------


@pytest.fixture
def later(services: Services, clock: Any) -> dt.datetime:
    clock.now = dt.datetime(2027, 1, 2, 12, tzinfo=dt.UTC)
    return services.clock()


def test_anybody_sees_how_complaints_are_dealt_with(
    app: Flask, world: World, later: dt.datetime
) -> None:
    for _ in range(8):
        world.case(now=at(11, 3))
    world.case(now=at(8, 3))
    client = app.test_client()
    page = client.get("/performance/junin?lang=en").get_data(as_text=True)
    assert "Cases received" in page
    assert "More complaints are no worse" in page
    assert 'lang="en"' in page
    quarter = client.get("/performance/junin/2026-Q4?lang=es").get_data(as_text=True)
    assert '<html lang="es">' in quarter
    assert "<dt>Cases received</dt><dd>8</dd>" in quarter
    lines = list(
        csv.DictReader(
            io.StringIO(client.get("/performance/junin/2026-Q3.csv").get_data().decode("utf-8-sig"))
        )
    )
    received = next(line for line in lines if line["row"] == "received")
    assert received["value"] == "suppressed"
    assert client.get("/performance/junin/2026-Q4.pdf").get_data().startswith(b"%PDF-")
    for address in ("/performance/nowhere", "/performance/junin/2026-Q1", "/performance/junin/x"):
        assert client.get(address).status_code == 404
    assert client.get("/staff/performance/").status_code in (302, 303, 401)


def test_the_page_of_staff_is_for_whoever_answers_for_the_programme(
    app: Flask, world: World, database: Database, later: dt.datetime
) -> None:
    with database.writing() as connection:
        add_manager(connection, "vera", role=Role.SUPERVISOR)
    for name, status in (("vera", 200), ("rosa", 403)):
        client = app.test_client()
        form = {"email": f"{name}@example.org", "password": PASSWORD}
        assert client.post("/staff/sign-in", data=form).status_code == 303
        assert client.get("/staff/performance/").status_code == status
