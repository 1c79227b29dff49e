"""The main job from outside: every tool by voice and by text, in both languages, as carriers post.

Nothing here knows the program: prompts are known by their keys, options by their names.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from typing import Any

import pytest
import redis

from tests.outside.calls import Call, Notice
from tests.outside.carrier_stub import CarrierStub
from tests.outside.conftest import NUMBERS
from tests.outside.labels import LANGUAGES, fold, wording
from tests.outside.network import WITHHELD, Forgery, Network
from tests.outside.rimay import LINE, Rimay
from tests.outside.texting import Texter

in_each_language = pytest.mark.parametrize("language", LANGUAGES)
PIN = "4826"
SECRET_WORDS = "palabras que nadie mas debe leer"
MENU = ["library", "support", "survey", "my_case"]


def ring(network: Network, number: str, language: str) -> Call:
    """A first call, up to the main menu in `language`."""
    return network.call(number, LINE).choose(language)


def write(network: Network, number: str, language: str) -> Texter:
    """A first conversation by text, up to the main menu in `language`."""
    texter = Texter(network, number, LINE, language=language)
    texter.send("Hola")
    texter.choose(language)
    return texter


def assert_in(language: str, call: Call) -> None:
    """What is heard is in her language; Quechua is never read by a carrier's voice."""
    assert call.languages <= {language}, call.transcript
    assert language == "es" or not any(sound.said for sound in call.heard)


def assert_valid_code(code: str) -> None:
    """Seven digits and a check digit, read twice."""
    half = len(code) // 2
    assert (len(code), code[:half]) == (16, code[half:])


def complain(call: Call, *, seconds: float = 7, notice: Notice = Notice.AFTER) -> Call:
    """From the main menu to the moment at which the statement was spoken."""
    call.choose("support").choose("grievance").choose("dust_noise")
    assert "support.notice" in call.keys
    assert call.awaits == "speech"
    return call.record(seconds, notice=notice)


def send_with_pin(call: Call) -> str:
    """From the check of the statement to the code."""
    call.choose("send").choose("by_sms").choose("yes").press(PIN)
    code = call.digits_heard
    assert_valid_code(code)
    return code[:8]


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
    assert set(again.options) >= {"es", "quy"}


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
    assert not carrier.violations


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
    call.choose("my_case").press(PIN)
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


@pytest.mark.parametrize("withheld", WITHHELD)
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


# Repeats, forgeries, leaks ----------------------------------------------------------------------


def test_the_same_webhook_twice_is_one_effect_and_one_answer(network: Network, caller: str) -> None:
    call = network.call(caller, LINE)
    assert call.repeat().body == call.last_answer.body
    call.choose("es").choose("library")
    assert call.repeat().body == call.last_answer.body

    texter = write(network, caller, "es")
    texter.send("1")
    assert network.last_answer is not None
    assert network.repeat().body == network.last_answer.body


def test_sixteen_at_once_are_one_effect(network: Network, caller: str) -> None:
    call = complain(ring(network, caller, "es")).choose("send")
    key = call.options["i_will_call"]
    params = [*network.call_params(caller, LINE, sid=call.sid, status="in-progress")]
    waiting = call.awaited_action
    answers = network.at_once(network.request(waiting, [*params, ("Digits", key)]))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1

    first = network.call_params(caller, LINE)
    answers = network.at_once(network.request("/voice/inbound", first))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1

    text = network.text_params(caller, LINE, "MENU")
    answers = network.at_once(network.request("/sms/inbound", text))
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


@pytest.mark.parametrize("forgery", list(Forgery))
def test_forged_requests_are_refused_and_leave_nothing(
    network: Network, caller: str, forgery: Forgery
) -> None:
    assert (
        network.forged("/voice/inbound", network.call_params(caller, LINE), forgery).status == 403
    )
    text = network.text_params(caller, LINE, "Hola")
    assert network.forged("/sms/inbound", text, forgery).status == 403
    assert set(network.call(caller, LINE).options) >= {"es", "quy"}


@pytest.mark.parametrize("query", ["?lugar=Jun%C3%ADn", "?x=%41%7C%2f", "?a=1&b=%20+"])
def test_signatures_cover_the_query_as_it_was_sent(
    network: Network, caller: str, query: str
) -> None:
    assert network.call(caller, LINE, path=f"/voice/inbound{query}").awaits == "keys"
    forged = network.forged(
        f"/voice/inbound{query}", network.call_params(caller, LINE), Forgery.OTHER_QUERY
    )
    assert forged.status == 403


def test_an_unknown_number_of_ours_is_an_apology(network: Network, caller: str) -> None:
    call = network.call(caller, "+51644999999")
    assert call.ended == "completed"
    assert call.heard


def test_prompts_are_immutable_and_cacheable(network: Network, caller: str) -> None:
    prompt = next(sound for sound in network.call(caller, LINE).heard if sound.key)
    answer = network.fetch_sound(prompt.content)
    assert "immutable" in (answer.header("cache-control") or "")
    assert answer.header("etag") or answer.header("last-modified")


def test_no_log_or_queue_holds_a_number_a_text_or_a_recordings_address(
    network: Network, rimay: Rimay, carrier: CarrierStub, caller: str
) -> None:
    """After everything above and one more conversation of each kind."""
    sent = complain(ring(network, caller, "es"))
    texter = write(network, caller, "es")
    for option in ("support", "question", "water"):
        texter.choose(option)
    texter.send(SECRET_WORDS)
    network.post("/voice/inbound?n=x", [("From", caller), ("To", LINE)])
    carrier.wait_until(lambda: sent.recording_sid in carrier.deleted_recordings)
    found = rimay.logs() + _everything_queued(rimay.redis_url)
    assert rimay.logs().strip(), "there are no logs to search"
    for leak in (NUMBERS, SECRET_WORDS, r"twilio\.invalid", r"/Recordings/RE"):
        assert not re.search(leak, found), f"{leak}: {re.search('.*' + leak + '.*', found)}"


def _everything_queued(url: str) -> str:
    """Every key and value of Redis as text, unpacked where it is compressed."""
    client: Any = redis.Redis.from_url(url)
    pieces: list[bytes] = []
    for key in client.scan_iter():
        dumped: dict[bytes, bytes] = client.hgetall(key) if client.type(key) == b"hash" else {}
        pieces += [key, *dumped.keys(), *dumped.values()]
        for value in dumped.values():
            try:
                pieces.append(zlib.decompress(value))
            except zlib.error:
                continue
    client.close()
    return b"\n".join(pieces).decode("utf-8", errors="replace")
