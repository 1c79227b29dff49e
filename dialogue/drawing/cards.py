"""What stands on the map: a card for each question, with what is heard and where each key leads.

Every question has one parent, from which callers reach it by the fewest answers: the cards are
trees. What leads anywhere else is written as the number of the card it leads to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations

from dialogue.drawing.words import word
from dialogue.exploring.graph import Edge, Graph, Node
from dialogue.exploring.heard import page_keys
from dialogue.exploring.lengths import Lengths
from dialogue.exploring.openings import Start
from dialogue.exploring.walk import Happened, Left
from dialogue.hearing import EXTRA_KEYS, MORE
from dialogue.words import Choose, Tell
from programmes.errors import MissingPrompt
from programmes.wordings import Wordings

MENU = "menu.main"
_FACTS = (
    "channel",
    "has_number",
    "shared",
    "proven",
    "language_known",
    "unfinished",
    "can_text",
)
"""Facts that the map has words for, the plainest first."""
_EXPIRED = Happened("FindToday", "expired")
_MOST_NAMED = 2
"""Outcomes of one effect that a condition names; more are "otherwise"."""


@dataclass(frozen=True, slots=True)
class Exit:
    """Where a key leads: under which condition, what is said on the way, and to what."""

    condition: str
    heard: tuple[str, ...]
    to: str = ""
    """The name of a card."""
    end: str = ""
    """What happens instead."""
    is_branch: bool = False
    """Whether the card there is drawn as a child of this one."""


@dataclass(frozen=True, slots=True)
class Row:
    """Keys, with the words of their options, that lead to the same."""

    keys: tuple[tuple[str, str], ...]
    exits: tuple[Exit, ...]


@dataclass(slots=True)
class Card:
    """One question of the map; or where a part of it starts, which asks nothing."""

    name: str
    """What others call it: a number, a letter where a tool starts, nothing for other starts."""
    title: str
    is_start: bool = False
    heard: tuple[str, ...] = ()
    question: str = ""
    rows: tuple[Row, ...] = ()
    seconds: int | None = None
    """How long it takes to hear all of it."""
    is_tool: bool = False
    """Whether a tool of the main menu begins here."""
    children: list[Card] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Group:
    """Edges by one answer that say the same and lead to the same."""

    tells: tuple[Tell, ...]
    target: Node | Left
    edges: tuple[Edge, ...]


def cards(
    graph: Graph,
    wordings: Wordings,
    *,
    language: str,
    reading: str,
    lengths: Lengths | None = None,
) -> list[Card]:
    """The roots of the map, children below them: transcripts in `language`, the rest in `reading`.

    Cards are numbered in reading order: the way to the menu, each of its tools, the other starts.
    What is so only once every message of a shelf has expired is left out.
    """
    return _Cards(graph, wordings, language, reading, lengths).roots()


class _Cards:
    def __init__(
        self,
        graph: Graph,
        wordings: Wordings,
        language: str,
        reading: str,
        lengths: Lengths | None,
    ) -> None:
        self.graph = graph
        self.wordings = wordings
        self.language = language
        self.reading = reading
        self.lengths = lengths
        self.groups: dict[Node | Start, dict[str | None, list[_Group]]] = {}
        self.parents: dict[Node, tuple[Node | Start, str | None, _Group]] = {}
        self.names: dict[Node, str] = {}
        self.tools: dict[str, str] = {}
        """By option of the main menu: the letter of the card at which its tool starts."""

    def roots(self) -> list[Card]:
        edges: dict[Node | Start, list[Edge]] = {}
        for edge in self.graph.edges:
            edges.setdefault(edge.source, []).append(edge)
        for source, leaving in edges.items():
            current = [edge for edge in leaving if _EXPIRED not in edge.happened]
            self.groups[source] = _grouped(current)
        starts = [start for start in self.graph.starts if start.name != "menu"]
        for start in starts:
            self._reach(start)
        later: list[Node] = []
        for start in starts:
            self._count(start, later)
            for tool in later:
                self._name(tool)
                self._count(tool, [])
            later.clear()
        return [self._start(start) for start in starts]

    def _reach(self, start: Start) -> None:
        """Give each question that is new here its parent, nearest first."""
        waiting: list[Node | Start] = [start]
        while waiting:
            source = waiting.pop(0)
            for answer, group in self._in_order(source):
                target = group.target
                if isinstance(target, Node) and target not in self.parents:
                    self.parents[target] = source, answer, group
                    waiting.append(target)

    def _in_order(self, source: Node | Start) -> Iterable[tuple[str | None, _Group]]:
        groups = self.groups.get(source, {})
        named = source.answers if isinstance(source, Node) else ()
        order = [
            *(each for each in named if each in groups),
            *(a for a in groups if a not in named),
        ]
        for answer in order:
            for group in groups[answer]:
                yield answer, group

    def _children(self, source: Node | Start) -> list[Node]:
        children = dict.fromkeys(
            group.target
            for answer, group in self._in_order(source)
            if isinstance(group.target, Node)
            and self.parents[group.target] == (source, answer, group)
        )
        return [each for each in children if isinstance(each, Node)]

    def _name(self, node: Node) -> None:
        self.names[node] = str(len(self.names) + 1)

    def _count(self, source: Node | Start, later: list[Node]) -> None:
        """Number what is below; of the menu's tools, later."""
        for child in self._children(source):
            if isinstance(source, Node) and source.question.key == MENU:
                later.append(child)
            else:
                self._name(child)
                self._count(child, later)

    # -- one card --------------------------------------------------------------------------------

    def _start(self, start: Start) -> Card:
        card = Card("", word(f"start.{start.name}", self.reading), is_start=True)
        card.rows = tuple(self._rows(start))
        card.children = [self._card(child) for child in self._children(start)]
        return card

    def _card(self, node: Node) -> Card:
        _, _, group = self.parents[node]
        card = Card(self.names[node], node.script)
        card.heard = self._said(group.tells)
        card.question = self._question(node)
        card.seconds = self._seconds(node, group.tells)
        below = [self._card(child) for child in self._children(node)]
        card.rows = tuple(self._rows(node))
        if node.question.key == MENU:
            card.rows, below = self._with_tools(node, card.rows, below)
        card.children = below
        return card

    def _with_tools(
        self, menu: Node, rows: tuple[Row, ...], below: list[Card]
    ) -> tuple[tuple[Row, ...], list[Card]]:
        """The menu's rows and children, where each tool starts with a card of its own.

        A tool that may begin in several ways says which on a card with a letter.
        """
        short: list[Row] = []
        heads: list[Card] = []
        by_name = {card.name: card for card in below}
        answers = [answer for page in menu.pages() for answer in page]
        for row, answer in zip(rows, answers, strict=False):
            title = self._text(f"option.{answer}", written=True)
            own = [by_name[each.to] for each in row.exits if each.is_branch]
            own = list({card.name: card for card in own}.values())
            if len(row.exits) > 1:
                letter = chr(ord("A") + sum(1 for head in heads if head.is_start))
                head = Card(letter, title, is_start=True, rows=(Row((), row.exits),), children=own)
                row = Row(row.keys, (Exit("", (), letter, is_branch=True),))
            elif own:
                head = own[0]
                head.title = title
            else:
                short.append(row)
                continue
            head.is_tool = True
            heads.append(head)
            short.append(row)
        return tuple(short), heads

    def _question(self, node: Node) -> str:
        asked = node.question
        if isinstance(asked, Choose) and set(asked.options) <= set(self.graph.programme.languages):
            return ""  # languages are offered each in its own words, without a question
        return self._text(asked.key)

    def _seconds(self, node: Node, tells: tuple[Tell, ...]) -> int | None:
        if self.lengths is None:
            return None
        pages = node.pages() or ((),)
        tags = frozenset(self.graph.programme.languages)
        spoken = [*(tell.key for tell in tells), *page_keys(node, pages[0], tags)]
        return round(self.lengths.total(spoken, self.language))

    def _rows(self, source: Node | Start) -> Iterable[Row]:
        """The keys in their order; those that lead to the same share a row."""
        groups = self.groups.get(source, {})
        rows: list[tuple[list[tuple[str, str]], tuple[Exit, ...]]] = []
        for key, answer in _keys(source, groups):
            label = self._label(source, answer)
            exits = tuple(self._exits(source, answer, groups.get(answer, [])))
            if answer == MORE:
                rows.append(([(key, label)], ()))
            elif rows and rows[-1][1] and _alike(rows[-1][1], exits):
                rows[-1][0].append((key, label))
            else:
                rows.append(([(key, label)], exits))
        return [Row(tuple(keys), exits) for keys, exits in rows]

    def _label(self, source: Node | Start, answer: str | None) -> str:
        if answer is None:
            return ""
        if isinstance(source, Node):
            options = source.question.options if isinstance(source.question, Choose) else ()
            if answer == source.question.silent and answer not in options:
                return word("silence", self.reading)
        if isinstance(source, Node) and isinstance(source.question, Choose):
            if answer in self.graph.programme.languages:
                return self._text(f"option.{answer}", tag=answer)
            return self._text(f"option.{answer}")
        return word(answer, self.reading)

    def _exits(
        self, source: Node | Start, answer: str | None, groups: Sequence[_Group]
    ) -> Iterable[Exit]:
        led: dict[str, Node | Left] = {}
        for group in groups:
            condition = self._condition(group, groups)
            if led.setdefault(condition, group.target) != group.target and condition:
                # The same again leads elsewhere: it was the last time.
                condition = f"{condition} ({word('at_last', self.reading)})"
            if isinstance(group.target, Left):
                end = word(group.target.how, self.reading)
                yield Exit(condition, self._said(group.tells), end=end)
                continue
            parent = self.parents[group.target]
            is_branch = parent[0] == source and parent[2].tells == group.tells
            heard = () if parent[2].tells == group.tells else self._said(group.tells)
            yield Exit(condition, heard, self.names[group.target], is_branch=is_branch)

    def _condition(self, group: _Group, groups: Sequence[_Group]) -> str:
        """What tells this group from the others by the same answer, in as few words as it takes.

        Where it cannot be told from all of them, it is told from those below it: they are read in
        their order, and the last is "otherwise".
        """
        if len(groups) == 1:
            return ""
        parts: list[str] = []
        others = [edge for each in groups if each is not group for edge in each.edges]
        effects = dict.fromkeys(each.effect for edge in group.edges for each in edge.happened)
        for effect in effects:
            here, there = _outcomes(effect, group.edges), _outcomes(effect, others)
            if len(here) <= _MOST_NAMED and set(there) - set(here):
                words = [word(f"{effect}.{outcome}", self.reading) for outcome in here]
                parts.append(" / ".join(words))
                others = [each for each in others if set(_outcomes(effect, [each])) & set(here)]
        told = self._facts(group, others)
        if told is None:
            below = {id(edge) for each in groups[groups.index(group) + 1 :] for edge in each.edges}
            told = self._facts(group, [each for each in others if id(each) in below])
        parts += told or []
        if parts or group is not groups[-1]:
            return " · ".join(parts)
        return word("otherwise", self.reading)

    def _facts(self, group: _Group, others: Sequence[Edge]) -> list[str] | None:
        """The fewest facts that tell a group from `others`; None where none do."""
        here = {place for edge in group.edges for place in edge.facts}
        there = {place for edge in others for place in edge.facts} - here
        if not there:
            return []
        values = {name: found[0] for name in _FACTS if len(found := self._values(name, here)) == 1}
        for count in range(1, len(values) + 1):
            for chosen in combinations([name for name in _FACTS if name in values], count):
                if not any(self._has(place, chosen, values) for place in there):
                    return [word(f"{name}.{values[name]}", self.reading) for name in chosen]
        return None

    def _has(self, place: int, names: Sequence[str], values: Mapping[str, object]) -> bool:
        variant = self.graph.variants[place]
        return all(variant.get(name) == values[name] for name in names)

    def _values(self, fact: str, places: Iterable[int]) -> list[object]:
        return list(dict.fromkeys(self.graph.variants[place].get(fact) for place in places))

    def _said(self, tells: tuple[Tell, ...]) -> tuple[str, ...]:
        said: list[str] = []
        for tell in tells:
            text = self._text(tell.key, tag=tell.language)
            for name in ("code", "statement", "take", "reply"):
                if getattr(tell, name) is not None:
                    text += f" {word(name, self.reading)}"
            said.append(text)
        return tuple(dict.fromkeys(said))

    def _text(self, key: str, *, tag: str | None = None, written: bool = False) -> str:
        try:
            wording = self.wordings.find(key, tag or self.language).wording
        except MissingPrompt:
            return f"{key} {word('nowhere', self.reading)}"
        return wording.text if written else wording.say


def _grouped(edges: Iterable[Edge]) -> dict[str | None, list[_Group]]:
    """Edges by answer, and by what is told and where they lead; told twice in a row is once."""
    found: dict[str | None, dict[tuple[object, object], list[Edge]]] = {}
    for edge in edges:
        identity = tuple(dict.fromkeys(edge.tells)), edge.target
        found.setdefault(edge.answer, {}).setdefault(identity, []).append(edge)
    return {
        answer: [
            _Group(tuple(dict.fromkeys(same[0].tells)), same[0].target, tuple(same))
            # What happens at once stands before what is waited for.
            for same in sorted(groups.values(), key=_waited)
        ]
        for answer, groups in found.items()
    }


def _waited(edges: Sequence[Edge]) -> int:
    """How often at least an effect was tried again on the way."""
    return min(len(edge.happened) - len({each.effect for each in edge.happened}) for edge in edges)


def _keys(
    source: Node | Start, groups: dict[str | None, list[_Group]]
) -> Iterable[tuple[str, str | None]]:
    """The keys of a question in their order, page by page; a longer list goes on at 1."""
    if not isinstance(source, Node) or not isinstance(source.question, Choose):
        return [("", answer) for answer in groups]
    keys: list[tuple[str, str | None]] = []
    for page in source.pages():
        keys += [(str(place), option) for place, option in enumerate(page, start=1)]
    extra_keys = {name: key for key, name in EXTRA_KEYS.items()}
    keys += [(extra_keys[each], each) for each in source.question.extras]
    named = {answer for _, answer in keys}
    return [*keys, *(("", each) for each in source.answers if each not in named)]


def _alike(these: tuple[Exit, ...], those: tuple[Exit, ...]) -> bool:
    """Whether they lead to the same; where a card is a child it is so from the first key on."""

    def bare(exits: tuple[Exit, ...]) -> list[tuple[object, ...]]:
        return [(each.condition, each.heard, each.to, each.end) for each in exits]

    return bare(these) == bare(those)


def _outcomes(effect: str, edges: Iterable[Edge]) -> list[str]:
    """How an effect turned out at last, on each of these edges, each outcome once."""
    last: dict[str, None] = {}
    for edge in edges:
        outcomes = [each.outcome for each in edge.happened if each.effect == effect]
        if outcomes:
            last[outcomes[-1]] = None
    return list(last)
