"""An attacker who shares no code with the guard: everything published, and a linear solver."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import linprog

from disclosure.values import NotAsked, ProtectedTable, Shown, Suppressed

Place = tuple[int, int]


def hidden_places(table: ProtectedTable) -> list[Place]:
    return [
        (i, j)
        for i, row in enumerate(table.cells)
        for j, cell in enumerate(row)
        if isinstance(cell, Suppressed)
    ]


def feasible_intervals(table: ProtectedTable) -> Mapping[Place, tuple[float, float]]:
    """For each hidden count, the least and the greatest value that fit everything shown."""
    height, width = len(table.cells), len(table.cells[0])

    def index(i: int, j: int) -> int:
        return i * width + j

    equations, sums = [], []
    for i in range(height):
        equation = np.zeros(height * width)
        equation[index(i, 0) : index(i, width - 1)] = 1
        equation[index(i, width - 1)] = -1
        equations.append(equation)
        sums.append(0)
    for j in range(width):
        equation = np.zeros(height * width)
        equation[[index(i, j) for i in range(height - 1)]] = 1
        equation[index(height - 1, j)] = -1
        equations.append(equation)
        sums.append(0)
    limits: list[tuple[float, float | None]] = []
    for row in table.cells:
        for cell in row:
            match cell:
                case Shown(count):
                    limits.append((count, count))
                case NotAsked():
                    limits.append((0, 0))
                case Suppressed():
                    limits.append((0, None))
    found = {}
    for i, j in hidden_places(table):
        goal = np.zeros(height * width)
        goal[index(i, j)] = 1
        ends = []
        for sign in (1, -1):
            answer = linprog(sign * goal, A_eq=np.array(equations), b_eq=sums, bounds=limits)
            assert answer.status in (0, 3), answer.message  # solved, or without a bound
            ends.append(sign * float(answer.fun or 0) if answer.status == 0 else float("inf"))
        found[i, j] = (ends[0], ends[1])
    return found
