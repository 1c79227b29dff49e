"""A walk of every path that a caller of Junín can take, in each of its languages."""

from __future__ import annotations

import ast
import datetime as dt
from collections.abc import Iterator
from random import Random

import pytest

from dialogue import engine
from dialogue.conversation import Asked, Conversation, Heard, Turn
from dialogue.exploring.explore import explore
from dialogue.exploring.findings import Severity
from dialogue.exploring.graph import Graph
from dialogue.exploring.heard import (
    EVERYWHERE,
    PERSON_AND_REPEAT,
    WITH_CODE,
    WITH_DATE,
    WITH_LIST,
    WITH_NUMBER,
    WITH_REPLY,
    reachable,
)
from dialogue.exploring.lint import lint
from dialogue.exploring.openings import CALLED_IN, STARTS, variants
from dialogue.exploring.samples import samples
from dialogue.hearing import Wish, page_of, understand
from dialogue.scripts import UNITS
from dialogue.words import Choose, Enter, Statement
from library.prompts import Prompts
from locales.catalogues import prompts as system_prompts
from locales.languages import is_said_in, language
from programmes.errors import MissingPrompt
from programmes.values import Programme
from tests.dialogue.exploring import TODAY, lengths_of, wordings_of
from tests.servers import ROOT

KEYS = "1234567890*#"
SPEAK_OF_PROMPTS = (
    "dialogue/engine.py",
    "dialogue/runner.py",
    "dialogue/perform.py",
    "grievances/replies.py",
    "telephony/dispatch.py",
    "voice/twiml.py",
    "voice/bridging.py",
    "voice/webhooks.py",
    "sms/texts.py",
    "sms/webhooks.py",
)


@pytest.fixture(scope="module")
def graph(junin: Programme) -> Graph:
    return explore(junin, today=TODAY)


@pytest.mark.parametrize("tag", ["es", "quy"])
def test_nothing_stands_in_the_way_of_a_caller(
    graph: Graph, junin: Programme, prompts: Prompts, tag: str
) -> None:
    wordings = wordings_of(junin)

    def has_sound(key: str, language: str) -> bool:
        try:
            return prompts.sound(wordings, key, language, slug=junin.slug).language == language
        except MissingPrompt:
            return False

    found = lint(
        graph, wordings, lengths=lengths_of(junin, prompts), today=TODAY, has_sound=has_sound
    )
    assert [str(each) for each in found if each.severity is Severity.ERROR] == []
    own = {key for key in reachable(graph) if is_said_in(key, tag)}
    assert {key for key in own if wordings.find(key, tag).tag != tag} == set()
    assert language(tag).clips <= own, "what a number may need is reached"


def test_no_page_has_more_than_four_options(graph: Graph) -> None:
    assert {len(page) for node in graph.nodes for page in node.pages()} <= {1, 2, 3, 4}


def test_a_person_a_repeat_and_the_way_back_are_at_every_question(graph: Graph) -> None:
    for node in graph.nodes:
        asked = node.question
        for page in range(len(node.pages())):
            options = page_of(asked.options, page) if isinstance(asked, Choose) else ()
            open_ = Asked(kind="Choose", key=asked.key, options=options)
            keys = [understand(Heard(digits=key), open_, lambda *_: None) for key in "0*9"]
            assert keys == [Wish.PERSON, Wish.REPEAT, Wish.BACK], node
        if isinstance(asked, Enter):
            open_ = Asked(kind="Enter", key=asked.key, length=asked.length)
            keys = [understand(Heard(digits=key), open_, lambda *_: None) for key in "09"]
            assert keys == [Wish.PERSON, Wish.BACK], node
        if isinstance(asked, Statement):
            open_ = Asked(kind="Statement", key=asked.key)
            keys = [understand(Heard(text=key), open_, lambda *_: None) for key in "0*9"]
            assert keys == [Wish.PERSON, Wish.REPEAT, Wish.BACK], node


def test_every_prompt_that_the_program_names_is_expected(graph: Graph) -> None:
    known = system_prompts("es").keys()
    expected = {*EVERYWHERE, PERSON_AND_REPEAT, *WITH_CODE, *WITH_REPLY, *reachable(graph)}
    # What the survey of Junín does not ask for.
    expected |= {*WITH_NUMBER, *WITH_DATE, *WITH_LIST}
    named = {
        (name, node.value)
        for name in SPEAK_OF_PROMPTS
        for node in ast.walk(ast.parse((ROOT / name).read_text("utf-8")))
        if isinstance(node, ast.Constant) and node.value in known
    }
    assert len(named) > 10
    assert {each for each in named if each[1] not in expected} == set()


def _turns(junin: Programme, seed: int) -> Iterator[tuple[Conversation, Turn]]:
    """A conversation of the real engine: any keys, and effects that turn out in any way."""
    dice = Random(seed)
    machine = engine.Machine(UNITS, junin, junin.languages, lambda *_: None)
    start = dice.choice([each for each in STARTS if each.name == CALLED_IN or not each.key])
    facts = dice.choice([each for each in variants() if each["channel"] in start.channels])
    conversation = Conversation(
        id="walk",
        programme=junin.hash,
        language="es",
        facts=dict(facts),
        script=start.to.script,
        args=dict(start.to.args),
    )
    steps = engine.begin(machine, conversation)
    for _ in range(40):
        try:
            effect = next(steps)
            while True:
                script = conversation.script
                ways = samples(effect, junin, today=TODAY, script="case")
                ways = ways or samples(effect, junin, today=TODAY, script=script)
                effect = steps.send(dice.choice(ways).result)
        except StopIteration as stop:
            conversation, turn = stop.value
        yield conversation, turn
        if turn.ask is None:
            return
        steps = engine.advance(machine, conversation, _anything(turn, conversation, dice))


def _anything(turn: Turn, conversation: Conversation, dice: Random) -> Heard:
    if dice.random() < 0.1:
        return Heard()
    match turn.ask:
        case Enter(length=length):
            return Heard(digits="1234567890"[: dice.choice((length, length, 1))])
        case Statement() if conversation.facts["channel"] == "voice":
            return Heard(recording="r", seconds=5)
        case Statement():
            return Heard(text="agua sucia")
        case Choose() if turn.asked and dice.random() < 0.8:
            return Heard(digits=str(dice.randint(1, len(turn.asked.options))))
    return Heard(digits=dice.choice(KEYS))


def test_the_engine_goes_nowhere_else(graph: Graph, junin: Programme) -> None:
    questions = {(node.script, node.question) for node in graph.nodes}
    ways = reachable(graph)
    seen: set[str] = set()
    for seed in range(60):
        for conversation, turn in _turns(junin, seed):
            assert {tell.key for tell in turn.tells} <= ways.keys()
            if isinstance(turn.ask, Choose | Enter | Statement):
                assert (conversation.script, turn.ask) in questions, turn.ask
                seen.add(turn.ask.key)
    assert len(seen) > 20


def test_what_has_expired_is_reached_no_more(junin: Programme) -> None:
    last = max(each.expires_on for shelf in junin.categories for each in shelf.messages)
    late = explore(junin, today=last + dt.timedelta(days=1))
    own = {f"message.{each.slug}" for shelf in junin.categories for each in shelf.messages}
    assert own & reachable(late).keys() == {f"message.{junin.quick_exit}"}
