"""The engine by scripts of a few lines: replay, the keys that mean the same everywhere, cuts."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import pytest

from dialogue import engine
from dialogue.conversation import Conversation, Heard
from dialogue.engine import EngineError, ScriptFailed
from dialogue.words import (
    GIVEN,
    Bye,
    Choose,
    Do,
    Enter,
    Next,
    Opening,
    Pause,
    Script,
    Speak,
    Statement,
    TakeUp,
    Tell,
    Unit,
)
from tests.dialogue.tiny import Keep, Send, Talk

YES_NO = ("yes", "no")


def two_questions(o: Opening) -> Script:
    yield Tell("hello")
    first = yield Choose("first", YES_NO)
    yield Tell(f"between.{first}")
    yield Choose("second", YES_NO)
    yield Tell("after")
    return Bye()


# Replay ---------------------------------------------------------------------------------------


def test_each_turn_goes_one_answer_further_and_tells_what_is_new() -> None:
    talk = Talk({"tool": two_questions})
    assert talk.begin() == ["hello", "first"]
    assert talk.press("2") == ["between.no", "second"]
    assert talk.press("1") == ["after"]
    assert talk.has_ended
    assert talk.conversation.asked is None


def test_a_script_is_run_with_what_was_answered_not_with_what_was_pressed() -> None:
    """Options that were re-ordered meanwhile do not turn an answer into another one."""
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.press("2")

    def reordered(o: Opening) -> Script:
        first = yield Choose("first", ("no", "yes"))
        yield Tell(f"between.{first}")
        yield Choose("second", ("maybe", "yes", "no"))
        return Bye()

    talk.scripts = {"tool": reordered}
    assert talk.again() == ["between.no", "second"]
    assert talk.conversation.journal[0].value == "no"


def test_a_key_is_read_by_what_was_spoken() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()

    def reordered(o: Opening) -> Script:
        first = yield Choose("first", ("no", "yes"))
        yield Tell(f"between.{first}")
        yield Choose("second", YES_NO)
        return Bye()

    talk.scripts = {"tool": reordered}
    assert talk.press("1") == ["between.yes", "second"]


def test_effects_are_done_once_however_often_they_are_replayed() -> None:
    def script(o: Opening) -> Script:
        yield Choose("first", YES_NO)
        yield Do(Keep("a"))
        yield Do(Keep("b"))
        yield Choose("second", YES_NO)
        yield Do(Send("c"))
        yield Choose("third", YES_NO)
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.press("1")
    talk.press("*")
    talk.press("1")
    talk.press("#")
    talk.press("1")
    assert talk.did(Keep) == ["a", "b"]
    assert talk.did(Send) == ["c"]


def test_a_result_decides_what_comes_next_and_stays_as_it_was() -> None:
    def script(o: Opening) -> Script:
        found = yield Do(Keep("look"))
        if found["is"] == "there":
            yield Tell("there")
        yield Choose("first", YES_NO)
        yield Tell("still" if found["is"] == "there" else "lost")
        yield Choose("second", YES_NO)
        return Bye()

    talk = Talk({"tool": script}, results={"Keep": {"is": "there"}})
    assert talk.begin() == ["there", "first"]
    talk.results["Keep"] = {"is": "gone"}
    assert talk.press("1") == ["still", "second"]


def test_a_script_that_names_another_starts_it_with_an_empty_journal() -> None:
    def tool(o: Opening) -> Script:
        yield Tell("first part")
        return Next("next_part", {"place": 3})

    def next_part(o: Opening) -> Script:
        yield Choose(f"place.{o.args['place']}", YES_NO)
        return Next("menu")

    talk = Talk({"tool": tool, "next_part": next_part})
    assert talk.begin() == ["first part", "place.3"]
    assert talk.press("1") == ["menu.main"]
    assert talk.conversation.journal == ()
    assert talk.conversation.ledger == {}


def test_a_language_that_is_chosen_holds_from_there_on() -> None:
    def script(o: Opening) -> Script:
        chosen = yield Choose("language.which", ("es", "quy"))
        yield Speak(chosen)
        yield Tell("welcome")
        yield Choose("first", YES_NO)
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.press("2")
    assert talk.turn is not None
    assert talk.turn.language == "quy"
    assert talk.conversation.facts["language_known"] is True
    talk.press("#")
    assert talk.turn.language == "es"
    talk.press("*")
    assert talk.turn.language == "es"


def test_taking_up_ends_the_conversation_and_says_so() -> None:
    def script(o: Opening) -> Script:
        yield Tell("hello")
        return TakeUp()

    talk = Talk({"tool": script})
    assert talk.begin() == ["hello"]
    assert talk.turn is not None
    assert talk.turn.take_up


# The keys that mean the same everywhere --------------------------------------------------------


def test_repeat_tells_and_asks_the_same_again() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.press("1")
    for _ in range(3):
        assert talk.press("*") == ["between.yes", "second"]
    assert len(talk.conversation.journal) == 1


def test_help_in_between_is_not_what_is_repeated() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.press("1")
    assert talk.command("help") == ["help.keys", "second"]
    assert talk.silence() == ["nothing.heard.1", "menu.again.1", "second"]
    assert talk.press("*") == ["between.yes", "second"]


def test_back_puts_the_question_before_again_and_forgets_its_answer() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.press("1")
    assert talk.press("9") == ["hello", "first"]
    assert talk.press("2") == ["between.no", "second"]


def test_back_from_the_first_question_leads_up_and_from_the_top_out() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    assert talk.press("9") == ["menu.main"]
    assert talk.press("9") == ["goodbye"]
    assert talk.has_ended


def test_back_leads_where_the_unit_says() -> None:
    talk = Talk({"tool": Unit(two_questions, up="other")})
    talk.begin()
    assert talk.press("9") == ["other"]


def test_back_stops_where_something_was_done_once() -> None:
    def script(o: Opening) -> Script:
        yield Choose("first", YES_NO)
        yield Do(Send("case"))
        yield Choose("second", YES_NO)
        yield Choose("third", YES_NO)
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.press("1")
    assert talk.press("9") == ["second"]
    talk.press("1")
    assert talk.press("9") == ["second"]
    assert talk.press("9") == ["second"]
    assert talk.did(Send) == ["case"]


def test_back_passes_what_can_be_repeated_and_corrects_it() -> None:
    def script(o: Opening) -> Script:
        said = yield Choose("first", YES_NO)
        yield Do(Keep(said))
        yield Choose("second", YES_NO)
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.press("1")
    talk.press("9")
    talk.press("2")
    assert talk.did(Keep) == ["yes", "no"]


def test_back_passes_waiting() -> None:
    def script(o: Opening) -> Script:
        yield Statement("say")
        for _ in range(2):
            yield Pause(2)
        yield Choose("check", YES_NO)
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    assert talk.say() == ["pause"]
    assert talk.silence() == ["pause"]
    assert talk.silence() == ["check"]
    assert talk.press("9") == ["say"]
    assert talk.conversation.journal == ()


def test_the_language_key_goes_round_and_says_so_in_the_new_language() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    assert talk.press("#") == ["language.now", "hello", "first"]
    assert talk.turn is not None
    assert talk.turn.language == "quy"
    talk.press("#")
    assert talk.turn.language == "es"


def test_a_language_that_the_programme_no_longer_speaks_is_left() -> None:
    talk = Talk({"tool": two_questions}, languages=("en", "fr"))
    talk.begin()
    talk.press("#")
    assert talk.turn is not None
    assert talk.turn.language == "en"


@pytest.mark.parametrize(
    ("key", "command", "expected"),
    [
        ("0", "person", "person.connecting"),
        ("7", "quick_exit", "harmless"),
        ("", "menu", "menu.main"),
    ],
)
def test_keys_that_lead_elsewhere(key: str, command: str, expected: str) -> None:
    for act in ("key", "command"):
        talk = Talk({"tool": two_questions})
        talk.begin()
        talk.press("1")
        if act == "key" and key:
            assert talk.press(key) == [expected]
        else:
            assert talk.command(command) == [expected]
        assert talk.conversation.journal == ()


def test_options_come_before_the_keys_that_mean_the_same_everywhere() -> None:
    def script(o: Opening) -> Script:
        found = yield Choose("which", ("back", "repeat", "next"))
        yield Tell(f"took.{found}")
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    assert talk.command("back") == ["took.back"]


# Silence --------------------------------------------------------------------------------------


def test_two_silences_are_asked_again_and_the_third_is_an_ear() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    assert talk.silence() == ["nothing.heard.1", "menu.again.1", "first"]
    assert talk.press("4") == ["wrong.key", "menu.again.2", "first"]
    assert talk.silence() == ["speak.after_tone"]


def test_an_answer_ends_the_count_of_silences() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.silence()
    talk.silence()
    talk.press("1")
    assert talk.silence() == ["nothing.heard.1", "menu.again.1", "second"]
    talk.press("*")
    assert talk.silence() == ["nothing.heard.1", "menu.again.1", "second"]


def test_silence_where_she_should_speak_is_the_end() -> None:
    talk = Talk({}, start="speak")
    talk.begin()
    talk.silence()
    talk.silence()
    assert talk.silence() == ["goodbye"]
    assert talk.has_ended


def test_a_question_may_say_what_two_silences_mean() -> None:
    def script(o: Opening) -> Script:
        ready = yield Choose("ready", ("yes", "later"), silent="later")
        yield Tell(f"is.{ready}")
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    assert talk.silence() == ["nothing.heard.1", "menu.again.1", "ready"]
    assert talk.silence() == ["is.later"]


def test_a_hang_up_is_neither_silence_nor_an_answer() -> None:
    def script(o: Opening) -> Script:
        yield Choose("heard", ("repeat", "stop"), silent="stop")
        yield Do(Keep("heard to the end"))
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.silence()
    for _ in range(3):
        assert talk.hear(Heard(gone=True)) == ["heard"]
    assert talk.did(Keep) == []
    assert talk.conversation.tries == 1


def test_what_is_said_as_she_hangs_up_is_taken() -> None:
    def script(o: Opening) -> Script:
        words = yield Statement("say")
        yield Do(Keep(words))
        yield Choose("check", YES_NO)
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    assert talk.say(gone=True) == ["check"]
    assert talk.did(Keep) == ["words"]


# A long list ----------------------------------------------------------------------------------


def long_list(o: Opening) -> Script:
    found = yield Choose("topic", ("a", "b", "c", "d", "e", "f", "g"))
    yield Tell(f"took.{found}")
    return Bye()


def test_a_long_list_goes_by_three_round_and_round() -> None:
    talk = Talk({"tool": long_list})
    talk.begin()
    pages = [talk.offers]
    for _ in range(3):
        assert talk.press("4" if len(talk.offers) == 4 else "2") == ["topic"]
        pages.append(talk.offers)
    assert pages == [
        ("a", "b", "c", "more"),
        ("d", "e", "f", "more"),
        ("g", "more"),
        ("a", "b", "c", "more"),
    ]
    assert talk.conversation.journal == ()


def test_repeat_and_help_and_language_stay_on_the_page() -> None:
    talk = Talk({"tool": long_list})
    talk.begin()
    talk.press("4")
    for key in ("*", "#", "5", ""):
        talk.press(key)
        assert talk.offers == ("d", "e", "f", "more")
    assert talk.press("2") == ["took.e"]


def test_an_option_of_another_page_can_be_named_only_when_it_is_shown() -> None:
    talk = Talk({"tool": long_list})
    talk.begin()
    assert talk.hear(Heard(text="ee"))[0] == "wrong.key"


def test_four_options_need_no_page() -> None:
    def script(o: Opening) -> Script:
        yield Choose("topic", ("a", "b", "c", "d"))
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    assert talk.offers == ("a", "b", "c", "d")


# What is secret -------------------------------------------------------------------------------


def secrets(o: Opening) -> Script:
    pin = yield Enter("pin", 4)
    yield Do(Keep(f"pin {pin}"))
    words = yield Statement("say")
    yield Do(Keep(words))
    answer = yield Choose("trust", ("scale_much", "scale_none"), extras=("refused",), secret=True)
    yield Do(Keep(f"answer {answer}"))
    yield Choose("last", YES_NO)
    return Bye()


def test_secrets_are_handed_over_once_and_journalled_as_given() -> None:
    talk = Talk({"tool": secrets})
    talk.begin()
    talk.press("4826")
    talk.hear(Heard(text="El agua baja turbia"))
    talk.press("2")
    assert talk.did(Keep) == ["pin 4826", "words", "answer scale_none"]
    assert [entry.value for entry in talk.conversation.journal] == [GIVEN] * 3
    stored = json.dumps(talk.state)
    for secret in ("4826", "turbia", "scale_none"):
        assert secret not in stored
    # A replay hands over that something was given, and does nothing of it again.
    talk.press("*")
    assert len(talk.done) == 3


def test_a_secret_is_not_kept_where_it_makes_the_script_fail() -> None:
    def script(o: Opening) -> Script:
        yield Choose("trust", ("scale_much", "scale_none"), secret=True)
        raise RuntimeError("new code")

    talk = Talk({"tool": script})
    talk.begin()
    before = talk.state
    with pytest.raises(ScriptFailed) as failed:
        talk.press("2")
    assert talk.state == before
    assert "scale_none" not in str(failed.value)


def test_extras_are_answers_only_where_they_are_asked() -> None:
    talk = Talk({"tool": secrets})
    talk.begin()
    talk.press("4826")
    talk.hear(Heard(text="El agua baja turbia"))
    assert talk.press("5")[0] == "wrong.key"
    talk.press("6")
    assert talk.did(Keep)[-1] == "answer refused"


# Going on elsewhere ---------------------------------------------------------------------------


def test_effects_keep_their_place_when_the_conversation_goes_on_elsewhere() -> None:
    """Turns are counted by the conversation, so what was done on one leg is known on the next."""

    def script(o: Opening) -> Script:
        for place in range(3):
            yield Choose(f"question.{place}", YES_NO)
            yield Do(Send(place))
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.press("1")
    talk.press("1")
    kept = talk.state
    # A new call: the journal moves there, and is asked again.
    talk.state = replace(Conversation.from_json(kept), facts={"channel": "sms"}).to_json()
    assert talk.again() == ["question.2"]
    assert talk.press("1") == []
    assert talk.did(Send) == [0, 1, 2]


# A journal that no longer fits ----------------------------------------------------------------


def test_an_option_that_is_gone_is_asked_again() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.press("2")

    def changed(o: Opening) -> Script:
        first = yield Choose("first", ("yes", "maybe"))
        yield Tell(f"between.{first}")
        yield Choose("second", YES_NO)
        return Bye()

    talk.scripts = {"tool": changed}
    assert talk.press("1") == ["first"]
    assert talk.offers == ("yes", "maybe")
    assert talk.conversation.journal == ()


def test_a_renamed_question_is_asked_and_never_answered_by_the_old_one() -> None:
    def script(o: Opening) -> Script:
        yield Choose("first", YES_NO)
        yield Choose("second", YES_NO)
        yield Choose("third", YES_NO)
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.press("1")
    talk.press("2")

    def changed(o: Opening) -> Script:
        yield Choose("first", YES_NO)
        yield Tell("new")
        yield Choose("renamed", YES_NO)
        yield Choose("third", YES_NO)
        return Bye()

    talk.scripts = {"tool": changed}
    assert talk.press("1") == ["new", "renamed"]
    assert [entry.key for entry in talk.conversation.journal] == ["first"]


def test_what_was_done_once_is_not_done_again_after_a_cut() -> None:
    def script(o: Opening) -> Script:
        yield Choose("first", YES_NO)
        sent = yield Do(Send("case"))
        yield Choose("second", YES_NO)
        yield Tell(f"code.{sent['code']}")
        yield Choose("third", YES_NO)
        return Bye()

    talk = Talk({"tool": script}, results={"Send": {"is": "sent", "code": "1"}})
    talk.begin()
    talk.press("1")
    talk.press("1")
    talk.results["Send"] = {"is": "sent", "code": "2"}

    def changed(o: Opening) -> Script:
        yield Choose("renamed", YES_NO)
        sent = yield Do(Send("case"))
        yield Choose("second", YES_NO)
        yield Tell(f"code.{sent['code']}")
        yield Choose("third", YES_NO)
        return Bye()

    talk.scripts = {"tool": changed}
    assert talk.again() == ["renamed"]
    assert talk.press("1") == ["second"]
    assert talk.press("1") == ["code.1", "third"]
    assert talk.did(Send) == ["case"]
    assert talk.press("9") == ["second"]
    assert talk.press("9") == ["second"]


def test_two_that_were_done_once_are_found_in_their_order_after_a_cut() -> None:
    def script(key: str) -> Any:
        def run(o: Opening) -> Script:
            yield Choose(key, YES_NO)
            first = yield Do(Send("a"))
            second = yield Do(Send("b"))
            yield Choose("last", YES_NO)
            yield Tell(f"{first['n']}{second['n']}")
            return Bye()

        return run

    talk = Talk({"tool": script("old")}, results={"Send": {"n": 1}})
    talk.begin()
    talk.press("1")
    talk.scripts = {"tool": script("new")}
    talk.again()
    talk.press("1")
    assert talk.did(Send) == ["a", "b"]


def test_a_question_asked_twice_is_a_new_answer_each_time() -> None:
    """Each answer is one more turn: what is done after it is not taken for what was done before."""

    def script(o: Opening) -> Script:
        for _ in range(2):
            pin = yield Enter("pin", 4)
            yield Do(Send(pin))
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.press("1111")
    talk.press("2222")
    assert talk.did(Send) == ["1111", "2222"]


# Scripts that fail ----------------------------------------------------------------------------


def test_a_script_that_fails_in_its_new_step_says_so_and_nothing_is_kept() -> None:
    def script(o: Opening) -> Script:
        yield Choose("first", YES_NO)
        raise ValueError("new step")

    talk = Talk({"tool": script})
    talk.begin()
    before = talk.state
    with pytest.raises(ScriptFailed):
        talk.press("1")
    assert talk.state == before
    assert talk.again() == ["first"]


def test_a_script_that_fails_on_what_was_answered_before_is_cut_there() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.press("2")

    def poisoned(o: Opening) -> Script:
        first = yield Choose("first", YES_NO)
        if first == "no":
            raise ValueError("poison")
        yield Choose("second", YES_NO)
        return Bye()

    talk.scripts = {"tool": poisoned}
    assert talk.press("1") == ["first"]
    assert talk.press("1") == ["second"]


def test_a_question_that_cannot_be_put_again_is_cut_too() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.press("2")

    def poisoned(o: Opening) -> Script:
        yield Choose("first", YES_NO)
        raise ValueError("poison")

    talk.scripts = {"tool": poisoned}
    assert talk.again(Tell("sorry.fault")) == ["sorry.fault", "first"]


def test_a_script_that_cannot_be_replayed_at_all_leads_to_the_menu() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()

    def poisoned(o: Opening) -> Script:
        raise ValueError("poison")
        yield

    talk.scripts = {"tool": poisoned}
    with pytest.raises(ScriptFailed):
        talk.press("1")
    assert talk.again(Tell("sorry.fault")) == ["sorry.fault", "menu.main"]


def test_a_script_that_no_longer_exists_leads_to_the_menu() -> None:
    talk = Talk({"tool": two_questions})
    talk.begin()
    talk.press("1")
    talk.scripts = {}
    assert talk.again() == ["menu.main"]


def forever(o: Opening) -> Script:
    while True:
        yield Tell("again")


def nothing_next(o: Opening) -> Any:
    yield Choose("first", YES_NO)


def no_step(o: Opening) -> Any:
    yield "a string"
    return Bye()


def too_much(o: Opening) -> Script:
    yield Do(Keep("much"))
    yield Choose("first", YES_NO)
    return Bye()


def round_and_round(o: Opening) -> Script:
    yield Tell("again")
    return Next("tool")


def nowhere(o: Opening) -> Script:
    yield Tell("hello")
    return Next("no_such_script")


@pytest.mark.parametrize("script", [forever, no_step, too_much, round_and_round, nowhere])
def test_a_script_that_breaks_a_rule_fails_loudly(script: Any) -> None:
    with pytest.raises(EngineError):
        Talk({"tool": script}, results={"Keep": {"text": "x" * 2000}}).begin()


def test_a_script_that_names_nothing_next_fails_loudly() -> None:
    talk = Talk({"tool": nothing_next})
    talk.begin()
    with pytest.raises(EngineError):
        talk.press("1")


def test_options_are_tuples() -> None:
    with pytest.raises(TypeError):
        Choose("first", ["yes", "no"])  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Choose("first", ())


def test_the_generator_is_closed_after_every_turn() -> None:
    closed: list[int] = []

    def script(o: Opening) -> Script:
        try:
            yield Choose("first", YES_NO)
        finally:
            closed.append(1)
        return Bye()

    talk = Talk({"tool": script})
    talk.begin()
    talk.press("*")
    talk.press("1")
    assert len(closed) == 3


def test_an_effect_that_fails_closes_the_script() -> None:
    closed: list[int] = []

    @dataclass(frozen=True)
    class Explode:
        once: ClassVar[bool] = False

    def script(o: Opening) -> Script:
        try:
            yield Do(Explode())
        finally:
            closed.append(1)
        return Bye()

    talk = Talk({"tool": script})
    steps = engine.begin(talk.machine, talk.conversation)
    next(steps)
    steps.close()
    assert closed == [1]


# What is kept ---------------------------------------------------------------------------------


def test_a_conversation_is_the_same_after_it_was_written_and_read() -> None:
    talk = Talk({"tool": secrets}, facts={"channel": "sms", "person": None, "has_number": True})
    talk.begin()
    talk.press("4826")
    talk.press("#")
    talk.press("3")
    conversation = talk.conversation
    assert conversation.ledger
    assert conversation.journal
    assert conversation.asked is not None
    assert Conversation.from_json(json.loads(json.dumps(conversation.to_json()))) == conversation


def test_a_conversation_as_it_begins_is_small() -> None:
    started = Conversation(id="c", programme="p", language="es", facts={}, script="hello")
    assert set(started.to_json()) == {
        "id",
        "programme",
        "language",
        "script",
        "turns",
        "tries",
        "faults",
        "unmet",
    }
    assert Conversation.from_json(started.to_json()) == started
