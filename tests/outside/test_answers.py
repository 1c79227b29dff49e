"""A case manager answers on the staff's pages, and the answer reaches her the way she chose."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest

from tests.outside.browser import Browser
from tests.outside.calls import Call
from tests.outside.carrier_stub import CarrierStub, Created
from tests.outside.conversations import PIN, complain, ring, write
from tests.outside.labels import LANGUAGES, fold, wording
from tests.outside.leaks import SECRET_WORDS
from tests.outside.network import Network
from tests.outside.rimay import LINE, MANAGER, Rimay
from tests.outside.sound import wav

ANSWER = f"Manana medimos el polvo ({SECRET_WORDS})."


@dataclass(frozen=True, slots=True)
class Desk:
    """The case manager at work, and the carrier that sends what she writes."""

    manager: Browser
    network: Network
    carrier: CarrierStub

    def case_of(self, conversation: Callable[[], object]) -> str:
        """The one case that a conversation opens."""
        before = set(self.manager.open_cases())
        conversation()
        [opened] = set(self.manager.open_cases()) - before
        return opened

    def texts_to(self, number: str) -> list[Created]:
        return [made for made in self.carrier.messages if made.to == number]

    def calls_to(self, number: str) -> list[Created]:
        return [made for made in self.carrier.calls if made.to == number]

    def picked_up(self, number: str) -> Call:
        """Wait until the phone rings, and answer it."""
        self.carrier.wait_until(lambda: self.calls_to(number))
        ringing = self.calls_to(number)[-1]
        sid = ringing.sid
        return self.network.answer(ringing, tell=lambda status: self.carrier.deliver(sid, status))


@pytest.fixture
def desk(manager: Browser, network: Network, carrier: CarrierStub) -> Desk:
    return Desk(manager, network, carrier)


def asked_by_voice(
    network: Network, number: str, language: str, *, way: str, pin: str | None = None
) -> None:
    call = complain(ring(network, number, language)).choose("send").choose(way)
    if pin is None:
        call.choose("no")
    else:
        call.choose("yes").press(pin)
    call.hang_up()


def asked_by_text(network: Network, number: str, language: str) -> None:
    texter = write(network, number, language)
    for option in ("support", "question", "water"):
        texter.choose(option)
    texter.send(f"{SECRET_WORDS}?")
    texter.choose("by_sms")
    texter.choose("no")


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_called_gets_a_neutral_text_and_hears_it_when_she_calls(
    desk: Desk, caller: str, language: str
) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, language, way="by_sms"))
    assert desk.manager.answer(case, recording=wav(3, pitch=300)).status == 200
    desk.carrier.wait_until(lambda: desk.texts_to(caller))
    [sent] = desk.texts_to(caller)
    neutral = wording("sms.answer_waiting", language).format(number=LINE)
    assert fold(sent.body) == fold(neutral)
    desk.carrier.deliver(sent.sid, "sent")
    desk.carrier.deliver(sent.sid, "delivered")
    assert desk.manager.delivery(case) == "delivered"
    desk.carrier.deliver(sent.sid, "sent")
    assert desk.manager.delivery(case) == "delivered"

    call = desk.network.call(caller, LINE)
    assert "case.offer" in call.keys
    call.choose("yes")
    assert "case.status.answered" in call.keys
    assert call.languages == {language}
    assert [sound for sound in call.heard if "/voice/private/" in sound.content]
    call.choose("back")
    assert desk.manager.delivery(case) == "heard"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_wrote_reads_the_answer_itself(desk: Desk, caller: str, language: str) -> None:
    case = desk.case_of(lambda: asked_by_text(desk.network, caller, language))
    assert desk.manager.answer(case, ANSWER).status == 200
    desk.carrier.wait_until(lambda: desk.texts_to(caller))
    [sent] = desk.texts_to(caller)
    assert sent.body == ANSWER
    assert sent.from_ == LINE
    desk.carrier.deliver(sent.sid, "delivered")
    assert desk.manager.delivery(case) == "delivered"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_call_asks_first_then_plays_the_recorded_answer(
    desk: Desk, caller: str, language: str
) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, language, way="by_call"))
    assert desk.manager.answer(case, recording=wav(4, pitch=600)).status == 200
    call = desk.picked_up(caller)
    assert call.keys[0] == "call.who"
    assert "call.can_you_talk" in call.keys
    assert call.languages == {language}
    assert not [sound for sound in call.heard if "/voice/private/" in sound.content]

    call.choose("yes")
    [answer] = [sound for sound in call.heard if "/voice/private/" in sound.content]
    assert desk.network.fetch_sound(answer.content).status == 200
    assert call.languages == {language}
    call.choose("stop_now")
    assert call.ended == "completed"
    assert desk.manager.delivery(case) == "heard"
    assert len(desk.calls_to(caller)) == 1


def test_a_private_address_is_refused_once_changed(desk: Desk, caller: str) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "es", way="by_call"))
    desk.manager.answer(case, recording=wav(2))
    call = desk.picked_up(caller).choose("yes")
    [address] = [s.content for s in call.heard if "/voice/private/" in s.content]
    answer = desk.network.fetch_sound(address)
    assert answer.header("cache-control") == "no-store"
    token = urlsplit(address).path.removeprefix("/voice/private/").removesuffix(".wav")
    middle = len(token) // 2
    for place in (1, middle, len(token) - 3):
        other = "A" if token[place] != "A" else "B"
        changed = address.replace(token, token[:place] + other + token[place + 1 :])
        assert desk.network.fetch_sound(changed).status == 404
    assert desk.network.fetch_sound(address.replace(token, "x")).status == 404


def test_a_pin_stands_before_the_answer_on_a_call(desk: Desk, caller: str) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "es", way="by_call", pin=PIN))
    desk.manager.answer(case, recording=wav(2))
    call = desk.picked_up(caller).choose("yes")
    assert "case.enter_pin" in call.keys
    call.press("0000")
    assert not [sound for sound in call.heard if "/voice/private/" in sound.content]
    call.press(PIN)
    assert [sound for sound in call.heard if "/voice/private/" in sound.content]


def test_a_written_answer_is_read_by_the_carriers_spanish_voice(desk: Desk, caller: str) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "es", way="by_call"))
    assert desk.manager.answer(case, ANSWER).status == 200
    call = desk.picked_up(caller).choose("yes")
    [said] = [sound for sound in call.heard if sound.said]
    assert (said.content, said.language) == (ANSWER, "es-MX")


def test_a_quechua_answer_must_be_recorded(desk: Desk, caller: str) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "quy", way="by_call"))
    assert desk.manager.answer(case, ANSWER).status == 422
    assert not desk.calls_to(caller)


@pytest.mark.parametrize("wish", ["later", "never", None])
def test_no_or_silence_tells_nothing(desk: Desk, caller: str, wish: str | None) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "es", way="by_call"))
    desk.manager.answer(case, recording=wav(2))
    call = desk.picked_up(caller)
    if wish is None:
        call.wait().wait()
    else:
        call.choose(wish)
    assert call.ended == "completed"
    assert not any(key.startswith("case.") for key in call.keys)
    assert not [sound for sound in call.heard if "/voice/private/" in sound.content]
    assert desk.manager.delivery(case) != "heard"
    later = desk.network.call(caller, LINE).choose("yes")
    assert "case.status.answered" in later.keys


def test_a_phone_that_nobody_answers_is_not_reached_and_can_be_rung_again(
    desk: Desk, caller: str
) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "es", way="by_call"))
    desk.manager.answer(case, recording=wav(2))
    desk.carrier.wait_until(lambda: desk.calls_to(caller))
    desk.carrier.deliver(desk.calls_to(caller)[0].sid, "no-answer")
    assert desk.manager.delivery(case) == "not_reached"
    page = f"/staff/cases/{case}"
    desk.manager.submit(page, {}, action="/again")
    desk.carrier.wait_until(lambda: len(desk.calls_to(caller)) == 2)


def test_who_wants_to_call_is_left_in_peace(desk: Desk, caller: str) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "es", way="i_will_call"))
    desk.manager.answer(case, recording=wav(2))
    call = desk.network.call(caller, LINE).choose("yes")
    assert "case.status.answered" in call.keys
    assert not desk.calls_to(caller)
    assert not desk.texts_to(caller)


def test_the_staff_hears_what_she_said_and_never_sees_her_number(
    desk: Desk, rimay: Rimay, carrier: CarrierStub, caller: str
) -> None:
    spoken: list[str | None] = []

    def speak() -> None:
        call = complain(ring(desk.network, caller, "es")).choose("send")
        spoken.append(call.recording_sid)

    case = desk.case_of(speak)
    carrier.wait_until(lambda: spoken[0] in carrier.deleted_recordings)
    page = desk.manager.get(f"/staff/cases/{case}").text
    assert caller[4:] not in page
    [audio] = re.findall(r'src="(/staff/cases/[^"]+/audio)"', page)
    whole = desk.manager.get(audio)
    assert whole.body[:4] == b"RIFF"
    part = desk.manager.get(audio, Range="bytes=100-199")
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert Browser(rimay.url).get(audio).body[:4] != b"RIFF"


def test_pages_are_behind_the_door_and_forms_behind_their_token(
    desk: Desk, rimay: Rimay, caller: str
) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "es", way="by_call"))
    stranger = Browser(rimay.url)
    stranger.get(f"/staff/cases/{case}")
    assert "/staff/sign-in" in stranger.url
    without_token = desk.manager.post(f"/staff/cases/{case}/replies", {"text": ANSWER})
    assert without_token.status == 400
    wrong = Browser(rimay.url).submit(
        "/staff/sign-in", {"email": MANAGER, "password": "no es esta"}, action="/staff/sign-in"
    )
    assert wrong.status == 422
    assert case in desk.manager.open_cases()


@pytest.mark.parametrize("content", [b"not a sound", b"RIFF" + b"\0" * 40, b"<html>" * 100])
def test_an_upload_that_is_no_sound_is_refused_with_a_reason(
    desk: Desk, caller: str, content: bytes
) -> None:
    case = desk.case_of(lambda: asked_by_voice(desk.network, caller, "es", way="by_call"))
    refused = desk.manager.answer(case, recording=content)
    assert refused.status == 422
    assert 'role="alert"' in refused.text
    assert case in desk.manager.open_cases()
    assert not desk.calls_to(caller)
