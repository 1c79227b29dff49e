"""The explorer: every branch of the scripts, found by replay, and never more than can be walked."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, get_args

import pytest

from dialogue import effects
from dialogue.effects import Effect, FindRecording, FindSelf
from dialogue.exploring.explore import explore
from dialogue.exploring.graph import Graph, Node
from dialogue.exploring.openings import STARTS, variants
from dialogue.exploring.samples import samples
from dialogue.exploring.walk import Call, ExplorationTooLarge, Left, walk
from dialogue.scripts import UNITS
from dialogue.words import Bye, Choose, Do, Know, Next, Opening, Script, Tell, Words
from programmes.values import Programme
from tests.dialogue.exploring import TODAY, explored, with_questions

ONE_OF_EACH: dict[type, dict[str, Any]] = {
    effects.KeepStatement: {"words": Words(recording="x")},
    effects.RecordAnswer: {"question": "gender"},
    effects.FindStanding: {"case": None, "older": 0},
}


@pytest.fixture(scope="module")
def graph(junin: Programme) -> Graph:
    return explore(junin, today=TODAY)


def test_every_script_is_reached(graph: Graph) -> None:
    assert graph.unreached == ()


def test_the_shortest_way_is_the_one_told(graph: Graph) -> None:
    assert str(graph.node("support.topic").way) == "menu → support → question"
    assert str(graph.node("support.statement").way) == "menu → support → question → water"
    assert str(graph.node("menu.main").way) == "menu"


def test_what_follows_alike_is_one_place(graph: Graph, junin: Programme) -> None:
    statements = [node for node in graph.nodes if node.question.key == "support.statement"]
    messages = [node for node in graph.nodes if node.script == "message"]
    assert len(statements) == 1
    # The first of several is another place once repeated: how many there are is told once.
    counted = sum(len(shelf.messages) > 1 for shelf in junin.categories)
    assert len(messages) == sum(len(shelf.messages) for shelf in junin.categories) + counted


def test_each_answer_leads_somewhere(graph: Graph) -> None:
    for node in graph.nodes:
        led = {edge.answer for edge in graph.edges_from(node)}
        assert led >= set(node.answers), node
        assert led, node


def test_a_survey_is_as_long_as_its_questions(junin: Programme) -> None:
    def runs(count: int) -> int:
        programme = with_questions(junin, count)
        call, facts = Call("survey"), variants()[0]
        return walk(
            UNITS["survey"],
            call,
            programme=programme,
            language="es",
            facts=facts,
            today=TODAY,
        ).runs

    grown = [runs(count) for count in (10, 20, 40)]
    assert grown[2] - grown[1] == 2 * (grown[1] - grown[0])


def test_a_script_without_end_is_named(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        while True:
            yield Choose("menu.main", ("yes", "no"))

    with pytest.raises(ExplorationTooLarge, match="'hello'") as raised:
        explored(junin, hello=hello)
    assert raised.value.unit == "hello"


def test_calls_without_end_are_named(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        yield Choose("menu.main", ("yes",))
        return Next("hello", {"count": o.args.get("count", 0) + 1})

    with pytest.raises(ExplorationTooLarge, match="'hello'"):
        explored(junin, hello=hello)


def test_an_effect_is_tried_with_each_outcome(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        found = yield Do(FindRecording("x"))
        yield Tell(f"case.{found['is']}")
        return Bye()

    graph = explored(junin, hello=hello)
    assert {edge.tells[0].key for edge in graph.edges} == {
        "case.waiting",
        "case.kept",
        "case.absent",
    }
    assert all(edge.target == Left("bye") for edge in graph.edges)


def test_an_argument_that_is_only_handed_on_is_not_looked_at(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        kind = yield Choose("support.kind", ("question", "grievance"))
        return Next("statement", {"kind": kind})

    def statement(o: Opening) -> Script:
        yield Tell("support.wait" if o.args["kind"] == "question" else "goodbye")
        return Bye()

    graph = explored(junin, hello=hello, statement=statement)
    [fault] = {edge.target for edge in graph.edges if isinstance(edge.target, Left)}
    assert isinstance(fault, Left)
    assert "handed on" in fault.detail


def test_what_a_script_learns_is_known_after_it(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        known = yield Choose("menu.main", ("yes", "no"))
        if known == "yes":
            yield Know({"proven": True})
        return Next("menu")

    def menu(o: Opening) -> Script:
        yield Tell("goodbye" if o.facts.get("proven") else "case.locked")
        return Bye()

    graph = explored(junin, hello=hello, menu=menu)
    told = {edge.answer: {tell.key for tell in edge.tells} for edge in graph.edges if edge.answer}
    assert told == {"yes": {"goodbye"}, "no": {"case.locked"}}


def test_what_is_known_from_the_start_is_varied(junin: Programme) -> None:
    def hello(o: Opening) -> Script:
        yield Tell("by_call" if o.by_voice else "by_text")
        yield Tell("known" if o.facts["language_known"] else "unknown")
        me = yield Do(FindSelf())
        yield Tell(me["is"])
        return Bye()

    told = {tuple(tell.key for tell in edge.tells) for edge in explored(junin, hello=hello).edges}
    assert len(told) == 2 * 2 * 3


@pytest.mark.parametrize("effect", get_args(Effect), ids=lambda effect: str(effect.__name__))
def test_every_declared_outcome_has_its_result(effect: Any, junin: Programme) -> None:
    given = {field.name: "sample" for field in fields(effect)} | ONE_OF_EACH.get(effect, {})
    tried = samples(effect(**given), junin, today=TODAY, script="my_case")
    assert {each.result["is"] for each in tried} == set(effect.outcomes)
    assert len({each.outcome for each in tried}) == len(tried)


def test_every_start_leads_to_a_script() -> None:
    assert {start.to.script for start in STARTS} <= UNITS.keys()


def test_numbers_follow_the_shortest_ways(graph: Graph) -> None:
    assert [node.number for node in graph.nodes] == list(range(1, len(graph.nodes) + 1))
    assert all(isinstance(edge.target, Node | Left) for edge in graph.edges)
