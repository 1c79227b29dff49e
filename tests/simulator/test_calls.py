"""Calls as the page makes them: keys, silence, recordings, endings."""

from __future__ import annotations

import io
import wave

import av
import numpy as np
import pytest
from twilio.rest import Client

from tests.simulator.conftest import SECOND, Line
from tests.simulator.phone import Phone
from tests.simulator.programme import NUMBER, SID, Programme

MENU = (
    '<Gather action="/voice/turn?n=1" numDigits="1" finishOnKey="" timeout="500">'
    "<Play>/voice/prompts/es/greeting.wav?v=1</Play></Gather><Redirect>/voice/silence</Redirect>"
)
RECORD = (
    '<Record action="/voice/kept?n=2" maxLength="180" timeout="5" '
    'recordingStatusCallback="/voice/recordings"/>'
)


def _dial(phone: Phone, to: str = NUMBER) -> None:
    assert phone.post("dial", to=to).status_code == 200


def test_the_first_webhook_has_the_standard_parameters(phone: Phone, programme: Programme) -> None:
    _dial(phone)
    form = programme.wait_for("/voice/inbound").form
    assert form["CallSid"].startswith("CA")
    assert len(form["CallSid"]) == 34
    assert (form["AccountSid"], form["ApiVersion"]) == (SID, "2010-04-01")
    assert (form["From"], form["To"]) == ("+51964000001", NUMBER)
    assert (form["Caller"], form["Called"]) == (form["From"], form["To"])
    assert (form["CallStatus"], form["Direction"]) == ("ringing", "inbound")
    assert programme.forged == 0


def test_a_key_stops_the_prompt_and_is_asked_about(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = MENU
    _dial(phone)
    step = phone.until_sounds("gather")
    # From the page's own origin, wherever the public address is.
    assert [one["url"] for one in step["sounds"]] == ["/voice/prompts/es/greeting.wav?v=1"]
    phone.post("press", key="4")
    asked = programme.wait_for("/voice/turn")
    assert (asked.form["Digits"], asked.form["CallStatus"]) == ("4", "in-progress")
    assert asked.query == {"n": "1"}
    phone.until_phase("idle")
    assert programme.at("/voice/silence") == []


def test_silence_after_the_prompt_falls_through(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = MENU.replace('timeout="500"', 'timeout="2"')
    _dial(phone)
    phone.post("played", step=phone.until_sounds("gather")["id"])
    programme.wait_for("/voice/silence")
    assert programme.at("/voice/turn") == []


def test_silence_is_told_where_it_is_asked_for(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = (
        '<Gather action="/voice/turn" timeout="1" actionOnEmptyResult="true"/>'
    )
    _dial(phone)
    assert programme.wait_for("/voice/turn").form["Digits"] == ""


def test_the_finish_key_ends_and_is_not_sent(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = '<Gather action="/voice/turn" timeout="500"/>'
    _dial(phone)
    phone.until_step("gather")
    for key in "12*#":
        phone.post("press", key=key)
    form = programme.wait_for("/voice/turn").form
    assert (form["Digits"], form["FinishedOnKey"]) == ("12*", "#")


def test_a_lone_finish_key_is_silence(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = (
        '<Gather action="/voice/turn" timeout="500"/><Redirect>/voice/silence</Redirect>'
    )
    _dial(phone)
    phone.until_step("gather")
    phone.post("press", key="#")
    programme.wait_for("/voice/silence")
    assert programme.at("/voice/turn") == []


def test_digits_and_then_silence_are_sent_as_they_are(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = (
        '<Gather action="/voice/turn" timeout="20" numDigits="8"><Play>/a.wav</Play></Gather>'
    )
    _dial(phone)
    phone.until_sounds("gather")
    phone.post("press", key="7")
    assert programme.wait_for("/voice/turn").form["Digits"] == "7"


def test_a_hang_up_in_a_gather_is_not_told(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = MENU
    _dial(phone)
    phone.until_sounds("gather")
    phone.post("hangup")
    shown = phone.until(lambda one: _status(one) == "completed")
    assert (shown["phase"], shown["tone"]) == ("idle", "ended")
    programme.wait_for("/voice/status")
    assert [one.path for one in programme.asked] == ["/voice/inbound", "/voice/status"]


def _status(shown: dict[str, object]) -> str:
    entries = shown["entries"]
    assert isinstance(entries, list)
    found = [one["title"] for one in entries if one["kind"] == "status"]
    return str(found[-1]) if found else ""


def test_sounds_play_in_order_and_say_is_speech(
    phone: Phone, programme: Programme, line: Line
) -> None:
    programme.answers["/voice/inbound"] = (
        '<Say language="es-MX">Buenos días</Say><Pause length="2"/><Play loop="2">a.wav</Play>'
    )
    _dial(phone)
    step = phone.until_sounds("play")
    say, pause, play = step["sounds"]
    assert "Buenos" not in say["url"]
    assert say["text"] == "Buenos días"
    assert pause == {"kind": "pause", "ms": round(2000 * SECOND)}
    assert play == {"kind": "play", "url": "/voice/a.wav", "times": 2}
    spoken = phone._session.get(line.url + say["url"], timeout=5)
    with wave.open(io.BytesIO(spoken.content)) as file:
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)
        assert file.getnframes() > 0
    phone.post("press", key="1")  # lost: nothing listens
    phone.post("played", step=step["id"], failed=["/voice/a.wav"])
    phone.until_phase("idle")
    assert phone.noted("error") == ["11200 not played: /voice/a.wav"]


def test_a_key_ends_a_recording(phone: Phone, programme: Programme, client: Client) -> None:
    programme.answers["/voice/inbound"] = RECORD
    _dial(phone)
    step = phone.until_step("record")
    assert step["beep"] is True
    phone.post("press", key="5")
    assert phone.until_step("collect")["id"] == step["id"]
    assert phone.hand_in(step["id"], _webm()).status_code == 200
    form = programme.wait_for("/voice/kept").form
    assert (form["Digits"], form["RecordingDuration"]) == ("5", "2")
    notice = programme.wait_for("/voice/recordings").form
    assert notice["RecordingSid"] == form["RecordingSid"]
    assert (notice["RecordingStatus"], notice["RecordingSource"]) == ("completed", "RecordVerb")
    assert form["RecordingUrl"].endswith("/Recordings/" + form["RecordingSid"])
    kept = client.recordings(form["RecordingSid"]).fetch()
    assert (kept.call_sid, kept.duration) == (form["CallSid"], "2")


def test_silence_ends_a_recording_without_digits(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = RECORD
    _dial(phone)
    phone.hand_in(phone.until_step("record")["id"])
    form = programme.wait_for("/voice/kept").form
    assert "Digits" not in form
    assert int(form["RecordingDuration"]) > 3


@pytest.mark.parametrize("leave", ["hangup", "drop"])
def test_a_hang_up_in_a_recording_is_told(phone: Phone, programme: Programme, leave: str) -> None:
    programme.answers["/voice/inbound"] = RECORD
    _dial(phone)
    step = phone.until_step("record")
    phone.post(leave)
    phone.until_phase("idle")
    phone.hand_in(step["id"])  # the page hands it in after the phone is free
    form = programme.wait_for("/voice/kept").form
    assert (form["Digits"], form["CallStatus"]) == ("hangup", "completed")
    assert form["RecordingSid"].startswith("RE")


def test_what_is_no_audio_is_kept_as_silence(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = RECORD
    _dial(phone)
    assert phone.hand_in(phone.until_step("record")["id"], b"no audio").status_code == 415
    assert programme.wait_for("/voice/kept").form["RecordingSid"].startswith("RE")


def test_a_rejected_call_is_never_answered(
    phone: Phone, programme: Programme, client: Client
) -> None:
    programme.answers["/voice/inbound"] = '<Reject reason="busy"/>'
    _dial(phone)
    assert phone.until(lambda one: _status(one) == "busy")["tone"] == "busy"
    (call,) = client.calls.list(from_="+51964000001")
    assert (str(call.status), call.duration) == ("busy", "0")


def test_a_circle_of_documents_is_a_fault(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = "<Redirect>/voice/inbound</Redirect>"
    _dial(phone)
    assert phone.until(lambda one: _status(one) == "completed")["tone"] == "fault"
    assert 10 < len(programme.at("/voice/inbound")) <= 100


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (("oh no", 500, "text/html"), "11200"),
        (("<Response/>", 403, "text/xml"), "11200"),
        (("<Respon", 200, "text/xml"), "12100"),
        (("{}", 200, "application/json"), "12300"),
    ],
)
def test_a_bad_answer_is_a_fault(
    phone: Phone, programme: Programme, answer: tuple[str, int, str], code: str
) -> None:
    programme.answers["/voice/inbound"] = answer
    _dial(phone)
    assert phone.until(lambda one: _status(one) == "completed")["tone"] == "fault"
    assert phone.noted("error")[0].startswith(code)


def test_plain_text_is_spoken(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = ("Server error", 200, "text/plain")
    _dial(phone)
    assert phone.until_sounds("play")["sounds"][0]["text"] == "Server error"


def test_a_verb_that_is_not_done_is_shown_and_passed_over(
    phone: Phone, programme: Programme
) -> None:
    programme.answers["/voice/inbound"] = "<Refer>x</Refer><Redirect>/voice/next</Redirect>"
    _dial(phone)
    programme.wait_for("/voice/next")
    assert phone.noted("error") == ["<Refer> is not done by this carrier, passed over"]


def test_a_withheld_number(phone: Phone, programme: Programme) -> None:
    assert phone.post("number", number="+51 964 111 222", withheld=True).status_code == 200
    _dial(phone)
    assert programme.wait_for("/voice/inbound").form["From"] == "anonymous"


def test_the_last_digits_are_enough_and_others_are_nobodys(
    phone: Phone, programme: Programme
) -> None:
    _dial(phone, "64 000 0100")
    assert programme.wait_for("/voice/inbound").form["To"] == NUMBER
    phone.until_phase("idle")
    _dial(phone, "123456")
    assert phone.until(lambda one: one["ends"] == 2)["tone"] == "unknown"
    assert len(programme.at("/voice/inbound")) == 1


def _webm() -> bytes:
    """Two seconds of sound as a browser sends it."""
    file = io.BytesIO()
    with av.open(file, "w", format="webm") as container:
        stream = container.add_stream("libopus", rate=48000, layout="mono")
        wave_ = (8000 * np.sin(np.arange(96000 - 960 * 5) / 20)).astype(np.int16)
        for start in range(0, len(wave_), 960):
            frame = av.AudioFrame.from_ndarray(
                wave_[None, start : start + 960], format="s16", layout="mono"
            )
            frame.sample_rate = 48000
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()


def test_the_end_of_an_inbound_call_is_told(phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = "<Hangup/>"
    _dial(phone)
    told = programme.wait_for("/voice/status").form
    assert (told["CallStatus"], told["Direction"]) == ("completed", "inbound")
