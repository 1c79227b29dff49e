"""A speaker records prompts by telephone: entered by a code, checked, kept, gone on with."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from sqlalchemy import select

from dialogue.keys import spoken_keys
from grievances import codes
from library import queries, recording_codes, telephone_takes
from library.models import PromptTake
from library.recording_codes import LENGTH, Given
from library.values import Origin, Place, Speaker, State, Version
from storage import recordings, sound
from storage.database import Database
from storage.ids import new_id
from tests.clock import FakeClock
from tests.dialogue.handset import Handset
from tests.dialogue.line import Line

DIGITS = "123456789012"
ROSA = Speaker("Rosa Quispe", FakeClock().now.date())
ASKED = ["record.say_this", "language.which", "record.after_tone"]


@pytest.fixture
def database(sqlite_database: Database) -> Database:
    """What is done to it is the same on each."""
    return sqlite_database


def valid(digits: str = DIGITS) -> str:
    """Twelve digits whose eighth makes a recording code of them."""
    draws = iter((int(digits[: LENGTH - 1]), int(digits[LENGTH:])))
    return recording_codes.draw(lambda _: next(draws))


def given(line: Line, language: str = "quy", digits: str = DIGITS) -> Given:
    with line.services.database.writing() as connection:
        return recording_codes.give(
            connection,
            vault=line.services.vault,
            programme="junin",
            language=language,
            speaker=ROSA,
            account_id=new_id(),
            now=line.clock(),
            lasts=dt.timedelta(days=30),
            draw=lambda: valid(digits),
        )


@dataclass
class Recorder:
    """Rosa's phone, and what happens to what she says on it."""

    line: Line
    code: Given
    phone: Handset

    @property
    def hears(self) -> list[str]:
        return self.phone.hears

    def at_the_door(self) -> Recorder:
        """Where the code of a case is asked for."""
        self.phone.begin()
        if "language.which" in self.phone.hears:
            self.phone.choose("es")
        self.phone.choose("my_case")
        assert self.phone.hears[-1] == "case.enter_code"
        return self

    def enter(self, proof: str = "") -> Recorder:
        self.at_the_door()
        self.phone.press(self.code.digits[:LENGTH])
        assert self.hears == ["record.last_digits"]
        self.phone.press(proof or self.code.digits[LENGTH:])
        return self

    def speak(self, content: bytes | None = None, *, is_checked: bool = True) -> Recorder:
        """Say it; the recording is fetched and checked while she waits."""
        self.phone.say()
        assert self.hears == ["support.wait", "pause"]
        if is_checked:
            self.fetched(content)
            self.phone.be_silent()
        return self

    def fetched(self, content: bytes | None = None) -> None:
        services = self.line.services
        media = services.media.put(content or sound.tone(1.5, frequency=300, level=-12))
        with services.database.writing() as connection:
            newest = select(PromptTake.recording_id).order_by(PromptTake.created_at.desc())
            recording = connection.execute(newest.limit(1)).scalar_one()
            assert recording is not None
            recordings.keep(connection, recording, media=media, now=services.clock())
        assert telephone_takes.check_takes(services, spoken_keys) == 1

    def version(self, key: str) -> Version | None:
        with self.line.reading() as connection:
            return queries.current_version(connection, Place("junin", "quy", key))

    def takes(self) -> list[str]:
        with self.line.reading() as connection:
            states = select(PromptTake.state).order_by(PromptTake.created_at)
            return list(connection.execute(states).scalars())


@pytest.fixture
def rosa(line: Line) -> Recorder:
    return Recorder(line, given(line), Handset(line, "voice"))


def test_what_is_kept_waits_for_approval_and_the_next_call_goes_on(rosa: Recorder) -> None:
    rosa.enter()
    first = ["record.say_this", "language.now", "record.after_tone"]
    assert rosa.hears == ["record.how", "record.left", *first]
    rosa.speak()
    assert rosa.hears == ["record.your_take", "record.check"]
    assert rosa.phone.offers == ["keep", "again", "skip", "stop_now"]
    assert "/voice/private/" in rosa.phone.body, "she hears herself"
    rosa.phone.choose("keep")
    assert rosa.hears == ["record.kept", *ASKED]
    kept = rosa.version("language.now")
    assert kept is not None
    assert (kept.state, kept.origin, kept.speaker) == (State.RECORDED, Origin.TELEPHONE, ROSA)
    assert kept.say == "Kunanqa runasimipim rimasunchik.", "the words that were there"
    rosa.phone.hang_up_speaking()
    rosa.enter()
    assert rosa.hears == ["record.how", "record.left", *ASKED]


def test_it_is_heard_in_spanish_whatever_the_call_is_in(rosa: Recorder) -> None:
    rosa.phone.begin().choose("quy").choose("my_case").press(rosa.code.digits[:LENGTH])
    rosa.phone.press(rosa.code.digits[LENGTH:])
    assert "language.now@es" in rosa.hears
    assert "/voice/prompts/es/language.now.wav" in rosa.phone.body


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (sound.tone(1.5, frequency=300, level=-70), "silent"),
        (sound.tone(0.1, frequency=300, level=-12), "too_short"),
        (sound.tone(40, frequency=300, level=-12), "too_long"),
        (b"no sound at all", "absent"),
    ],
)
def test_what_is_wrong_is_told_and_it_is_asked_again(
    rosa: Recorder, content: bytes, fault: str
) -> None:
    rosa.enter().speak(content)
    assert rosa.hears == [f"record.fault.{fault}", "record.after_fault"]
    assert rosa.phone.offers == ["again", "skip", "stop_now"]
    rosa.phone.choose("again")
    assert rosa.hears == ["record.say_this", "language.now", "record.after_tone"]
    assert rosa.version("language.now") is None


def test_a_take_is_spoken_again_or_left_for_another_call(rosa: Recorder) -> None:
    rosa.enter().speak()
    rosa.phone.choose("again")
    rosa.speak()
    rosa.phone.choose("skip")
    assert rosa.hears == ASKED
    assert rosa.version("language.now") is None
    rosa.phone.press("9")
    rosa.enter()
    assert "language.now" in rosa.hears


def test_an_event_that_comes_twice_keeps_one_take(rosa: Recorder) -> None:
    rosa.enter().speak()
    rosa.phone.choose("keep")
    event, body = rosa.phone.events[-1]
    rosa.phone.send(event)
    assert rosa.phone.body == body
    with rosa.line.reading() as connection:
        assert len(queries.versions(connection, Place("junin", "quy", "language.now"))) == 1


def test_what_is_kept_unheard_goes_in_once_it_is_checked(rosa: Recorder) -> None:
    rosa.enter().speak(is_checked=False)
    for _ in range(5):
        rosa.phone.be_silent()
    assert rosa.hears == ["record.unheard_check"]
    rosa.phone.choose("keep")
    assert rosa.hears == ["record.kept", *ASKED], "it is not asked for again"
    assert rosa.version("language.now") is None
    rosa.fetched()
    kept = rosa.version("language.now")
    assert kept is not None
    assert kept.origin is Origin.TELEPHONE


def test_a_bad_take_that_was_kept_unheard_is_missing_again(rosa: Recorder) -> None:
    rosa.enter().speak(is_checked=False)
    for _ in range(5):
        rosa.phone.be_silent()
    rosa.phone.choose("keep")
    rosa.fetched(sound.tone(1.5, frequency=300, level=-70))
    assert rosa.takes() == ["bad"]
    rosa.phone.hang_up()
    rosa.enter()
    assert "language.now" in rosa.hears


def test_whoever_is_silent_is_let_go_and_opens_no_case(rosa: Recorder) -> None:
    rosa.enter()
    rosa.phone.be_silent()
    assert rosa.hears[-1] == "record.after_tone"
    rosa.phone.be_silent()
    assert rosa.hears == ["record.stopped"]
    assert rosa.phone.has_ended
    assert rosa.line.cases() == []


def test_five_wrong_proofs_lock_a_code_for_an_hour(rosa: Recorder) -> None:
    proof = rosa.code.digits[LENGTH:]
    wrong = f"{(int(proof) + 1) % 10_000:04}"
    rosa.enter(wrong)
    assert rosa.hears == ["case.wrong_code", "record.last_digits"]
    rosa.phone.press(wrong).press(wrong)
    assert rosa.hears == ["case.wrong_code", "menu.main"]
    rosa.phone.hang_up()
    rosa.enter(wrong).phone.press(wrong)
    rosa.phone.hang_up()
    rosa.enter()
    assert rosa.hears == ["case.locked", "menu.main"]
    rosa.line.clock.advance(dt.timedelta(hours=1))
    rosa.phone.hang_up()
    rosa.enter()
    assert "record.how" in rosa.hears


def test_a_code_that_was_revoked_or_is_over_opens_nothing(line: Line, rosa: Recorder) -> None:
    rosa.enter()
    with line.services.database.writing() as connection:
        revoked = [
            recording_codes.revoke(
                connection, programme=programme, code_id=rosa.code.id, now=line.clock()
            )
            for programme in ("otro", "junin", "junin")
        ]
        assert revoked == [False, True, False], "by its programme alone, and once"
    rosa.phone.say()
    assert rosa.hears == ["record.closed"], "also for whoever is in the middle of it"
    rosa.at_the_door().phone.press(rosa.code.digits[:LENGTH])
    assert rosa.hears == ["case.wrong_code", "case.enter_code"]
    later = Recorder(line, given(line, digits="765432109876"), rosa.phone)
    line.clock.advance(dt.timedelta(days=30))
    later.phone.hang_up()
    later.at_the_door().phone.press(later.code.digits[:LENGTH])
    assert later.hears == ["case.wrong_code", "case.enter_code"]


def test_by_text_there_is_no_such_code(line: Line, rosa: Recorder) -> None:
    texts = Handset(line, "sms", "+51987000999")
    texts.begin().choose("es").choose("my_case").press(rosa.code.digits[:LENGTH])
    assert texts.hears == ["case.wrong_code", "case.enter_code"]


def test_neither_part_of_a_code_is_kept(rosa: Recorder) -> None:
    rosa.enter()
    kept = rosa.line.turns_as_text()
    assert rosa.code.digits[:LENGTH] not in kept
    assert f'"{rosa.code.digits[LENGTH:]}"' not in kept


def test_the_page_shows_what_was_kept_with_a_code(rosa: Recorder) -> None:
    rosa.enter().speak()
    rosa.phone.choose("keep")
    with rosa.line.reading() as connection:
        (shown,) = recording_codes.open_codes(connection, "junin", now=rosa.line.clock())
    assert (shown.kept, shown.speaker, shown.language) == (1, "Rosa Quispe", "quy")
    assert shown.last_call_at is not None


def test_what_nobody_kept_is_forgotten_after_a_day(rosa: Recorder) -> None:
    services = rosa.line.services
    rosa.enter().speak(sound.tone(1.5, frequency=500, level=-12))
    rosa.phone.choose("again")
    rosa.speak()
    rosa.phone.choose("keep")
    files = {path for path in services.media.folder.rglob("*") if path.is_file()}
    assert len(files) == 4, "what was fetched, and the takes made of it"
    assert telephone_takes.forget_takes(services) == 0
    rosa.line.clock.advance(dt.timedelta(days=1))
    assert telephone_takes.forget_takes(services) == 2
    kept = rosa.version("language.now")
    assert kept is not None
    assert kept.take is not None
    left = {path.name for path in services.media.folder.rglob("*") if path.is_file()}
    assert left == {kept.take.media}
    assert rosa.takes() == ["kept"]


def test_a_recording_code_is_never_that_of_a_case() -> None:
    for number in range(0, 10**7, 99_991):
        drawn = recording_codes.draw(lambda _, n=number: n % _)  # type: ignore[misc]
        assert recording_codes.is_valid(drawn[:LENGTH])
        assert not codes.is_valid(drawn[:LENGTH])
        assert not recording_codes.is_valid(codes.draw(lambda _, n=number: n % _))  # type: ignore[misc]
