"""A drop at every possible turn is gone on with: nothing is asked twice, nothing is lost."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from dialogue.words import Choose, Enter, Pause
from storage.database import Database
from tests.conftest import FULL_SIZE
from tests.dialogue.handset import Handset
from tests.dialogue.line import Line

ANSWERS = {
    "language.which": "es",
    "support.kind": "grievance",
    "support.topic": "land",
    "support.check": "send",
    "support.unheard_check": "send",
    "support.answer_how": "i_will_call",
    "support.shared_phone": "yes",
    "person.gender": "woman",
    "survey.consent": "yes",
    "question.water_change": "worse",
    "question.work_change": "same",
    "question.gender": "woman",
    "question.consulted": "scale_little",
    "question.trust": "scale_some",
    "question.fairness": "scale_none",
    "question.priority": "priority_water",
}
QUESTIONS = [key for key in ANSWERS if key.startswith("question.")]
WRITTEN = ["support.kind", "support.topic", "support.statement"]
DECIDED = ["support.answer_how", "support.shared_phone", "support.choose_pin"]
ASKED = {
    # What is asked of her by the time it is done, on the channel on which she speaks or writes.
    ("support", "voice"): [*WRITTEN, "support.check", *DECIDED],
    ("support", "sms"): [*WRITTEN, *DECIDED],
    ("survey", "voice"): ["survey.consent", *QUESTIONS],
    ("survey", "sms"): ["survey.consent", *QUESTIONS],
}
DROPS = ("reported", "heard", "never told")
"""How we come to know that a call has ended; of the last, that nothing came for ten minutes."""
OF_TOOL = ("support.", "survey.", "question.")
GREETINGS = ("language.which", "menu.main", "resume.offer")


def every_drop() -> Iterator[tuple[str, str, str, int, str]]:
    """Tool, channel before, channel after, answers before the drop, and how it is known."""
    for (tool, before), asked in ASKED.items():
        for answers in range(len(asked)):
            for after in ("voice", "sms"):
                ways = DROPS if FULL_SIZE else (DROPS[answers % len(DROPS)],)
                for way in ways if before == "voice" else ("",):
                    yield tool, before, after, answers, way


class Talk:
    """Somebody who answers whatever she is asked, and what she was asked."""

    def __init__(self, line: Line, tool: str) -> None:
        self.line, self.tool = line, tool
        self.answered: list[str] = []
        self.codes: set[str] = set()

    def answer(self, phone: Handset) -> str:
        """Answer the open question; return its key."""
        assert phone.turn is not None
        ask = phone.turn.ask
        assert ask is not None
        match ask:
            case Pause():
                phone.recording_arrives().be_silent()
            case Choose(key="menu.main"):
                phone.choose(self.tool)
            case Choose(key="resume.offer"):
                phone.choose("yes")
            case Choose():
                phone.choose(ANSWERS[ask.key])
            case Enter():
                phone.press("4826")
            case _:
                phone.say("Cercaron el pastizal de mi familia")
        if ask.key.startswith(OF_TOOL):
            self.answered.append(ask.key.replace("unheard_check", "check"))
        if phone.turn is not None and phone.code:
            self.codes.add(phone.code)
        return ask.key

    def until(self, phone: Handset, answers: int) -> None:
        """Go on until the tool has so many answers."""
        while len(self.answered) < answers or phone.hears[-1] in GREETINGS:
            self.answer(phone)

    def to_the_end(self, phone: Handset) -> None:
        """Go on until the menu comes again."""
        while phone.hears[-1] != "menu.main":
            self.answer(phone)


def drop(phone: Handset, how: str) -> None:
    if how == "reported":
        phone.hang_up()
    elif how == "heard":
        phone.hang_up_listening()
    else:
        phone.line.clock.advance(dt.timedelta(minutes=11))


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """Nothing here depends on the engine."""
    return sqlite_database


@pytest.mark.parametrize(("tool", "before", "after", "answers", "how"), list(every_drop()))
def test_nothing_is_asked_twice_and_nothing_is_lost(
    line: Line, tool: str, before: str, after: str, answers: int, how: str
) -> None:
    talk = Talk(line, tool)
    phone = Handset(line, before).begin()
    talk.until(phone, answers)
    open_question = phone.hears[-1]
    drop(phone, how)
    if before == after == "sms":
        # A thread of texts does not drop: it is gone on with whenever she writes.
        talk.to_the_end(phone)
    else:
        again = Handset(line, after).begin()
        if answers:
            assert again.hears == ["greeting", "resume.offer"]
            talk.answer(again)
            # Over text a pause is no question: what it waited for is looked at at once.
            assert open_question in (again.hears[-1], "pause")
        else:
            assert again.hears == ["greeting", "menu.main"]
            talk.answer(again)
        talk.to_the_end(again)
        # What was finished is not offered again.
        assert "resume.offer" not in Handset(line, after).begin().hears
    spoke_after = before == "sms" and after == "voice" and answers <= 2
    wrote_after = before == "voice" and after == "sms" and answers <= 2
    spoken = "voice" if spoke_after else "sms" if wrote_after else before
    assert talk.answered == ASKED[tool, spoken]
    check_kept(line, talk)


def check_kept(line: Line, talk: Talk) -> None:
    """One case or one response, and all of it."""
    if talk.tool == "survey":
        [response] = line.responses()
        assert response.complete
        expected = {key.removeprefix("question."): ANSWERS[key] for key in QUESTIONS}
        assert line.answers() == expected
        return
    [case] = line.cases()
    [said] = line.statements()
    assert (case.kind, case.topic, case.confirmed) == ("grievance", "land", True)
    assert said.case_id == case.id
    assert case.answer_by == "i_will_call"
    assert case.pin_hash is not None
    assert talk.codes == {case.code}
