"""What the carrier may send twice, at once, late or never, and what others may send in its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.outside.browser import Browser
from tests.outside.calls import Notice
from tests.outside.carrier_stub import CarrierStub
from tests.outside.conversations import complain, practise, ring, write
from tests.outside.leaks import SECRET_WORDS, everything_queued, leaked
from tests.outside.network import Forgery, Network
from tests.outside.outage import unusable_database
from tests.outside.rimay import LINE, Rimay
from tests.outside.wire import Answer


def assert_one_answer(answers: list[Answer]) -> None:
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1


def test_the_same_webhook_twice_is_one_effect_and_one_answer(
    network: Network, manager: Browser, caller: str
) -> None:
    before = manager.open_cases()
    call = network.call(caller, LINE)
    assert call.repeat().body == call.last_answer.body
    practise(call.choose("es")).choose("support").choose("question").choose("water").record(4)
    call.choose("send")
    assert_one_answer([call.repeat(), call.last_answer])
    call.choose("i_will_call")
    assert_one_answer([call.repeat(), call.last_answer])
    assert len(set(manager.open_cases()) - set(before)) == 1


def test_a_text_twice_is_one_effect_and_one_answer(
    network: Network, manager: Browser, new_number: Callable[[], str]
) -> None:
    before = manager.open_cases()
    texter = write(network, new_number(), "es")
    for option in ("support", "question", "water"):
        texter.choose(option)
    texter.send(f"{SECRET_WORDS}, dos veces")
    assert network.last_answer is not None
    assert_one_answer([network.repeat(), network.last_answer])
    assert len(set(manager.open_cases()) - set(before)) == 1


def test_sixteen_calls_at_once_are_one_effect(
    network: Network, manager: Browser, caller: str
) -> None:
    first = network.request("/voice/inbound", network.call_params(caller, LINE))
    assert_one_answer(network.at_once(first))

    before = manager.open_cases()
    call = complain(ring(network, caller, "es"))
    params = [*network.call_params(caller, LINE, sid=call.sid, status="in-progress")]
    send = network.request(call.awaited_action, [*params, ("Digits", call.options["send"])])
    answers = network.at_once(send)
    assert_one_answer(answers)
    assert len(set(manager.open_cases()) - set(before)) == 1
    # The call itself goes on from what all of them were answered.
    call.choose("send")
    assert call.last_answer.body == answers[0].body


def test_sixteen_texts_at_once_are_one_effect(
    network: Network, manager: Browser, new_number: Callable[[], str]
) -> None:
    number = new_number()
    first = network.request("/sms/inbound", network.text_params(number, LINE, "Hola"))
    assert_one_answer(network.at_once(first))

    before = manager.open_cases()
    texter = write(network, new_number(), "es")
    for option in ("support", "grievance", "land"):
        texter.choose(option)
    words = network.text_params(texter.number, LINE, f"{SECRET_WORDS} y otra vez")
    assert_one_answer(network.at_once(network.request("/sms/inbound", words)))
    assert len(set(manager.open_cases()) - set(before)) == 1


def test_sixteen_answers_to_the_survey_at_once_are_one(
    network: Network, new_number: Callable[[], str]
) -> None:
    call = ring(network, new_number(), "es").choose("survey").choose("yes")
    params = network.call_params(call.from_, LINE, sid=call.sid, status="in-progress")
    answers = network.at_once(network.request(call.awaited_action, [*params, ("Digits", "1")]))
    assert_one_answer(answers)
    call.press("1")
    assert call.last_answer.body == answers[0].body


@pytest.mark.parametrize("forgery", list(Forgery))
def test_forged_requests_are_refused_and_leave_nothing(
    network: Network,
    manager: Browser,
    rimay: Rimay,
    new_number: Callable[[], str],
    forgery: Forgery,
) -> None:
    caller, before = new_number(), manager.open_cases()
    texter = write(network, new_number(), "es")
    for option in ("support", "question", "water"):
        texter.choose(option)
    said = network.text_params(texter.number, LINE, f"{SECRET_WORDS}, falsas")
    refused = network.forged("/sms/inbound", said, forgery)
    assert refused.status == 403
    assert not leaked(refused.text)
    hello = network.call_params(caller, LINE)
    for path in ("inbound", "turn?n=1&l=es", "outbound?o=1", "status", "recorded", "fallback"):
        assert network.forged(f"/voice/{path}", hello, forgery).status == 403, path
    for path in ("status?o=1", "fallback"):
        assert network.forged(f"/sms/{path}", hello, forgery).status == 403, path
    assert manager.open_cases() == before
    assert not leaked(everything_queued(rimay.redis_url))
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


def test_a_recording_is_fetched_deleted_there_and_sealed_here(
    network: Network, carrier: CarrierStub, rimay: Rimay, caller: str
) -> None:
    call = complain(ring(network, caller, "es"))
    sid = call.recording_sid
    carrier.wait_until(lambda: sid in carrier.deleted_recordings)
    assert carrier.fetched_recordings.count(str(sid)) == 1
    files = [path for path in (rimay.folder / "media").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if b"RIFF" in path.read_bytes()]


def test_a_recording_that_is_not_ready_yet_can_be_sent_unheard(
    network: Network, carrier: CarrierStub, caller: str
) -> None:
    network.pause = lambda seconds: None
    call = complain(ring(network, caller, "es"), notice=Notice.LATER)
    assert "support.unheard_check" in call.keys
    call.choose("send").choose("i_will_call")
    call.notify_recording()
    call.notify_recording()
    sid = call.recording_sid
    carrier.wait_until(lambda: sid in carrier.deleted_recordings)
    assert carrier.fetched_recordings.count(str(sid)) == 1


def test_without_a_database_callers_are_told_and_go_on_when_it_is_back(
    network: Network,
    manager: Browser,
    rimay: Rimay,
    carrier: CarrierStub,
    new_number: Callable[[], str],
) -> None:
    call = ring(network, new_number(), "quy")
    texter = write(network, new_number(), "es")
    network.status_callback = None  # the carrier would be told 500, and nobody is listening
    with unusable_database(rimay):
        new = network.call(new_number(), LINE)
        # Nobody can know her language now: both.
        assert new.keys == ["sorry.fault"] * 2 + ["sorry.we_call_back"] * 2
        assert new.ended == "completed"
        page = manager.get("/staff/cases")
        assert page.status == 500
        assert "Traceback" not in page.text
        assert len(texter.send("1")) == 1
        answer = network.post(
            call.awaited_action,
            [*network.call_params(call.from_, LINE, sid=call.sid), ("Digits", "1")],
        )
        assert answer.status == 200
    call.choose("library")
    assert "library.which" in call.keys
    assert call.languages == {"quy"}
    # What she wrote meanwhile is answered by the worker, unasked.
    carrier.wait_until(lambda: [each for each in carrier.messages if each.to == texter.number])


@pytest.mark.parametrize("path", ["/voice/turn?n=1&l=es", "/voice/nothing", "/sms/nothing", "/x"])
def test_error_pages_repeat_nothing_of_what_was_sent(
    network: Network, caller: str, path: str
) -> None:
    joint = "&" if "?" in path else "?"
    params = [*network.text_params(caller, LINE, SECRET_WORDS), ("CallSid", "CA1")]
    answer = network.post(f"{path}{joint}de={caller.strip('+')}", params)
    assert not leaked(answer.text)


def test_after_one_more_of_each_nothing_is_in_logs_or_queues(
    network: Network, rimay: Rimay, carrier: CarrierStub, new_number: Callable[[], str]
) -> None:
    """The whole run is searched once more when the program has ended."""
    sent = complain(ring(network, new_number(), "es"))
    texter = write(network, new_number(), "es")
    for option in ("support", "question", "water"):
        texter.choose(option)
    texter.send(SECRET_WORDS)
    network.post("/voice/inbound?n=x", [("From", texter.number), ("To", LINE)])
    carrier.wait_until(lambda: sent.recording_sid in carrier.deleted_recordings)
    assert rimay.logs().strip(), "there are no logs to search"
    assert not leaked(rimay.logs())
    assert not leaked(everything_queued(rimay.redis_url))
