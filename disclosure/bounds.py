"""What can be worked out about hidden counts: exact bounds, by maximum flow.

A table with its totals is a circulation: rows and columns are nodes, every cell an arc that can
carry more or less as long as each row and column still adds up (Gusfield 1988). How far a hidden
count can move while every shown one stays is then a maximum flow, and as flows are integral the
bounds are those an attacker with any solver would find.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Place = tuple[int, int]
"""Row and column in a table with totals; the last of each is the total."""

UNBOUNDED = 10**12


@dataclass(frozen=True, slots=True)
class Interval:
    """The least and the greatest count that fit everything shown; `high` may be UNBOUNDED."""

    low: int
    high: int

    @property
    def width(self) -> int:
        return self.high - self.low


class Network:
    """The rows, columns and cells of one table with totals."""

    def __init__(self, counts: Mapping[Place, int], *, height: int, width: int) -> None:
        """`height` and `width` count the totals; places absent from `counts` never move."""
        self.counts = counts
        self.height = height
        self.width = width
        self.size = height + width

    def ends(self, place: Place, *, up: bool) -> tuple[int, int]:
        """From which node to which the arc runs that raises (or lowers) this count."""
        row, column = place[0], self.height + place[1]
        # A total is on the other side of the equals sign, so it moves against the cells.
        is_total = (place[0] == self.height - 1) != (place[1] == self.width - 1)
        return (column, row) if up == is_total else (row, column)

    def capacities(self, places: Collection[Place]) -> list[dict[int, int]]:
        """By node, how much can still flow to each neighbour through `places`."""
        flow: list[dict[int, int]] = [{} for _ in range(self.size)]
        for place in places:
            tail, head = self.ends(place, up=True)
            flow[tail][head] = UNBOUNDED
            flow[head][tail] = self.counts[place]
        return flow

    def slack(
        self, place: Place, hidden: Collection[Place], *, up: bool, limit: int = UNBOUNDED
    ) -> int:
        """How far, up to `limit`, the count can rise (or fall) when only `hidden` may move."""
        limit = limit if up else min(limit, self.counts[place])
        tail, head = self.ends(place, up=up)
        flow = self.capacities([other for other in hidden if other != place])
        return _maximum_flow(flow, head, tail, limit)

    def interval(self, place: Place, hidden: Collection[Place]) -> Interval:
        """The feasible interval of one hidden count."""
        count = self.counts[place]
        rise = self.slack(place, hidden, up=True)
        high = UNBOUNDED if rise >= UNBOUNDED else count + rise
        return Interval(low=count - self.slack(place, hidden, up=False), high=high)


class Layers:
    """A table as the sum of others of its shape, whose every total stands.

    People of one layer are alike in everything else that is published of them. Where two of them
    exchange their answers nothing else moves: so what such exchanges can do to a count is open to
    doubt whatever else is known, other tables of the same people among it.
    """

    def __init__(self, networks: Sequence[Network]) -> None:
        self.networks = networks

    def is_wide(self, place: Place, hidden: Collection[Place], width: int) -> bool:
        """Whether the count can move by `width` when only `hidden` counts may."""
        found = 0
        for network in self.networks:
            for up in (True, False):
                if found >= width:
                    return True
                found += network.slack(place, hidden, up=up, limit=width - found)
        return found >= width


def _maximum_flow(flow: list[dict[int, int]], source: int, sink: int, limit: int) -> int:
    """Edmonds-Karp, stopped at `limit`; `flow` is used up."""
    total = 0
    while total < limit:
        came_from = {source: source}
        queue = deque([source])
        while queue and sink not in came_from:
            node = queue.popleft()
            for neighbour, capacity in flow[node].items():
                if capacity > 0 and neighbour not in came_from:
                    came_from[neighbour] = node
                    queue.append(neighbour)
        if sink not in came_from:
            return total
        path = [sink]
        while path[-1] != source:
            path.append(came_from[path[-1]])
        steps = [(tail, head) for head, tail in pairwise(path)]
        pushed = min(limit - total, *(flow[tail][head] for tail, head in steps))
        for tail, head in steps:
            flow[tail][head] -= pushed
            flow[head][tail] += pushed
        total += pushed
    return total
