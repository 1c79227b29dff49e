"""The same event sixteen times at once, and different ones: one row, one answer, one effect."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from dialogue.conversation import Heard
from dialogue.runner import Runner
from dialogue.scene import Event
from sms import texts
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, OURS, Line

TIMES = 16


def at_once(line: Line, events: list[Event]) -> list[str]:
    """The answers to these events, posted at once to two processes' worth of runners."""
    runners = [Runner(line.services, needs_opening=False) for _ in range(2)]
    renderer = line.renderer()
    together = Barrier(len(events))

    def post(place: int, event: Event) -> str:
        together.wait(timeout=30)
        render = renderer.render if event.channel == "voice" else texts.render
        return runners[place % 2].turn(event, render)

    with ThreadPoolExecutor(len(events)) as pool:
        return list(pool.map(post, range(len(events)), events))


def call_event(leg: str, n: int, heard: Heard, theirs: str | None = HERS) -> Event:
    return Event(channel="voice", ours=OURS, theirs=theirs, heard=heard, leg=leg, n=n)


def text_event(message: str, body: str) -> Event:
    heard = Heard(text=body)
    return Event(channel="sms", ours=OURS, theirs=HERS, heard=heard, message=message)


def ready_to_speak(line: Line) -> Event:
    """A recording that makes a case, the moment before it arrives."""
    phone = Handset(line, "voice").begin().choose("es").press("0").press("1")
    assert phone.scene is not None
    return call_event(phone.leg, phone.scene.n, Heard(recording="RE1", seconds=5))


def ready_to_write(line: Line) -> Event:
    Handset(line, "sms").begin().choose("es").press("0")
    return text_event("SM-once", "El agua baja turbia desde ayer")


def ready_to_answer(line: Line) -> Event:
    phone = Handset(line, "voice").begin().choose("es").choose("survey").choose("yes")
    assert phone.scene is not None
    return call_event(phone.leg, phone.scene.n, Heard(digits="1"))


def first_call(line: Line) -> Event:
    return call_event("CA-first", 0, Heard())


def first_text(line: Line) -> Event:
    return text_event("SM-first", "El agua baja turbia desde ayer")


@pytest.mark.parametrize(
    ("prepare", "cases", "answers"),
    [
        (first_call, 0, {}),
        (first_text, 1, {}),
        (ready_to_speak, 1, {}),
        (ready_to_write, 1, {}),
        (ready_to_answer, 0, {"water_change": "better"}),
    ],
)
def test_the_same_event_at_once(
    line: Line, prepare: Callable[[Line], Event], cases: int, answers: dict[str, str]
) -> None:
    event = prepare(line)
    before = len(line.turns())
    bodies = at_once(line, [event] * TIMES)
    assert len(set(bodies)) == 1
    assert len(line.turns()) == before + 1
    assert len(line.cases()) == len(line.statements()) == cases
    assert line.answers() == answers


def test_two_texts_at_once_are_two_turns(line: Line) -> None:
    Handset(line, "sms").begin().choose("es")
    before = len(line.turns())
    bodies = at_once(line, [text_event("SM-a", "1"), text_event("SM-b", "2")])
    assert len(line.turns()) == before + 2
    assert len(set(bodies)) == 2
    assert len({(row.leg, row.n) for row in line.turns()}) == before + 2


def test_a_call_and_a_text_at_once_do_not_disturb_each_other(line: Line) -> None:
    bodies = at_once(line, [first_call(line), text_event("SM-a", "hola")])
    assert len(line.turns()) == 2
    assert all(body.startswith("<?xml") for body in bodies)


def test_two_calls_that_want_the_same_conversation(line: Line) -> None:
    """Both may go on with it; what is given on either is given once."""
    left = Handset(line, "voice").begin().choose("es").choose("survey").choose("yes")
    left.choose("better").hang_up()
    first = Handset(line, "voice").begin()
    second = Handset(line, "voice").begin()
    assert "resume.offer" in first.hears
    events = [call_event(each.leg, 1, Heard(digits="1")) for each in (first, second)]
    at_once(line, events)
    assert line.answers() == {"water_change": "better"}
    assert len(line.responses()) == 1
