"""An attacker who shares no code with the guard: everything published, and a linear solver.

He writes down one unknown for each count that nobody showed him, one equation for each sum that
he knows, and asks HiGHS (scipy) how small and how large each unknown can be.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

from disclosure.values import NotAsked, ProtectedTable, Shown, Suppressed

Place = tuple[int, int]
Unknown = Hashable
Interval = tuple[float, float]


@dataclass
class System:
    """What is known: sums of unknown counts, none of which is negative."""

    sums: list[tuple[tuple[Unknown, ...], int]] = field(default_factory=list)

    def know(self, unknowns: Iterable[Unknown], total: int) -> None:
        """That these counts add up to this."""
        self.sums.append((tuple(unknowns), total))

    def intervals(
        self,
        targets: Mapping[Hashable, tuple[Unknown, ...]],
        *,
        wide_enough: float = float("inf"),
    ) -> dict[Hashable, Interval]:
        """For each target (a sum of unknowns) its least and greatest value.

        A target that two solutions already show to be `wide_enough` is bounded no further.
        """
        names = {each for unknowns, _ in self.sums for each in unknowns}
        names |= {each for unknowns in targets.values() for each in unknowns}
        index = {name: place for place, name in enumerate(sorted(names, key=repr))}
        rows = [row for row, (unknowns, _) in enumerate(self.sums) for _ in unknowns]
        columns = [index[each] for unknowns, _ in self.sums for each in unknowns]
        shape = (len(self.sums), len(index))
        equations = np.zeros(shape)
        np.add.at(equations, (rows, columns), 1)
        totals = np.array([total for _, total in self.sums], dtype=float)
        goals = {name: self._goal(each, index) for name, each in targets.items()}
        seen: dict[Hashable, Interval] = {}
        for name, goal in goals.items():
            low, high = seen.get(name, (float("inf"), -float("inf")))
            for sign in (1, -1):
                if high - low >= wide_enough:
                    break
                answer = linprog(sign * goal, A_eq=equations, b_eq=totals, bounds=(0, None))
                assert answer.status in (0, 3), answer.message  # solved, or without a bound
                if answer.status == 3:
                    high = float("inf")
                    continue
                assert answer.x is not None
                for other, along in goals.items():
                    value = float(along @ answer.x)
                    least, most = seen.get(other, (value, value))
                    seen[other] = (min(least, value), max(most, value))
                low, high = min(low, seen[name][0]), max(high, seen[name][1])
            seen[name] = (low, high)
        return seen

    @staticmethod
    def _goal(unknowns: tuple[Unknown, ...], index: Mapping[Unknown, int]) -> NDArray[np.float64]:
        goal = np.zeros(len(index))
        for each in unknowns:
            goal[index[each]] += 1
        return goal


def hidden_places(table: ProtectedTable) -> list[Place]:
    return [
        (i, j)
        for i, row in enumerate(table.cells)
        for j, cell in enumerate(row)
        if isinstance(cell, Suppressed)
    ]


def feasible_intervals(
    table: ProtectedTable, *, wide_enough: float = float("inf")
) -> dict[Place, Interval]:
    """For each hidden count, the least and the greatest value that fit everything shown."""
    height, width = len(table.cells) - 1, len(table.cells[0]) - 1
    inside = {(i, j): ((i, j),) for i in range(height) for j in range(width)}
    parts: dict[Place, tuple[Unknown, ...]] = dict(inside)
    parts |= {(i, width): tuple((i, j) for j in range(width)) for i in range(height)}
    parts |= {(height, j): tuple((i, j) for i in range(height)) for j in range(width)}
    parts[height, width] = tuple(inside)
    system = System()
    for i, row in enumerate(table.cells):
        for j, cell in enumerate(row):
            match cell:
                case Shown(count):
                    system.know(parts[i, j], count)
                case NotAsked():
                    system.know(parts[i, j], 0)
                case Suppressed():
                    pass
    found = system.intervals(
        {place: parts[place] for place in hidden_places(table)}, wide_enough=wide_enough
    )
    return {place: found[place] for place in hidden_places(table)}
