"""Every branch of a programme's scripts, explored call by call, and put together as one graph.

Scripts called with other arguments are one place where nothing in them differs (a complaint about
water and one about land); where something does (two library messages) they are two.
"""

from __future__ import annotations

import datetime as dt
import heapq
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from dialogue.exploring.graph import ANYWHERE, Edge, Graph, Node, Question, Way
from dialogue.exploring.openings import STARTS, Start, variants
from dialogue.exploring.walk import (
    ENDLESS,
    FAILED,
    MOST_RUNS,
    Call,
    ExplorationTooLarge,
    Happened,
    Left,
    Passage,
    Walked,
    walk,
)
from dialogue.scripts import UNITS
from dialogue.words import Tell, Unit
from programmes.values import Programme

MOST_CALLS = 2_000
"""Calls of scripts with different arguments; a programme has some dozens."""

BACK = "9"
_STARTS, _KEYS, _BACK = 1, 2, 3
"""What is tried first: a caller's own way in, then the other starts, global keys, and "back"."""

_Cost = tuple[int, int, int]
_Arrival = tuple[tuple[Happened, ...], tuple[Tell, ...], Node | Left]


def explore(
    programme: Programme,
    *,
    today: dt.date,
    units: Mapping[str, Unit] = UNITS,
    starts: tuple[Start, ...] = STARTS,
    most_runs: int = MOST_RUNS,
    most_calls: int = MOST_CALLS,
) -> Graph:
    """The graph of a programme. Raises ExplorationTooLarge, which names the script."""
    found = _Exploration(programme, today, units, starts, most_runs, most_calls)
    found.follow()
    return _Linked(found).graph()


@dataclass(frozen=True, slots=True)
class _State:
    """A call in one variant of the facts."""

    call: Call
    facts: int


class _Exploration:
    """Walks every script that is called, with each set of arguments and in each variant.

    Of what a conversation learns only the facts count that a script looks at: they are found by
    exploring, and what was explored without one of them is explored again.
    """

    def __init__(
        self,
        programme: Programme,
        today: dt.date,
        units: Mapping[str, Unit],
        starts: tuple[Start, ...],
        most_runs: int,
        most_calls: int,
    ) -> None:
        self.programme = programme
        self.today = today
        self.units = units
        self.starts = tuple(each for each in starts if each.to.script in units)
        self.most_runs = most_runs
        self.most_calls = most_calls
        self.walks: dict[Call, list[Walked]] = {}
        self.variants = list(variants())
        self.counting = frozenset(self.variants[0])
        self.ways: dict[_State, tuple[_Cost, Way]] = {}
        """The shortest way to each state, nearest first."""

    def follow(self) -> None:
        """Reach every state, until no script looks at a fact that was left out."""
        while True:
            self._follow()
            looked_at = {
                name for walks in self.walks.values() for each in walks for name in each.looked_at
            }
            if looked_at <= self.counting:
                return
            self.counting |= looked_at

    def _follow(self) -> None:
        """Reach every state by the fewest answers."""
        self.ways.clear()
        heap: list[tuple[_Cost, _State, Way]] = []
        order = 0

        def push(state: _State, way: Way, tier: int, presses: int) -> None:
            nonlocal order
            order += 1
            heapq.heappush(heap, ((tier, presses, order), state, way))

        for start, facts in self.entries():
            tier = _KEYS if start.key else _STARTS if start is not self.starts[0] else 0
            push(_State(Call.of(start.to), facts), _entered(start), tier, 0)
        while heap:
            cost, state, way = heapq.heappop(heap)
            if state in self.ways or state.call.script not in self.units:
                continue
            self.ways[state] = cost, way
            for call, passage in self.walk(state).exits():
                further = longer(way, state.call, passage)
                presses = cost[1] + len(passage.presses)
                push(self.after(state, passage, call), further, cost[0], presses)
            if up := self.units[state.call.script].up:
                back = Way(way.script or state.call.script, (*way.answers, BACK))
                push(_State(Call(up), state.facts), back, _BACK, cost[1] + 1)

    def entries(self) -> Iterator[tuple[Start, int]]:
        """Every start in every variant in which it may happen."""
        for start in self.starts:
            for facts, variant in enumerate(variants()):
                if variant["channel"] in start.channels:
                    yield start, facts

    def walk(self, state: _State) -> Walked:
        """The passages of a state; walked once for all facts that the script does not look at."""
        facts = self.variants[state.facts]
        walks = self.walks.setdefault(state.call, [])
        for each in walks:
            if each.holds_for(facts):
                return each
        if len(self.walks) > self.most_calls:
            raise ExplorationTooLarge(state.call.script, self.most_calls)
        walked = walk(
            self.units[state.call.script],
            state.call,
            programme=self.programme,
            language=self.programme.languages[0],
            facts=facts,
            today=self.today,
            most_runs=self.most_runs,
        )
        walks.append(walked)
        return walked

    def after(self, state: _State, passage: Passage, call: Call) -> _State:
        """Where a passage of `state` that ends in `call` leads to."""
        learnt = {name: value for name, value in passage.known if name in self.counting}
        facts = {**self.variants[state.facts], **learnt}
        if facts not in self.variants:
            self.variants.append(facts)
        return _State(call, self.variants.index(facts))


class _Linked:
    """The passages of all states joined: from question to question, across the scripts' ends."""

    def __init__(self, explored: _Exploration) -> None:
        self.explored = explored
        for call in list(explored.walks):
            # Also where nobody gets to: two calls are compared in every variant.
            for facts in range(len(explored.variants)):
                if call.script in explored.units:
                    explored.walk(_State(call, facts))
        self.places = _places(explored.walks)
        self.nodes: dict[tuple[int, Question], Node] = {}
        self.edges: dict[Edge, tuple[Way, set[int]]] = {}
        self.arrivals: dict[_State, tuple[_Arrival, ...]] = {}

    def graph(self) -> Graph:
        explored = self.explored
        self._number()
        for start, facts in explored.entries():
            state, way = _State(Call.of(start.to), facts), _entered(start)
            for happened, tells, target in self._arrivals(state, ()):
                self._add(start, None, happened, tells, target, way, (facts,))
        for states in self._alike():
            for passage in explored.walk(states[0]).passages:
                if passage.source is not None:
                    self._link(states, passage)
        reached = {state.call.script for state in explored.ways}
        order = {node: node.number for node in self.nodes.values()}
        edges = [
            replace(edge, way=way, facts=frozenset(facts))
            for edge, (way, facts) in self.edges.items()
        ]
        edges.sort(key=lambda edge: order[edge.source] if isinstance(edge.source, Node) else 0)
        return Graph(
            programme=explored.programme,
            variants=tuple(explored.variants),
            starts=explored.starts,
            nodes=tuple(self.nodes.values()),
            edges=tuple(edges),
            unreached=tuple(name for name in explored.units if name not in reached),
            runs=sum(each.runs for walks in explored.walks.values() for each in walks),
        )

    def _number(self) -> None:
        """Find every question and the shortest way to it."""
        reached: list[tuple[_Cost, _State, Question, Way]] = []
        for state, ((tier, presses, order), way) in self.explored.ways.items():
            for passage in self.explored.walk(state).passages:
                if not isinstance(passage.target, Call | Left):
                    cost = tier, presses + len(passage.presses), order
                    there = longer(way, state.call, passage)
                    reached.append((cost, state, passage.target, there))  # type: ignore[arg-type]
        for _, state, question, way in sorted(reached, key=lambda each: each[0]):
            identity = self.places[state.call], question
            if identity not in self.nodes:
                named = way if way.script else Way(state.call.script)
                number = len(self.nodes) + 1
                self.nodes[identity] = Node(number, state.call.script, question, named)

    def _alike(self) -> list[list[_State]]:
        """States of one call whose facts make no difference there, the nearest first."""
        alike: dict[int, list[_State]] = {}
        for state in self.explored.ways:
            alike.setdefault(id(self.explored.walk(state)), []).append(state)
        return list(alike.values())

    def _link(self, states: list[_State], passage: Passage) -> None:
        nearest = states[0]
        source = self.nodes[self.places[nearest.call], passage.source]  # type: ignore[index]
        way = longer(self.explored.ways[nearest][1], nearest.call, passage)
        if not isinstance(passage.target, Call):
            target = passage.target
            to = target if isinstance(target, Left) else self._node(nearest, passage)
            facts = tuple(state.facts for state in states)
            self._add(source, passage.answer, passage.happened, passage.tells, to, way, facts)
            return
        for state in states:
            after = self.explored.after(state, passage, passage.target)
            for happened, tells, to in self._arrivals(after, ()):
                happened, tells = passage.happened + happened, passage.tells + tells
                self._add(source, passage.answer, happened, tells, to, way, (state.facts,))

    def _arrivals(self, state: _State, seen: tuple[_State, ...]) -> tuple[_Arrival, ...]:
        """What comes first in a script: what happens, what is told, and where that leads."""
        if state not in self.arrivals:
            found = tuple(self._first(state, seen))
            if seen:  # inside a cycle it depends on where one came in
                return found
            self.arrivals[state] = found
        return self.arrivals[state]

    def _first(self, state: _State, seen: tuple[_State, ...]) -> Iterator[_Arrival]:
        if state in seen:
            yield (), (), Left(ENDLESS, state.call.script)
            return
        if state.call.script not in self.explored.units:
            yield (), (), Left(FAILED, f"there is no script {state.call.script!r}")
            return
        for passage in self.explored.walk(state).passages:
            if passage.source is not None:
                continue
            if isinstance(passage.target, Call):
                after = self.explored.after(state, passage, passage.target)
                for happened, tells, to in self._arrivals(after, (*seen, state)):
                    yield passage.happened + happened, passage.tells + tells, to
            elif isinstance(passage.target, Left):
                yield passage.happened, passage.tells, passage.target
            else:
                yield passage.happened, passage.tells, self._node(state, passage)

    def _node(self, state: _State, passage: Passage) -> Node:
        return self.nodes[self.places[state.call], passage.target]  # type: ignore[index]

    def _add(
        self,
        source: Node | Start,
        answer: str | None,
        happened: tuple[Happened, ...],
        tells: tuple[Tell, ...],
        target: Node | Left,
        way: Way,
        facts: tuple[int, ...],
    ) -> None:
        edge = Edge(source, answer, happened, tells, target, way, frozenset())
        shortest, known = self.edges.setdefault(edge, (way, set()))
        known.update(facts)
        if len(way.answers) < len(shortest.answers):
            self.edges[edge] = way, known


def longer(way: Way, call: Call, passage: Passage) -> Way:
    """`way` to a script, gone on along a passage of it."""
    if not passage.presses:
        return way
    return Way(way.script or call.script, (*way.answers, *passage.presses))


def _entered(start: Start) -> Way:
    return Way(ANYWHERE, (start.key,)) if start.key else Way()


def _places(walks: Mapping[Call, list[Walked]]) -> dict[Call, int]:
    """Which calls are one place: equal in everything that they ask, tell and lead to.

    The coarsest partition that is stable: split until no place leads to two.
    """
    names = {call.script: place for place, call in enumerate(walks)}
    places = {call: names[call.script] for call in walks}
    while True:
        kinds: dict[object, int] = {}
        finer: dict[Call, int] = {}
        for call, each in walks.items():
            content = frozenset(
                (
                    passage.source,
                    passage.answer,
                    passage.happened,
                    passage.tells,
                    places.get(passage.target, passage.target.script)
                    if isinstance(passage.target, Call)
                    else passage.target,
                )
                for walked in each
                for passage in walked.passages
            )
            finer[call] = kinds.setdefault((places[call], content), len(kinds))
        if len(kinds) == len(set(places.values())):
            return places
        places = finer
