"""The map on paper: A3 sheets, as many as it takes, as one PDF.

Each tool of the main menu stands apart; what is too tall for a sheet goes on on another, and its
number tells where. The words of the PDF can be searched and read aloud.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import typst

from dialogue.drawing import svg
from dialogue.drawing.cards import Card, cards
from dialogue.drawing.layout import WIDTH, Section, Text, section_of
from dialogue.drawing.metrics import Face
from dialogue.drawing.words import LANGUAGES, word
from dialogue.exploring.graph import Graph
from dialogue.exploring.lengths import Lengths
from locales.languages import language as facts_of
from programmes.wordings import Wordings

A3 = (1190.55, 841.89)
"""Points, lying on its long side."""
_HEAD, _FOOT, _SIDE = 58.0, 46.0, 30.0
_ROOM = A3[1] - _HEAD - _FOOT
_TALLEST = _ROOM - svg.TITLE
_PART = 0.7

Shelf = tuple[float, list[svg.Placed]]
"""Sections beside each other, and the height they take."""


@dataclass(frozen=True, slots=True)
class Map:
    """A drawn map: its title and its sections, in reading order."""

    title: str
    subtitle: str
    reading: str
    language: str
    sections: tuple[Section, ...]

    def svg(self) -> str:
        """All of it as one picture."""
        return svg.whole(self.title, self.subtitle, self.sections)

    def sheets(self) -> list[str]:
        """A picture for each A3 sheet."""
        pages = _pages(self.sections)
        return [self._sheet(page, place, len(pages)) for place, page in enumerate(pages, start=1)]

    def pdf(self) -> bytes:
        """The sheets as one PDF, each the size of A3."""
        sheets = {f"{place}.svg": each for place, each in enumerate(self.sheets(), start=1)}
        across, down = A3
        pages = "#pagebreak(weak: true)\n".join(
            f'#image("{name}", width: {across}pt, height: {down}pt, alt: {_string(self.title)})\n'
            for name in sheets
        )
        source = (
            f"#set document(title: {_string(self.title)}, date: none)\n"
            f"#set text(lang: {_string(self.language[:2])})\n"
            f"#set page(width: {across}pt, height: {down}pt, margin: 0pt)\n{pages}"
        )
        files: Any = {"main": source.encode()}
        files |= {name: each.encode() for name, each in sheets.items()}
        # All in memory; its own annotations do not know that it takes several files.
        return bytes(typst.compile(files, format="pdf", ignore_system_fonts=True))

    def _sheet(self, page: Sequence[Shelf], place: int, count: int) -> str:
        across, down = A3
        left = (across - WIDTH) / 2
        placed, _ = svg.stacked(page, _HEAD)
        number = f"{word('sheet', self.reading)} {place} {word('of', self.reading)} {count}"
        right = across - _SIDE
        lines = [
            Text(_SIDE, 36, self.title, 17, Face.BOLD, "accent"),
            Text(right, 36, number, 11, Face.REGULAR, "soft", is_right=True),
            Text(_SIDE, 50, self.subtitle, 9.5, Face.REGULAR, "soft"),
            Text(_SIDE, down - 28, word("how_to_read", self.reading), 9, Face.REGULAR, "soft"),
            Text(_SIDE, down - 15, word("legend", self.reading), 9, Face.REGULAR, "soft"),
        ]
        parts = [svg.line(each) for each in lines]
        return svg.document(
            across, down, f"{self.title}, {number}", [*parts, *svg.drawn(placed, left)]
        )


def draw(
    graph: Graph,
    wordings: Wordings,
    *,
    language: str,
    reading: str | None = None,
    lengths: Lengths | None = None,
) -> Map:
    """The map of an explored programme, its transcripts in `language`.

    What stands around them is in `reading`: where it is not given, in `language` itself, or the
    first of `words.LANGUAGES`. With `lengths` each card says how long it takes to hear.
    """
    read = reading or (language if language in LANGUAGES else LANGUAGES[0])
    roots = cards(graph, wordings, language=language, reading=read, lengths=lengths)
    name = graph.programme.name.get(read) or next(iter(graph.programme.name.values()))
    heard_in = f"{word('transcripts', read)}: {facts_of(language).own_name}"
    return Map(
        title=f"{name}: {word('map', read).lower()}",
        subtitle=f"{heard_in} · {graph.programme.hash[:8]}",
        reading=read,
        language=language,
        sections=tuple(_sections(roots, read)),
    )


def _sections(roots: Sequence[Card], reading: str) -> Iterable[Section]:
    """The start, each tool of the menu, the other ways in; each no taller than a sheet."""
    for place, root in enumerate(roots):
        title = word("start_section" if place == 0 else "also", reading)
        tools = [card for card in _all(root) if card.is_tool]
        yield from _fitting(title, root, frozenset(card.name for card in tools))
        for tool in tools:
            yield from _fitting(tool.title, tool, frozenset())


def _fitting(title: str, card: Card, apart: frozenset[str]) -> Iterable[Section]:
    """Sections of a tree: where it is too tall, as little as helps is moved to another sheet."""
    section = section_of(title, card, without=apart)
    cut: list[Card] = []
    while section.height > _TALLEST:
        inside = [each for each in _all(card, apart) if each is not card]
        if not inside:
            break
        moved = _to_move(card, inside, apart)
        cut.append(moved)
        apart |= {moved.name}
        section = section_of(title, card, without=apart)
    yield section
    for each in cut:
        yield from _fitting(f"{title} → {each.name}", each, apart - {each.name})


def _to_move(card: Card, inside: Sequence[Card], apart: frozenset[str]) -> Card:
    """The smallest branch without which the rest fits; a good part of it, if none is enough."""
    heights = {each.name: section_of("", each, without=apart).height for each in inside}
    # Not nearly all of it: that would leave a first card alone.
    parts = [each for each in inside if heights[each.name] <= _PART * _TALLEST] or inside
    enough = [
        each
        for each in parts
        if section_of("", card, without=apart | {each.name}).height <= _TALLEST
    ]
    if enough:
        return min(enough, key=lambda each: heights[each.name])
    return max(parts, key=lambda each: heights[each.name])


def _all(card: Card, without: frozenset[str] = frozenset()) -> Iterable[Card]:
    yield card
    for child in card.children:
        if child.name not in without:
            yield from _all(child, without)


def _pages(sections: Sequence[Section]) -> list[list[Shelf]]:
    """Shelves on sheets in their order, several on one where they fit."""
    pages: list[list[Shelf]] = []
    left = 0.0
    for shelf in svg.shelved(sections):
        if not pages or shelf[0] > left:
            pages.append([])
            left = _ROOM
        pages[-1].append(shelf)
        left -= shelf[0] + svg.BETWEEN
    return pages


def _string(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
