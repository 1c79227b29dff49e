"""One table of a question, by groups of people, so protected that all of them may be seen. Pure.

Its totals are shown, always. Inside, two people who are alike in every other group that is told
(the other tables' columns, and which results they were first part of) may exchange their answers
to the question, and no other number moves: the guard hides so much that by such exchanges alone
each hidden count can move by the rule's protection.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from disclosure.guard import Unprotectable, protect, whole_per_cent
from disclosure.merging import Earlier, Group, faulty, joined, smallest
from disclosure.values import RULE, Cell, Rule, Shown, Suppressed, Table
from surveys.figures import By, Figure, Kind, Members
from surveys.groups import Answered
from surveys.questionnaire import Asked
from surveys.rows import rows_of

Where = tuple[int, ...]
"""The number of a person's group of genders, of districts, of weeks, and of what was shown when."""
GENDER, DISTRICT, WEEK = 0, 1, 2
Counts = Counter[tuple[str, Where]]
"""People by their answer's row and by where they stand."""


@dataclass(frozen=True, slots=True)
class Split:
    """The columns of one kind of table: groups of people, by where they stand on an axis."""

    by: By
    axis: int
    columns: tuple[Group, ...]
    rule: Rule = RULE


def by_row(counts: Counts, rows: Sequence[str]) -> dict[str, int]:
    found = Counter[str]()
    for (row, _), count in counts.items():
        found[row] += count
    return {row: found[row] for row in rows}


def totals(each: Answered, people: int, *, rows: Sequence[str] = ()) -> Figure:
    """A question in total alone; every row of it hidden where its groups say nothing."""
    everybody = Shown(people, 100 if people >= RULE.percent_base else None)
    names: list[Members] = [(row,) for row in rows or rows_of(each.asked)]
    cells: list[tuple[Cell, ...]] = [(Suppressed(),) for _ in names]
    if each.is_told and each.groups is not None:
        names = [group.members for group in each.groups]
        cells = [with_per_cent((Shown(group.count),), [people]) for group in each.groups]
    return Figure(Kind.QUESTION, each.asked.name, tuple(names), (), (*cells, (everybody,)))


def awaited(asked: Asked, columns: tuple[Members, ...]) -> Figure:
    """A question of which nothing is told yet."""
    rows = tuple((row,) for row in rows_of(asked))
    line: tuple[Cell, ...] = (Suppressed(),) * (len(columns) + 1)
    return Figure(Kind.QUESTION, asked.name, rows, columns, (line,) * (len(rows) + 1))


def by_people(
    each: Answered, counts: Counts, split: Split, *, in_full: bool = False
) -> Figure | None:
    """A question by groups of people; fewer groups where more cannot be protected. None where no
    two of them can. `in_full`: with nothing hidden at all."""
    if not each.is_told or each.groups is None:
        return None
    columns: list[tuple[int, ...]] = [(place,) for place in range(len(split.columns))]
    sizes = [group.count for group in split.columns]
    while len(columns) > 1:
        cells = _protected(each, counts, split, columns, in_full=in_full)
        if cells is not None:
            members = tuple(
                tuple(name for place in column for name in split.columns[place].members)
                for column in columns
            )
            rows = tuple(group.members for group in each.groups)
            return Figure(Kind.QUESTION, each.asked.name, rows, members, cells, by=split.by)
        columns.sort(key=lambda column: sum(sizes[place] for place in column))
        columns = [tuple(sorted(columns[0] + columns[1])), *columns[2:]]
        columns.sort()
    return None


def _protected(
    each: Answered,
    counts: Counts,
    split: Split,
    columns: Sequence[tuple[int, ...]],
    *,
    in_full: bool,
) -> tuple[tuple[Cell, ...], ...] | None:
    """The cells with totals, each block of rows guarded by itself; None where one cannot be."""
    groups = each.groups or ()
    column_of = {place: at for at, column in enumerate(columns) for place in column}
    row_of_ = {name: at for at, group in enumerate(groups) for name in group.members}
    inside: dict[tuple[int, ...], list[list[int]]] = {}
    for (row, where), count in counts.items():
        layer = where[: split.axis] + where[split.axis + 1 :]
        table = inside.setdefault(layer, [[0] * len(columns) for _ in groups])
        table[row_of_[row]][column_of[where[split.axis]]] += count
    whole = [
        [sum(table[i][j] for table in inside.values()) for j in range(len(columns))]
        for i in range(len(groups))
    ]
    layers = sorted(inside.values(), key=lambda table: -sum(map(sum, table)))
    bases = [sum(row[j] for row in whole) for j in range(len(columns))]
    made: list[tuple[Cell, ...]] = [()] * len(groups)
    for block in each.blocks:
        places = [at for at, group in enumerate(groups) if block.issuperset(group.members)]
        sums = [sum(whole[i][j] for i in places) for j in range(len(columns))]
        if len(each.blocks) > 1 and any(map(split.rule.is_telling, sums, bases)):
            return None
        try:
            guarded = protect(
                _table(whole, places),
                rule=split.rule,
                public_columns=True,
                public_rows=True,
                layers=[_table(table, places) for table in layers],
            )
        except Unprotectable:
            return None
        for i, cells in zip(places, guarded.cells, strict=False):
            if in_full and any(isinstance(cell, Suppressed) for cell in cells):
                return None
            made[i] = with_per_cent(cells, [*bases, sum(bases)])
    totals = tuple(Shown(base) for base in (*bases, sum(bases)))
    return (*made, with_per_cent(totals, [*bases, sum(bases)]))


def _table(counts: Sequence[Sequence[int]], places: Sequence[int]) -> Table:
    width = len(counts[0])
    return Table(
        tuple(str(place) for place in places),
        tuple(str(place) for place in range(width)),
        tuple(tuple(counts[place]) for place in places),
    )


def with_per_cent(cells: Sequence[Cell], bases: Sequence[int]) -> tuple[Cell, ...]:
    return tuple(
        replace(
            cell,
            percent=whole_per_cent(cell.count, base) if base >= RULE.percent_base else None,
        )
        if isinstance(cell, Shown)
        else cell
        for cell, base in zip(cells, bases, strict=True)
    )


def by_week(
    each: Answered,
    counts: Counts,
    stretches: Sequence[Group],
    before: Sequence[Earlier],
) -> Figure | None:
    """A question by weeks, all of it shown: what cannot be is merged, answers before weeks.

    What was told `before` was told of the first weeks too: nothing may be had by subtracting.
    """
    if not each.is_told or each.groups is None:
        return None
    columns: list[tuple[int, ...]] = [(place,) for place in range(len(stretches))]
    while len(columns) > 1:
        groups: list[Group] = list(each.groups)
        column_of = {place: at for at, column in enumerate(columns) for place in column}
        found = Counter[tuple[str, int]]()
        for (row, where), count in counts.items():
            found[row, column_of[where[WEEK]]] += count
        while len(groups) > 1:
            wrong = _telling_by_week(groups, found, len(columns), before)
            if not wrong:
                members = tuple(
                    tuple(name for place in column for name in stretches[place].members)
                    for column in columns
                )
                return in_whole(each.asked, groups, found, members, by=By.WEEK)
            if len(wrong) == 1:
                others = [one for one in groups if one != wrong[0]]
                others = [one for one in others if one.count] or others
                wrong = (wrong[0], smallest(wrong[0], others))
            groups = joined(groups, wrong, rows_of(each.asked))
        sizes = [sum(stretches[place].count for place in column) for column in columns]
        at = min(range(len(columns) - 1), key=lambda j: sizes[j] + sizes[j + 1])
        columns[at : at + 2] = [columns[at] + columns[at + 1]]
    return None


def _telling_by_week(
    groups: Sequence[Group],
    found: Mapping[tuple[str, int], int],
    width: int,
    before: Sequence[Earlier],
) -> tuple[Group, ...]:
    """A group that tells too much in some week, or up to one; several that have to be one."""
    cells = {
        group: [sum(found[name, j] for name in group.members) for j in range(width)]
        for group in groups
    }
    bases = [sum(row[j] for row in cells.values()) for j in range(width)]
    for group in sorted(groups, key=lambda group: group.count):
        if any(map(RULE.is_telling, cells[group], bases)):
            return (group,)
    for j in range(1, width):
        until = [Group(group.members, sum(cells[group][:j])) for group in groups]
        wrong = faulty(until, before)
        if wrong:
            members = {each.members for each in wrong}
            return tuple(group for group in groups if group.members in members)
    return ()


def in_whole(
    asked: Asked,
    groups: Sequence[Group],
    found: Mapping[tuple[str, int], int],
    columns: tuple[Members, ...],
    *,
    by: By = By.GENDER,
) -> Figure:
    """A table of which every count may be shown; `found` by row and number of the column."""
    counts = [
        [sum(found[name, j] for name in group.members) for j in range(len(columns))]
        for group in groups
    ]
    bases = [sum(row[j] for row in counts) for j in range(len(columns))]
    bases.append(sum(bases))
    cells = tuple(
        with_per_cent([Shown(count) for count in (*row, sum(row))], bases)
        for row in (*counts, bases[:-1])
    )
    rows = tuple(group.members for group in groups)
    if len(columns) == 1:
        return Figure(Kind.QUESTION, asked.name, rows, (), tuple(row[-1:] for row in cells), by=by)
    return Figure(Kind.QUESTION, asked.name, rows, columns, cells, by=by)
