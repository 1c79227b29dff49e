"""The guard of tables, and an attacker who tries to undo it."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from disclosure.bounds import UNBOUNDED, Network
from disclosure.guard import Unprotectable, protect
from disclosure.values import RULE, Cell, NotAsked, Shown, Suppressed, Table
from tests.disclosure.attacker import feasible_intervals


def table(*counts: tuple[int | None, ...]) -> Table:
    rows = tuple(f"answer_{number}" for number in range(len(counts)))
    columns = tuple(f"group_{number}" for number in range(len(counts[0])))
    return Table(rows, columns, counts)


def count_of(cell: Cell) -> int:
    assert isinstance(cell, Shown)
    return cell.count


counts = st.one_of(st.integers(0, 12), st.integers(0, 60), st.integers(20, 400))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    row = st.tuples(*[counts] * width)
    return table(*draw(st.lists(row, min_size=height, max_size=height)))


SEARCH = settings(suppress_health_check=list(HealthCheck))


def test_nothing_is_hidden_where_nothing_is_small() -> None:
    protected = protect(table((40, 30), (25, 22)))
    assert [[count_of(cell) for cell in row] for row in protected.cells] == [
        [40, 30, 70],
        [25, 22, 47],
        [65, 52, 117],
    ]


def test_the_two_category_trap() -> None:
    """Row total 14, women 3, men 11: hiding the 3 alone would give it back (DOMAIN 6.2)."""
    protected = protect(table((3, 11), (40, 30)))
    assert protected.cells[0][0] == Suppressed()
    low, high = feasible_intervals(protected)[0, 0]
    assert high - low >= RULE.protection


def test_zero_is_shown_in_a_large_group_and_hidden_in_a_small_one() -> None:
    protected = protect(table((0, 0), (60, 10), (50, 8)))
    assert protected.cells[0][0] == Shown(0, 0)
    assert protected.cells[0][1] == Suppressed()


def test_all_of_a_small_group_is_hidden() -> None:
    protected = protect(table((50, 12), (50, 0)))
    assert protected.cells[0][1] == Suppressed()


def test_not_asked_differs_from_zero_and_from_hidden() -> None:
    protected = protect(table((30, None), (0, None), (25, 40)))
    assert protected.cells[0][1] == NotAsked()
    assert protected.cells[1][0] == Shown(0, 0)


def test_percentages_need_a_base_of_thirty() -> None:
    protected = protect(table((15, 14), (15, 15)))
    assert protected.cells[0][0] == Shown(15, 50)
    assert protected.cells[0][1] == Shown(14, None)


def test_halves_round_up() -> None:
    assert protect(table((25,), (175,))).cells[0][0] == Shown(25, 13)


def test_a_public_total_that_is_too_small_is_refused() -> None:
    with pytest.raises(Unprotectable):
        protect(table((20, 2), (30, 1)), public_columns=True)


def test_a_negative_count_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        table((3, -1))


def test_bounds_of_a_table_worked_by_hand() -> None:
    """[[3, 11], [40, 30]] with every total known and all inside hidden: 0 <= x <= 14."""
    places = {
        (i, j): value
        for i, row in enumerate([[3, 11, 14], [40, 30, 70], [43, 41, 84]])
        for j, value in enumerate(row)
    }
    network = Network(places, height=3, width=3)
    inside = {(0, 0), (0, 1), (1, 0), (1, 1)}
    interval = network.interval((0, 0), inside)
    assert (interval.low, interval.high) == (0, 14)
    assert network.interval((2, 2), set(places)).high == UNBOUNDED


@SEARCH
@given(tables())
def test_an_attacker_recovers_nothing(drawn: Table) -> None:
    check(drawn, public_columns=False)


@SEARCH
@given(tables())
def test_an_attacker_who_knows_the_columns_totals_recovers_nothing(drawn: Table) -> None:
    try:
        check(drawn, public_columns=True)
    except Unprotectable:
        totals = drawn.with_totals()[-1]
        one_row = len(drawn.rows) == 1
        assert one_row or any(RULE.is_small(total or 0) for total in totals)


def check(drawn: Table, *, public_columns: bool) -> None:
    protected = protect(drawn, public_columns=public_columns)
    truth = drawn.with_totals()
    intervals = feasible_intervals(protected, wide_enough=RULE.protection)
    for low, high in intervals.values():
        assert high - low >= RULE.protection - 1e-6
    for i, row in enumerate(protected.cells):
        for j, cell in enumerate(row):
            if isinstance(cell, Shown):
                assert cell.count == truth[i][j]
                assert not RULE.is_small(cell.count)
                base = protected.cells[-1][j]
                if cell.percent is not None:
                    assert isinstance(base, Shown)
                    assert base.count >= RULE.percent_base
