"""A thousand random tables, and an attacker who has everything that was shown of them."""

from __future__ import annotations

import random

import pytest

from disclosure.guard import Unprotectable, protect
from disclosure.values import RULE, SMALL_AREA, Rule, Shown, Table
from tests.disclosure.attacker import feasible_intervals

TABLES = 1_000


def drawn(dice: random.Random) -> Table:
    """A table as a survey makes them: few or many people, lopsided answers, some not asked."""
    height, width = dice.randint(1, 6), dice.randint(1, 5)
    weights = [dice.random() ** 3 for _ in range(height)]
    counts: list[list[int | None]] = [[0] * width for _ in range(height)]
    for column in range(width):
        size = dice.choice((8, 15, 30, 60, 200, 800))
        for answer in dice.choices(range(height), weights, k=dice.randint(0, size)):
            counts[answer][column] = (counts[answer][column] or 0) + 1
    if height > 2 and dice.random() < 0.2:
        counts[dice.randrange(height)][dice.randrange(width)] = None
    return Table(
        tuple(f"answer_{number}" for number in range(height)),
        tuple(f"group_{number}" for number in range(width)),
        tuple(map(tuple, counts)),
    )


def test_a_thousand_random_tables(capsys: pytest.CaptureFixture[str]) -> None:
    """None recovered, none narrower than the rule's protection, and half of what may be shown is:
    hiding all is no guard."""
    seed = random.randrange(10**6)
    dice = random.Random(seed)
    hidden = recovered = narrow = large = shown = refused = 0
    for _ in range(TABLES):
        table, rule = drawn(dice), dice.choice((RULE, SMALL_AREA))
        known = dice.random() < 0.5
        try:
            protected = protect(table, rule=rule, public_columns=known)
        except Unprotectable:
            # Totals that are known elsewhere have to be large enough: that is merged before.
            assert known
            refused += 1
            protected = protect(table, rule=rule)
        truth = table.with_totals()
        for i, row in enumerate(protected.cells):
            for j, cell in enumerate(row):
                count = truth[i][j] or 0
                large += count >= rule.minimum
                shown += count >= rule.minimum and isinstance(cell, Shown)
                if isinstance(cell, Shown):
                    assert cell.count == count
                    assert not rule.is_small(count)
        intervals = feasible_intervals(protected, wide_enough=rule.protection)
        hidden += len(intervals)
        recovered += sum(high - low < 1 for low, high in intervals.values())
        narrow += sum(is_narrow(each, rule) for each in intervals.values())
    with capsys.disabled():
        print(
            f"\nseed {seed}, {TABLES} tables: {recovered} of {hidden} hidden counts recovered, ",
            end="",
        )
        print(f"{narrow} worked out too closely; {shown} of {large} counts of the minimum ", end="")
        print(f"or more shown ({shown / large:.0%}); {refused} with totals to merge first")
    assert (recovered, narrow) == (0, 0)
    assert shown * 2 >= large


def is_narrow(interval: tuple[float, float], rule: Rule) -> bool:
    low, high = interval
    return high - low < rule.protection - 1e-6
