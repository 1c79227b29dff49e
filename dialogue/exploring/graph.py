"""A programme as a graph: its questions, what leads from one to the next, and the way to each."""

from __future__ import annotations

from dataclasses import dataclass, field

from dialogue.exploring.openings import Facts, Start
from dialogue.exploring.walk import Happened, Left, answers_to
from dialogue.hearing import page_of
from dialogue.words import Choose, Enter, Statement, Tell
from programmes.values import Programme

ANYWHERE = "anywhere"
"""Where a way begins that a global key opens."""

Question = Choose | Enter | Statement


@dataclass(frozen=True, slots=True)
class Way:
    """How a caller gets somewhere: the script of the first question, and her answers from there."""

    script: str = ""
    answers: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " → ".join((self.script, *self.answers))


@dataclass(frozen=True, slots=True)
class Node:
    """One question, wherever it is asked with the same to follow."""

    number: int
    """In the order in which callers can first reach it, from 1."""
    script: str
    question: Question
    way: Way = field(compare=False)

    @property
    def answers(self) -> tuple[str, ...]:
        """Every answer, in the order of the keys; silence last, where it is one."""
        return answers_to(self.question)

    def pages(self) -> tuple[tuple[str, ...], ...]:
        """The options as they are asked, page by page, each in the order of its keys."""
        if not isinstance(self.question, Choose):
            return ()
        options = self.question.options
        if self.question.several:
            return (options,)
        pages: list[tuple[str, ...]] = [page_of(options, 0)]
        while (following := page_of(options, len(pages))) != pages[0]:
            pages.append(following)
        return tuple(pages)


@dataclass(frozen=True, slots=True)
class Edge:
    """From a question by an answer, or from a start by none, to a question or out of it all."""

    source: Node | Start
    answer: str | None
    happened: tuple[Happened, ...]
    """How effects turned out on the way, of those that may turn out in several ways."""
    tells: tuple[Tell, ...]
    target: Node | Left
    way: Way = field(compare=False)
    """The shortest way to its end."""
    facts: frozenset[int] = field(compare=False)
    """In which of `Graph.variants` it is so."""


@dataclass(frozen=True, slots=True)
class Graph:
    """Everything that can be reached. Nodes and edges are in the order of the shortest ways."""

    programme: Programme
    variants: tuple[Facts, ...]
    starts: tuple[Start, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    unreached: tuple[str, ...]
    """Scripts that nothing leads to."""
    runs: int
    """How many replays it took."""

    def edges_from(self, source: Node | Start) -> tuple[Edge, ...]:
        return tuple(edge for edge in self.edges if edge.source == source)

    def node(self, key: str) -> Node:
        """The nearest question of that key. Raises KeyError."""
        for node in self.nodes:
            if node.question.key == key:
                return node
        raise KeyError(key)
