"""Which counts of a table are hidden.

1. A count of 1 to 4 is hidden, and so are "none" and "all" of a group of fewer than 20
   (DOMAIN 6.2, 6.3): each would tell about a person.
2. What would give a hidden count back by subtraction is hidden too: for each, the cheapest ring
   of other counts along which it can move by the rule's protection.
3. What turned out not to be needed is shown again, each time after the exact check of `bounds`.

Tables that share counts are safe together where what they share is shown in all (`public_columns`,
`public_rows`), and where `layers` say what else is told of the same people.

What it leaves open. An attacker who runs this program on every table that fits may exclude some of
them; the bounds hold for one who reasons from the numbers shown.
"""

from __future__ import annotations

import heapq
from collections.abc import Mapping, Sequence

from disclosure.bounds import Layers, Network, Place
from disclosure.values import (
    RULE,
    Cell,
    NotAsked,
    ProtectedTable,
    Rule,
    Shown,
    Suppressed,
    Table,
)


class Unprotectable(ValueError):
    """No choice of hidden counts protects this table; nothing of it may be shown."""


def protect(
    table: Table,
    *,
    rule: Rule = RULE,
    public_columns: bool = False,
    public_rows: bool = False,
    layers: Sequence[Table] = (),
) -> ProtectedTable:
    """The table as it may be seen, with totals.

    `public_columns`, `public_rows`: these totals are known from elsewhere (other tables of the same
    people), so they are shown and nothing may rest on hiding them. Unprotectable where one of
    them is itself too small to show (merge first), or nothing else helps.

    `layers`: tables of the same shape which add up to this one, by all else that is published of
    the same people (see `bounds.Layers`); then all totals must be public.
    """
    if layers and not (public_columns and public_rows):
        raise ValueError("layers are for tables whose totals are all public")
    counts = table.with_totals()
    places = _places(table)
    sizes = {"height": len(counts), "width": table.width + 1}
    whole = Network(places, **sizes)
    parts = Layers([Network(_places(each), **sizes) for each in layers] or [whole])
    public = {
        place
        for place in places
        if (public_columns and place[0] == len(counts) - 1)
        or (public_rows and place[1] == table.width)
    }
    hidden = _choose(whole, parts, public, rule)
    bases = counts[-1]
    base_is_shown = [(len(table.rows), j) not in hidden for j in range(len(bases))]

    def cell(place: Place) -> Cell:
        if place not in places:
            return NotAsked()
        if place in hidden:
            return Suppressed()
        base = bases[place[1]] or 0
        has_percent = base >= rule.percent_base and base_is_shown[place[1]]
        percent = whole_per_cent(places[place], base) if has_percent else None
        return Shown(places[place], percent)

    cells = tuple(tuple(cell((i, j)) for j in range(len(bases))) for i in range(len(counts)))
    return ProtectedTable(table.rows, table.columns, cells)


def whole_per_cent(count: int, base: int) -> int:
    """A percentage as it is shown: halves are rounded up, as people expect who recompute it."""
    return (200 * count + base) // (2 * base)


def _places(table: Table) -> dict[Place, int]:
    return {
        (i, j): count
        for i, row in enumerate(table.with_totals())
        for j, count in enumerate(row)
        if count is not None
    }


def _choose(whole: Network, parts: Layers, public: set[Place], rule: Rule) -> frozenset[Place]:
    counts, height, width = whole.counts, whole.height, whole.width
    if any(rule.is_small(counts[place]) for place in public):
        raise Unprotectable("a total is too small to be public")
    # In a column or row known to be empty every count is known: hiding one would protect nothing.
    idle = {
        (row, column)
        for row, column in counts
        if any(
            total in public and counts[total] == 0
            for total in ((height - 1, column), (row, width - 1))
        )
    }
    # Nor is anything open about the total of what nobody was asked.
    idle |= {
        (row, column)
        for row, column in counts
        if (column == width - 1 and not any((row, j) in counts for j in range(width - 1)))
        or (row == height - 1 and not any((i, column) in counts for i in range(height - 1)))
    }
    free = frozenset(counts) - public - idle
    primary = frozenset(_primary(counts, height, width, rule) & free)
    hidden = _complete(whole, parts, set(primary), free, rule)
    return _spare(whole, parts, hidden, primary, rule)


def _primary(counts: Mapping[Place, int], height: int, width: int, rule: Rule) -> set[Place]:
    """The counts that tell about a person by themselves."""
    found = {place for place, count in counts.items() if rule.is_small(count)}
    for column in range(width):
        base = counts.get((height - 1, column), 0)
        asked = [(row, column) for row in range(height - 1) if (row, column) in counts]
        if len(asked) > 1:
            found.update(place for place in asked if rule.is_telling(counts[place], base))
    return found


def _complete(
    whole: Network, parts: Layers, hidden: set[Place], free: frozenset[Place], rule: Rule
) -> set[Place]:
    """`hidden` and what must be hidden with it, so that every hidden count can move enough."""
    while True:
        narrow = (
            place for place in sorted(hidden) if not parts.is_wide(place, hidden, rule.protection)
        )
        place = next(narrow, None)
        if place is None:
            return hidden
        for network in (whole, *parts.networks):
            ring = _ring(network, place, hidden, free, rule)
            if not ring <= hidden:
                break
        else:
            ring = set(free)
        if ring <= hidden:
            raise Unprotectable("hiding every count does not protect this table")
        hidden |= ring


def _ring(
    network: Network, place: Place, hidden: set[Place], free: frozenset[Place], rule: Rule
) -> set[Place]:
    """The cheapest counts to hide so that this one can rise by the protection, or nearly."""
    tail, head = network.ends(place, up=True)
    arcs = {
        network.ends(other, up=up): (other, up)
        for other in free | hidden
        for up in (True, False)
        if other != place
    }
    capacities = network.capacities((free | hidden) - {place})
    wanted = rule.protection
    added: set[Place] = set()
    while wanted > 0:
        path = _cheapest(network, capacities, arcs, head, tail, wanted, hidden | added)
        path = path or _cheapest(network, capacities, arcs, head, tail, 1, hidden | added)
        if not path:
            break
        pushed = min(wanted, *(capacities[a][b] for a, b in path))
        for a, b in path:
            capacities[a][b] -= pushed
            capacities[b][a] += pushed
            added.add(arcs[a, b][0])
        wanted -= pushed
    return added


def _cheapest(
    network: Network,
    capacities: list[dict[int, int]],
    arcs: Mapping[tuple[int, int], tuple[Place, bool]],
    source: int,
    sink: int,
    needed: int,
    hidden: set[Place],
) -> list[tuple[int, int]]:
    """The way from source to sink that hides least and carries `needed`; empty if there is none."""
    best = {source: 0.0}
    came_from: dict[int, int] = {}
    heap = [(0.0, source)]
    while heap:
        cost, node = heapq.heappop(heap)
        if node == sink:
            steps = []
            while node != source:
                steps.append((came_from[node], node))
                node = came_from[node]
            return steps
        if cost > best[node]:
            continue
        for neighbour, capacity in capacities[node].items():
            if capacity < needed:
                continue
            place = arcs[node, neighbour][0]
            further = cost + (0.0 if place in hidden else _loss(network, place))
            if further < best.get(neighbour, float("inf")):
                best[neighbour] = further
                came_from[neighbour] = node
                heapq.heappush(heap, (further, neighbour))
    return []


def _loss(network: Network, place: Place) -> float:
    """What is lost by hiding a count: totals are read most, zeros least."""
    totals = (place[0] == network.height - 1) + (place[1] == network.width - 1)
    size = network.counts[place] / (1 + max(network.counts.values()))
    return (0.3 if network.counts[place] == 0 else 1.0) + size + 3.0 * totals


def _spare(
    whole: Network,
    parts: Layers,
    hidden: set[Place],
    primary: frozenset[Place],
    rule: Rule,
) -> frozenset[Place]:
    """Show again, the dearest first, what the others are protected without."""
    for place in sorted(hidden - primary, key=lambda place: (-_loss(whole, place), place)):
        rest = hidden - {place}
        if all(parts.is_wide(other, rest, rule.protection) for other in rest):
            hidden = rest
    return frozenset(hidden)
