"""A multiple choice is a table for each option, of the same people: whoever refuses one in a text
refuses all of them. An attacker reads the tables of two options together and knows that."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Hashable, Sequence
from itertools import product
from random import Random

from disclosure.values import RULE, SMALL_AREA, Shown
from programmes.questions import REFUSED
from surveys.figures import By, Figures, Kind
from surveys.groups import gender_of
from surveys.queries import Given
from surveys.rows import row_of, rows_of
from tests.disclosure.attacker import System
from tests.surveys.test_sequences import (
    ASKED,
    GENDERS,
    ORDER,
    PLACES,
    is_told_elsewhere,
    round_of,
    showings,
)

FIRST, SECOND = (each for each in ASKED if each.name.startswith("news."))
HOME = ORDER.find("district")
AT = {FIRST.name: 0, SECOND.name: 1, "district": 3}
"""Where an unknown stands: one answer, the other, gender, district, week."""
COLUMN = {By.GENDER: 2, By.DISTRICT: 3, By.WEEK: 4}
LARGEST = 500
"""People of a round that is attacked: the solver takes longer for more weeks."""
ENOUGH = 60
"""Hidden counts."""

Who = tuple[str, ...]


def who(each: Given) -> Who:
    assert HOME is not None
    answers = each.answers
    first, second = row_of(FIRST, answers), row_of(SECOND, answers)
    return first, second, gender_of(each, ORDER), row_of(HOME, answers), str(each.week)


def attack(people: Sequence[Given], shown: Sequence[Figures]) -> tuple[int, list[str]]:
    """How many hidden counts there are, and those that come out too closely."""
    weeks = sorted({str(each.week) for each in people})
    alike = [
        pair
        for pair in product(rows_of(FIRST), repeat=2)
        if (pair[0] == REFUSED) == (pair[1] == REFUSED)
    ]
    places = (*PLACES, "dont_know", REFUSED)
    unknowns: list[Who] = [
        (*pair, *rest) for pair, rest in product(alike, product(GENDERS, places, weeks))
    ]
    truth = Counter(map(who, people))
    system, targets = System(), dict[Hashable, tuple[Hashable, ...]]()
    for number, figures in enumerate(shown):
        until = str(figures.through) if figures.through else weeks[-1]
        for table in figures.tables:
            if table.kind is not Kind.QUESTION or table.name not in AT:
                continue
            at = COLUMN[By.GENDER] if table.name == "district" else COLUMN[table.by]
            for members, cells in zip((*table.rows, None), table.cells, strict=True):
                for column, cell in zip((*table.columns, None), cells, strict=True):
                    parts = tuple(
                        each
                        for each in unknowns
                        if (members is None or each[AT[table.name]] in members)
                        and (column is None or each[at] in column)
                        and each[-1] <= until
                    )
                    if isinstance(cell, Shown):
                        assert cell.count == sum(truth[each] for each in parts)
                        system.know(parts, cell.count)
                    elif table.name != "district":
                        targets[number, table.name, table.by, members, column] = parts
    targets = {
        target: parts
        for target, parts in targets.items()
        if not is_told_elsewhere(parts, system.sums)
    }
    found = system.intervals(targets, wide_enough=SMALL_AREA.protection) if targets else {}
    wanted = {By.DISTRICT: SMALL_AREA.protection}
    return len(found), [
        f"{target}: {low} to {high}"
        for target, (low, high) in found.items()
        if high - low < wanted.get(target[2], RULE.protection) - 1e-6  # type: ignore[index]
    ]


def test_two_options_together_tell_no_more_than_each(full_size: bool) -> None:
    seed = random.randrange(10**6) if full_size else 20261123
    dice, hidden = Random(seed), 0
    while hidden < ENOUGH:
        people = round_of(dice)
        if len(people) > LARGEST:
            continue
        count, narrow = attack(people, showings(people))
        hidden += count
        assert narrow == [], f"seed {seed}"
