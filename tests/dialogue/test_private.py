"""Help in private: what is kept of it is sealed, and nothing else of it is left anywhere."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from sqlalchemy import select

from contacts.models import Line as LineRow
from dialogue import listening, turns
from dialogue.conversation import Asked, Heard
from dialogue.exploring.explore import explore
from dialogue.hearing import Wish, understand
from dialogue.models import Left
from dialogue.words import Choose, Enter, Form, Statement
from measures.models import EngagementRow
from storage.database import Database
from storage.messages import Outbox
from storage.recordings import Recording
from tests.dialogue.exploring import TODAY
from tests.dialogue.handset import Handset
from tests.dialogue.line import HERS, Line, read_junin
from tests.safeguarding.people import Women, designate
from voice.hear import heard

_ASKED = ("private.may_call", "private.which_number", "private.when", "private.kept")


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """The engine changes nothing here; transcripts run on both."""
    return sqlite_database


@pytest.fixture
def women(line: Line) -> Women:
    return designate(line.services)


def asked_in_private(line: Line, *, channel: str = "voice") -> Handset:
    phone = Handset(line, channel).begin()
    phone.choose("es")
    return phone.press("8")


def agreed(phone: Handset) -> Handset:
    phone.choose("yes")
    phone.choose("this_number")
    return phone.choose("slot_evening")


def stored(line: Line) -> str:
    """Every turn, and everything else that tells of a conversation, as one text."""
    with line.reading() as connection:
        rows = [
            *connection.execute(select(*LineRow.__table__.columns)),
            *connection.execute(select(*Outbox.__table__.columns)),
            *connection.execute(select(*EngagementRow.__table__.columns)),
            *connection.execute(select(*Left.__table__.columns)),
            *connection.execute(select(*Recording.__table__.columns)),
        ]
    return line.turns_as_text() + repr(rows)


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_nothing_of_it_is_left_outside_of_the_report(
    line: Line, women: Women, channel: str
) -> None:
    phone = agreed(asked_in_private(line, channel=channel))
    phone.choose("that_is_all")
    if channel == "voice":
        phone.hang_up()
        listening.count_calls(line.services, seconds_of=lambda *_: 1.0, slug_of=line_slug)
    left = stored(line)
    for word in ("private", "slot_evening", "this_number", women.opened()[0].id):
        assert word not in left


def line_slug(_connection: object, _version: str) -> str:
    return "junin"


@pytest.mark.parametrize("channel", ["voice", "sms"])
def test_no_journal_ever_holds_an_answer(line: Line, women: Women, channel: str) -> None:
    phone = asked_in_private(line, channel=channel)
    for option in ("yes", "another_number"):
        phone.choose(option)
        assert option not in str([each.state["journal"] for each in held(line)])
    phone.press("964555777")
    assert "964555777" not in line.turns_as_text()
    assert "+51964555777" not in line.turns_as_text()
    phone.choose("slot_morning")
    assert all("slot_morning" not in str(each.state["journal"]) for each in held(line))
    assert women.opened()[0].id not in line.turns_as_text()
    phone.choose("leave_words")
    phone.say("Fue el capataz")
    assert "capataz" not in line.turns_as_text()


def held(line: Line) -> list[Any]:
    return [each for each in line.turns() if each.state and "journal" in each.state]


def test_a_hang_up_forgets_it_at_once_and_nothing_is_offered_on_the_next_call(
    line: Line, women: Women
) -> None:
    phone = asked_in_private(line)
    phone.choose("yes")
    phone.hang_up()
    assert "private" not in stored(line)
    again = Handset(line, "voice").begin()
    assert again.hears == ["greeting", "greeting@quy", "language.which"]
    assert women.opened() == []


def test_who_only_asked_for_help_is_written_down_nowhere(line: Line, women: Women) -> None:
    phone = asked_in_private(line)
    phone.hang_up()
    with line.reading() as connection:
        assert connection.execute(select(LineRow)).all() == []


def test_a_text_that_is_not_answered_is_forgotten(line: Line, women: Women) -> None:
    asked_in_private(line, channel="sms").choose("yes")
    line.clock.advance(dt.timedelta(minutes=11))
    with line.services.database.writing() as connection:
        turns.forget(connection, now=line.clock.now)
    assert "private" not in line.turns_as_text()
    phone = Handset(line, "sms").write("1")
    assert "private" not in " ".join(phone.hears)


def test_after_ten_minutes_nobody_comes_upon_it(line: Line, women: Women) -> None:
    asked_in_private(line, channel="sms")
    line.clock.advance(dt.timedelta(minutes=11))
    assert "private.may_call" not in Handset(line, "sms").write("1").hears


def test_the_end_said_once_more_tells_nothing(line: Line, women: Women) -> None:
    phone = agreed(asked_in_private(line))
    phone.choose("that_is_all")
    assert "private" not in line.turns_as_text()
    assert len(women.opened()) == 1


def test_the_safety_line_cannot_be_cut_short(line: Line, women: Women) -> None:
    phone = asked_in_private(line)
    before, _, gathered = phone.body.partition("<Gather")
    for key in ("private.safety", "private.lines", "private.may_call"):
        assert f"/{key}." in before
        assert f"/{key}." not in gathered


def test_the_lines_are_told_and_never_dialled(line: Line, women: Women) -> None:
    phone = asked_in_private(line)
    bodies = [phone.body]
    for option in ("yes", "this_number", "slot_any", "that_is_all"):
        bodies.append(phone.choose(option).body)
    for body in bodies:
        assert "<Dial" not in body
        assert not re.search(r">\s*10[05]\s*<", body)


@pytest.mark.parametrize("tag", ["es", "quy"])
def test_a_text_to_a_shared_phone_has_no_word_of_it(line: Line, women: Women, tag: str) -> None:
    phone = Handset(line, "sms").begin()
    phone.choose(tag)
    bodies = [phone.press("8").body]
    bodies += [agreed(phone).body, phone.choose("that_is_all").body]
    for body in bodies:
        folded = body.casefold()
        for word in ("violen", "denunci", "100", "105", "warmi", "mujer", "sexual"):
            assert word not in folded


def test_no_question_but_these(line: Line, women: Women) -> None:
    phone = asked_in_private(line)
    asked = [phone.hears[-1]]
    for option in ("yes", "this_number", "slot_any"):
        asked.append(phone.choose(option).hears[-1])
    assert tuple(asked) == _ASKED


def test_the_key_of_the_quick_exit_takes_words_back(line: Line, women: Women) -> None:
    phone = agreed(asked_in_private(line))
    phone.choose("leave_words")
    event = heard({"RecordingSid": "RE7", "RecordingDuration": "4", "Digits": "7"})
    phone.hear(event)
    assert phone.hears == ["message.wash-hands", "message.after"]
    assert women.opened()[0].sounds == ()


def test_before_anybody_is_designated_it_tells_whom_to_call_and_asks_nothing(line: Line) -> None:
    phone = asked_in_private(line)
    assert phone.hears == ["private.safety", "private.lines", "message.after"]
    assert phone.choose("back").hears == ["menu.main"]
    assert "private" not in line.turns_as_text()


def test_one_word_from_every_question_and_one_key_from_every_menu_and_code() -> None:
    graph = explore(read_junin(), today=TODAY)
    assert len(graph.nodes) > 100
    for node in graph.nodes:
        question = node.question
        for page in node.pages() or ((),):
            asked = Asked(
                kind=type(question).__name__,
                key=question.key,
                options=page,
                form=question.form if isinstance(question, Enter) else Form.CODE,
            )
            said = understand(Heard(command="private"), asked, lambda _text, _options: None)
            assert said is Wish.PRIVATE, node.way
            if isinstance(question, Choose) or asked.form == Form.CODE:
                key = Heard(text="8") if isinstance(question, Statement) else Heard(digits="8")
                assert understand(key, asked, lambda _text, _options: None) is Wish.PRIVATE


def test_one_key_from_every_menu(line: Line, women: Women) -> None:
    for option in ("library", "support", "survey", "my_case"):
        phone = Handset(line, "voice").begin()
        if isinstance(phone.turn and phone.turn.ask, Choose) and "es" in phone.offers:
            phone.choose("es")
        phone.choose(option)
        assert phone.press("8").hears[0] == "private.safety", option
        phone.hang_up()
    assert HERS not in line.turns_as_text()
