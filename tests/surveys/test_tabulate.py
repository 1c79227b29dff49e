"""What may be shown of a round, and an attacker who reads all its tables together."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from disclosure.values import RULE, Cell, ProtectedTable, Shown
from surveys.figures import Figure, Figures, Kind, as_json, from_json
from surveys.queries import Given
from surveys.tabulate import figures
from tests.disclosure.attacker import feasible_intervals
from tests.surveys.people import NAMES, ORDER, people


def count(cell: Cell) -> int:
    assert isinstance(cell, Shown)
    return cell.count


def table(shown: Figures, kind: Kind) -> Figure:
    return next(each for each in shown.tables if each.kind == kind)


def test_a_question_by_gender_with_totals() -> None:
    shown = figures(people(30) + people(25, gender="man", water="water_bad"), ORDER)
    water = shown.question("water")
    assert water is not None
    assert water.columns == (("woman",), ("man",))
    assert [members for (members,) in water.rows] == [*ORDER.questions[0].answers]
    assert [count(cell) for cell in water.cells[0]] == [30, 0, 30]
    assert [count(cell) for cell in water.cells[-1]] == [30, 25, 55]
    assert water.cells[0][0] == Shown(30, 100)
    assert water.cells[2][1] == Shown(25, None)


def test_who_would_not_tell_is_told_together_with_other_genders_where_few() -> None:
    shown = figures(
        people(40)
        + people(30, gender="man")
        + people(12, gender="gender_other")
        + people(4, gender="gender_unsaid")
        + people(5, gender="refused"),
        ORDER,
    )
    assert table(shown, Kind.PARTICIPANTS).columns == (
        ("woman",),
        ("man",),
        ("gender_other",),
        ("gender_unsaid",),
    )
    few = figures(
        people(40)
        + people(30, gender="man")
        + people(6, gender="gender_other")
        + people(2, gender="gender_unsaid"),
        ORDER,
    )
    assert table(few, Kind.PARTICIPANTS).columns[-1] == ("gender_other", "gender_unsaid")
    water = few.question("water")
    assert water is not None
    assert water.columns == (("woman", "gender_other", "gender_unsaid"), ("man",))


def test_break_off_tells_where_and_who() -> None:
    shown = figures(people(30) + people(25, until=1) + people(25, until=3), ORDER)
    left = table(shown, Kind.BREAK_OFF)
    assert left.columns[-1] == ("not_stated",)
    assert count(left.cells[1][-1]) == 25
    assert count(left.cells[3][0]) == 25
    assert shown.began == 80


def test_womens_share_is_a_range_that_counts_the_unknown() -> None:
    """220 women, 180 men, 200 unknown: from 36.7 to 70 % (DOMAIN 5)."""
    shown = figures(
        people(220) + people(180, gender="man") + people(200, gender="gender_unsaid"), ORDER
    )
    assert shown.women is not None
    assert (shown.women.low, shown.women.high, shown.women.base) == (36, 70, 600)


def test_womens_share_is_one_number_where_all_are_known() -> None:
    shown = figures(people(42) + people(38, gender="man"), ORDER)
    assert shown.women is not None
    assert (shown.women.low, shown.women.high) == (53, 53)


def test_womens_share_is_told_where_the_unsaid_had_to_join_them() -> None:
    shown = figures(people(60) + people(38, gender="man") + people(2, gender="refused"), ORDER)
    assert shown.women is not None
    assert (shown.women.low, shown.women.high) == (58, 62)


def test_figures_survive_being_stored() -> None:
    shown = figures(people(30) + people(3, gender="man") + people(7, until=2), ORDER)
    assert from_json(as_json(shown)) == shown


@st.composite
def rounds(draw: st.DrawFn) -> list[Given]:
    """A round as it may come: many or few, lopsided, with people who left anywhere."""
    dice = Random(draw(st.integers(0, 2**32)))
    options = [question.answers for question in ORDER.questions]
    weights = [[dice.random() ** 3 for _ in answers] for answers in options]
    leaving = dice.random() / 2

    def one() -> Given:
        until = dice.randrange(len(NAMES)) if dice.random() < leaving else len(NAMES)
        answers = {
            name: dice.choices(options[at], weights[at])[0] for at, name in enumerate(NAMES[:until])
        }
        language = dice.choices(["es", "quy", "qvw"], [10, 3, 1])[0]
        return Given(language, until == len(NAMES), answers)

    return [one() for _ in range(draw(st.integers(0, 250)))]


@settings(max_examples=40)
@given(rounds())
def test_an_attacker_who_reads_all_tables_recovers_nothing(drawn: list[Given]) -> None:
    """The tables share their columns' totals alone, and those are all shown: so each table is
    attacked with everything the others tell."""
    shown = figures(drawn, ORDER)
    for figure in shown.tables:
        if figure.kind != Kind.BREAK_OFF:
            assert all(isinstance(cell, Shown) for cell in figure.cells[-1])
        if figure.columns:
            seen = ProtectedTable((), (), figure.cells)
            for low, high in feasible_intervals(seen).values():
                assert high - low >= RULE.protection - 1e-6
        for row in figure.cells:
            assert not any(isinstance(cell, Shown) and RULE.is_small(cell.count) for cell in row)
