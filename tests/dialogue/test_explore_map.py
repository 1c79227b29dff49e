"""The map: every question once, its transcript in the language chosen, on sheets that hold it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from itertools import combinations

import pytest

from dialogue.drawing.cards import Card, cards
from dialogue.drawing.layout import CARD, WIDTH, Box, Section
from dialogue.drawing.metrics import Face, broken, width
from dialogue.drawing.sheets import A3, Map, draw
from dialogue.exploring.explore import explore
from dialogue.exploring.graph import Graph
from programmes.values import Programme
from tests.dialogue.exploring import TODAY, lengths_of, wordings_of

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def graph(junin: Programme) -> Graph:
    return explore(junin, today=TODAY)


@pytest.fixture(scope="module", params=["es", "quy"])
def drawn(graph: Graph, junin: Programme, request: pytest.FixtureRequest) -> Map:
    return draw(graph, wordings_of(junin), language=request.param, lengths=lengths_of(junin))


def _all(roots: list[Card]) -> Iterator[Card]:
    for card in roots:
        yield card
        yield from _all(card.children)


def _words(svg: str) -> str:
    return " ".join(each.text or "" for each in ET.fromstring(svg).iter(f"{SVG}text"))  # noqa: S314


def test_every_question_stands_once_and_every_reference_stands(
    graph: Graph, junin: Programme
) -> None:
    roots = cards(graph, wordings_of(junin), language="es", reading="es")
    names = [card.name for card in _all(roots) if card.name]
    assert len(names) == len(set(names))
    assert len([name for name in names if name.isdecimal()]) == len(graph.nodes)
    led = {each.to for card in _all(roots) for row in card.rows for each in row.exits if each.to}
    assert led <= set(names)


def test_keys_stand_in_their_order(graph: Graph, junin: Programme) -> None:
    roots = cards(graph, wordings_of(junin), language="es", reading="es")
    menu = next(card for card in _all(roots) if card.question == "¿Qué desea hacer?")
    keys = [key for row in menu.rows for key, _ in row.keys]
    assert keys == ["1", "2", "3", "4"]
    topics = next(card for card in _all(roots) if card.question == "¿De qué tema desea hablar?")
    paged = [key for row in topics.rows for key, _ in row.keys]
    assert paged == ["1", "2", "3", "4", "1", "2", "3", "4"]


def test_no_card_lies_upon_another_and_none_leaves_its_sheet(drawn: Map) -> None:
    for section in drawn.sections:
        for one, other in combinations(section.boxes, 2):
            assert _apart(one, other), (section.title, one.card.name, other.card.name)
        for box in section.boxes:
            assert 0 <= box.x <= WIDTH - CARD
            assert box.y + box.height <= section.height + 0.01


def _apart(one: Box, other: Box) -> bool:
    return (
        one.x + CARD <= other.x
        or other.x + CARD <= one.x
        or one.y + one.height <= other.y
        or other.y + other.height <= one.y
    )


def test_no_wire_crosses_a_card(drawn: Map) -> None:
    for section in drawn.sections:
        for wire in section.wires:
            inside = zip(wire.points, wire.points[1:], strict=False)
            for (x, y), (to_x, to_y) in inside:
                middle = (x + to_x) / 2, (y + to_y) / 2
                assert not any(_holds(box, *middle) for box in section.boxes), section.title


def _holds(box: Box, x: float, y: float) -> bool:
    return box.x + 1 < x < box.x + CARD - 1 and box.y + 1 < y < box.y + box.height - 1


def test_lines_keep_to_their_card(drawn: Map) -> None:
    for box in _boxes(drawn.sections):
        for text in box.texts:
            across = width(text.words, text.size, text.face)
            left = text.x - across if text.is_right else text.x
            assert left >= 0, text.words
            assert left + across <= CARD, text.words


def _boxes(sections: tuple[Section, ...]) -> Iterator[Box]:
    for section in sections:
        yield from section.boxes


def test_the_picture_holds_every_transcript(graph: Graph, junin: Programme, drawn: Map) -> None:
    words = _words(drawn.svg())
    wordings = wordings_of(junin)
    for node in graph.nodes:
        if node.question.key == "language.which":
            continue  # languages are offered each in its own words
        said = wordings.find(node.question.key, drawn.language).wording.say
        assert all(part in words for part in broken(said, 9.0, CARD - 16, Face.BOLD)), said


def test_what_stands_around_is_in_the_language_of_the_reader(
    graph: Graph, junin: Programme
) -> None:
    english = draw(graph, wordings_of(junin), language="quy", reading="en")
    spanish = draw(graph, wordings_of(junin), language="quy")
    assert "Somebody calls or writes" in _words(english.svg())
    assert "Alguien llama o escribe" in _words(spanish.svg())


def test_the_sheets_are_one_pdf_of_a3(drawn: Map) -> None:
    sheets = drawn.sheets()
    for sheet in sheets:
        root = ET.fromstring(sheet)  # noqa: S314
        assert root.get("viewBox") == f"0 0 {A3[0]:g} {A3[1]:g}"
    content = drawn.pdf()
    assert content.startswith(b"%PDF-")
    assert content.count(b"/MediaBox") >= len(sheets)


def test_a_word_too_long_for_its_line_stands_alone() -> None:
    assert broken("a incomprehensibilities b", 9, 40) == ["a", "incomprehensibilities", "b"]
    assert broken("", 9, 40) == []
