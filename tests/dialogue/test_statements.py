"""What a turn costs: counted where it is paid, at the database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from sqlalchemy import Engine, event

from dialogue.conversation import Heard
from dialogue.runner import Runner
from dialogue.scene import Event
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, OURS, Line

_WRITES = ("INSERT", "UPDATE", "DELETE")
_FRAMES = ("BEGIN", "COMMIT", "ROLLBACK")


@dataclass
class Counted:
    """Statements in their order, and how many of them were kept by a commit of their own."""

    statements: list[str] = field(default_factory=list)

    @property
    def work(self) -> list[str]:
        return [each for each in self.statements if not each.startswith(_FRAMES)]

    @property
    def writes(self) -> list[str]:
        return [each for each in self.work if each.startswith(_WRITES)]


@contextmanager
def counting(engine: Engine) -> Iterator[Counted]:
    counted = Counted()

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        counted.statements.append(statement.strip())

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(engine, "before_cursor_execute", note)


def press(runner: Runner, line: Line, phone: Handset, option: str) -> Counted:
    """One key press on a runner that is warm, as it is in a process that serves."""
    assert phone.scene is not None
    heard = Heard(digits=str(phone.offers.index(option) + 1))
    pressed = Event(
        channel="voice", ours=OURS, theirs=HERS, heard=heard, leg=phone.leg, n=phone.scene.n
    )
    with counting(line.services.database.engine) as counted:
        runner.turn(pressed, line.renderer().render)
    return counted


def warm(line: Line) -> Runner:
    """A runner that has read the programme already."""
    runner = line.runner()
    phone = Handset(line, "voice", "+51987000333").begin()
    press(runner, line, phone, "es")
    return runner


def test_an_ordinary_turn_is_one_read_and_one_write(line: Line) -> None:
    runner = warm(line)
    phone = Handset(line, "voice").begin().choose("es").choose("support")
    counted = press(runner, line, phone, "grievance")
    assert len(counted.statements) <= 5
    assert len(counted.writes) == 1, counted.statements
    assert counted.writes[0].startswith("INSERT INTO turn ")
    assert len(counted.work) <= 2


@pytest.mark.parametrize(
    ("tool", "option", "most"),
    [
        ("library", "rights", 5),
        ("support", "question", 5),
        # Whether there is anything of hers to take back is looked up, and whatever the
        # conversation holds of a survey or of the sealed track is taken off its turns.
        ("survey", "no", 9),
    ],
)
def test_no_turn_that_keeps_nothing_is_more_than_a_few(
    line: Line, tool: str, option: str, most: int
) -> None:
    runner = warm(line)
    phone = Handset(line, "voice").begin().choose("es").choose(tool)
    counted = press(runner, line, phone, option)
    assert len(counted.statements) <= most, counted.statements


def test_an_answer_of_the_survey_is_one_transaction(line: Line) -> None:
    runner = warm(line)
    phone = Handset(line, "voice").begin().choose("es").choose("survey").choose("yes")
    counted = press(runner, line, phone, "better")
    assert len(counted.work) <= 5, counted.statements
    assert sum(each.startswith("COMMIT") for each in counted.statements) <= 1


def test_the_same_event_again_is_one_read(line: Line) -> None:
    runner = warm(line)
    phone = Handset(line, "voice").begin().choose("es").choose("support")
    first = press(runner, line, phone, "grievance")
    again = press(runner, line, phone, "grievance")
    assert first.writes
    assert not again.writes
    assert len(again.work) == 1
