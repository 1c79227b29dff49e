"""The main job from outside: every tool by voice and by text, in both languages, as carriers post.

Nothing here knows the program: prompts are known by their keys, options by their names.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.outside.calls import Call, Notice
from tests.outside.carrier_stub import CarrierStub
from tests.outside.conversations import (
    PIN,
    assert_valid_code,
    complain,
    ring,
    send_with_pin,
    write,
)
from tests.outside.labels import LANGUAGES, fold, wording
from tests.outside.leaks import SECRET_WORDS
from tests.outside.network import WITHHELD, Network
from tests.outside.rimay import LINE
from tests.outside.texting import Texter

in_each_language = pytest.mark.parametrize("language", LANGUAGES)
MENU = ["library", "support", "survey", "my_case"]


def assert_in(language: str, call: Call) -> None:
    """What is heard is in her language; Quechua is never read by a carrier's voice."""
    assert call.languages <= {language}, call.transcript
    assert language == "es" or not any(sound.said for sound in call.heard)


# By voice -------------------------------------------------------------------------------------


def test_a_first_call_greets_in_both_languages_and_asks_for_one(
    network: Network, caller: str
) -> None:
    call = network.call(caller, LINE)
    assert call.languages == {"es", "quy"}
    assert call.options == {"es": "1", "quy": "2"}
    spoken = {s.key: s.language for s in call.heard if s.key in ("option.es", "option.quy")}
    assert spoken == {"option.es": "es", "option.quy": "quy"}


@in_each_language
def test_the_menu_says_the_option_first_and_the_language_is_kept(
    network: Network, caller: str, language: str
) -> None:
    call = ring(network, caller, language)
    assert list(call.options)[:4] == MENU
    assert [call.options[name] for name in MENU] == ["1", "2", "3", "4"]
    assert_in(language, call)
    call.hang_up()
    again = network.call(caller, LINE)
    assert list(again.options)[:4] == MENU
    assert_in(language, again)
    again.press("#")
    assert list(again.options)[:4] == MENU
    assert language not in again.languages


@in_each_language
def test_library_by_voice(network: Network, caller: str, language: str) -> None:
    call = ring(network, caller, language).choose("library")
    categories = [name for name in call.options if name not in ("more", "repeat", "person")]
    assert len(categories) >= 3
    call.choose(categories[0])
    first = [key for key in call.keys if key.startswith("message.")]
    assert first
    assert_in(language, call)
    call.choose("repeat")
    assert [key for key in call.keys if key.startswith("message.")] == first
    call.choose("next")
    second = [key for key in call.keys if key.startswith("message.")]
    assert second
    assert second != first
    call.choose("back")
    assert categories[0] in call.options


@in_each_language
@pytest.mark.parametrize("notice", [Notice.AFTER, Notice.BEFORE])
def test_support_by_voice(
    network: Network, carrier: CarrierStub, caller: str, language: str, notice: Notice
) -> None:
    call = complain(ring(network, caller, language), notice=notice)
    assert_in(language, call)
    heard_herself = [s for s in call.heard if not s.said and s.key is None]
    assert heard_herself, call.transcript
    send_with_pin(call)
    assert_in(language, call)
    sid = call.recording_sid
    carrier.wait_until(lambda: sid in carrier.deleted_recordings)
    assert sid in carrier.fetched_recordings


@in_each_language
def test_survey_by_voice(network: Network, caller: str, language: str) -> None:
    call = ring(network, caller, language).choose("survey").choose("yes")
    asked: list[str] = []
    while questions := [key for key in call.keys if key.startswith("question.")]:
        asked += questions
        assert len(call.options) >= 2
        assert len(asked) <= 8
        assert_in(language, call)
        call.press("2")
    assert 6 <= len(asked) <= 7
    assert asked[2] == "question.gender"
    assert "survey.thanks" in call.keys
    call.choose("survey")
    assert "survey.done_already" in call.keys


@in_each_language
def test_my_case_by_voice(
    network: Network, caller: str, new_number: Callable[[], str], language: str
) -> None:
    call = complain(ring(network, caller, language))
    code = send_with_pin(call)
    call.choose("gender_unsaid").choose("my_case").press(PIN)
    assert any(key.startswith("case.status.") for key in call.keys)
    assert not any("dust" in key for key in call.keys)
    call.hang_up()

    elsewhere = ring(network, new_number(), language).choose("my_case")
    mistyped = code[:7] + str((int(code[7]) + 1) % 10)
    elsewhere.press(mistyped)
    assert "case.wrong_code" in elsewhere.keys
    elsewhere.press(code)
    elsewhere.press("1111")
    assert "case.wrong_pin" in elsewhere.keys
    elsewhere.press(PIN)
    assert any(key.startswith("case.status.") for key in elsewhere.keys)


def test_silence_and_wrong_keys_lead_to_speaking(network: Network, caller: str) -> None:
    call = ring(network, caller, "es").wait().press("6")
    assert list(call.options)
    call.wait()
    assert call.awaits == "speech"
    call.record(5)
    assert_valid_code(call.digits_heard)


def test_a_hang_up_after_speech_sends_it(network: Network, caller: str) -> None:
    call = ring(network, caller, "es")
    call.choose("support").choose("question").choose("water")
    call.record(9, hangup=True)
    later = network.call(caller, LINE)
    if "resume.offer" in later.keys:
        later.choose("no")
    later.choose("my_case")
    assert any(key.startswith("case.status.") for key in later.keys)


@pytest.mark.parametrize("withheld", [*WITHHELD, "", "Restricted", "sip:ana@example.org", "105"])
def test_a_withheld_number_can_use_everything_but_a_call_back(
    network: Network, withheld: str
) -> None:
    call = complain(ring(network, withheld, "es")).choose("send")
    assert "by_call" not in call.options
    call.press(PIN)
    assert_valid_code(call.digits_heard)


def test_a_call_that_drops_goes_on_by_text(network: Network, caller: str) -> None:
    call = ring(network, caller, "es").choose("survey").choose("yes").press("1")
    open_question = next(key for key in call.keys if key.startswith("question."))
    call.hang_up()
    texter = Texter(network, caller, LINE)
    texter.send("Hola")
    texter.choose("yes")
    assert fold(wording(open_question, "es")) in texter.said


# By text --------------------------------------------------------------------------------------


@in_each_language
def test_library_by_text(network: Network, caller: str, language: str) -> None:
    texter = write(network, caller, language)
    texter.choose("library")
    texter.choose("rights")
    first = texter.said
    texter.choose("next")
    assert texter.said != first
    texter.choose("back")
    assert texter.offered


@in_each_language
def test_support_and_my_case_by_text(network: Network, caller: str, language: str) -> None:
    texter = write(network, caller, language)
    for option in ("support", "question", "water"):
        texter.choose(option)
    texter.send(f"{SECRET_WORDS}: ¿cuándo analizan el agua?")
    texter.choose("by_sms")
    texter.choose("yes")
    texter.send(PIN)
    code = re.search(r"(?<!\d)(\d[ -]?){7}\d(?!\d)", " ".join(texter.texts))
    assert code, texter.story
    texter.send("MENU")
    texter.choose("my_case")
    texter.send(PIN)
    assert "agua" not in texter.said


@in_each_language
def test_survey_by_text(network: Network, caller: str, language: str) -> None:
    texter = write(network, caller, language)
    texter.choose("survey")
    texter.choose("yes")
    thanks, answers = fold(wording("survey.thanks", language)), 0
    while thanks not in texter.said:
        texter.send("1")
        answers += 1
        assert answers <= 8, texter.story
    assert answers >= 6


@pytest.mark.parametrize("word", ["BAJA", "ALTO", "Baja ", "amaña apachimuwaychu"])
def test_our_own_opt_out_words_are_confirmed(network: Network, caller: str, word: str) -> None:
    texter = write(network, caller, "es")
    assert len(texter.send(word)) == 1


@pytest.mark.parametrize("word", ["STOP", "Unsubscribe", "cancel"])
def test_the_carriers_opt_out_words_are_left_to_it(
    network: Network, caller: str, word: str
) -> None:
    assert write(network, caller, "es").send(word) == []


@pytest.mark.parametrize("body", ["", "x" * 1600, "a\0b", " ", "🙂", "99999999"])
def test_any_text_is_answered(network: Network, caller: str, body: str) -> None:
    texter = write(network, caller, "es")
    assert texter.send(body)
    texter.send("MENU")
    assert len(texter.offered) >= 4
