"""Two phones, one call: rung, screened, connected, and left by either side."""

from __future__ import annotations

import pytest
from twilio.rest import Client

from tests.simulator.phone import Phone
from tests.simulator.programme import NUMBER, Programme

OTHER = "+51964000002"
DIAL = (
    f'<Dial callerId="{NUMBER}" timeout="300" action="/voice/turn?n=4">'
    f'<Number url="/voice/whisper?b=7">{OTHER}</Number></Dial>'
)
ASK = '<Gather numDigits="1" timeout="900" action="/voice/key"/><Hangup/>'


@pytest.fixture
def dialled(phone: Phone, other_phone: Phone, programme: Programme) -> Phone:
    """The other phone, which rings for the first one's call."""
    programme.answers["/voice/inbound"] = DIAL
    programme.answers["/voice/whisper"] = ASK
    phone.post("dial", to=NUMBER)
    other_phone.until_phase("ringing")
    return other_phone


def connect(phone: Phone, dialled: Phone) -> None:
    dialled.post("answer")
    dialled.until_step("gather")
    dialled.post("press", key="1")
    dialled.until_step("talk")
    phone.until_step("talk")


def test_who_answers_is_asked_first_and_then_connected(
    phone: Phone, dialled: Phone, programme: Programme, client: Client
) -> None:
    assert phone.until_step("dial")
    assert dialled.until_phase("ringing")["peer"] == NUMBER  # and not the caller's
    connect(phone, dialled)
    asked = programme.wait_for("/voice/whisper")
    caller = programme.wait_for("/voice/inbound").form["CallSid"]
    assert (asked.query, asked.form["Direction"]) == ({"b": "7"}, "outbound-dial")
    assert (asked.form["From"], asked.form["To"]) == (NUMBER, OTHER)
    assert asked.form["ParentCallSid"] == caller
    assert programme.at("/voice/turn") == []
    dialled.post("hangup")
    after = programme.wait_for("/voice/turn")
    assert after.query == {"n": "4"}
    assert (after.form["DialCallStatus"], after.form["CallSid"]) == ("completed", caller)
    assert after.form["DialBridged"] == "true"
    assert int(after.form["DialCallDuration"]) >= 0
    assert client.calls(after.form["DialCallSid"]).fetch().parent_call_sid == caller
    assert programme.forged == 0


def test_the_caller_hangs_up_while_they_talk(
    phone: Phone, dialled: Phone, programme: Programme
) -> None:
    connect(phone, dialled)
    phone.post("hangup")
    dialled.until_phase("idle")
    asked = programme.wait_for("/voice/turn").form
    assert (asked["CallStatus"], asked["DialCallStatus"]) == ("completed", "completed")
    programme.wait_for("/voice/status")


def test_the_caller_hangs_up_while_it_rings(
    phone: Phone, dialled: Phone, programme: Programme
) -> None:
    phone.until_step("dial")
    phone.post("hangup")
    dialled.until_phase("idle")
    assert programme.wait_for("/voice/turn").form["DialCallStatus"] == "canceled"
    assert programme.at("/voice/whisper") == []


def test_whoever_is_rung_may_reject(phone: Phone, dialled: Phone, programme: Programme) -> None:
    dialled.post("reject")
    form = programme.wait_for("/voice/turn").form
    assert (form["DialCallStatus"], form["DialBridged"]) == ("busy", "false")


def test_without_its_key_the_call_is_not_connected(
    phone: Phone, dialled: Phone, programme: Programme
) -> None:
    programme.answers["/voice/key"] = "<Hangup/>"
    dialled.post("answer")
    dialled.until_step("gather")
    dialled.post("press", key="5")
    form = programme.wait_for("/voice/turn").form
    assert (form["DialCallStatus"], form["DialBridged"]) == ("completed", "false")


def test_a_voicemail_that_is_rung_presses_nothing(
    phone: Phone, other_phone: Phone, programme: Programme
) -> None:
    programme.answers["/voice/inbound"] = DIAL
    programme.answers["/voice/whisper"] = '<Gather timeout="1"/><Hangup/>'
    other_phone.post("voicemail", on=True)
    phone.post("dial", to=NUMBER)
    assert programme.wait_for("/voice/turn").form["DialBridged"] == "false"


def test_nobody_answers_and_nobody_has_the_number(
    phone: Phone, other_phone: Phone, programme: Programme
) -> None:
    programme.answers["/voice/inbound"] = DIAL.replace('"300"', '"2"')
    programme.answers["/voice/turn"] = '<Dial action="/voice/end">+51964000009</Dial>'
    phone.post("dial", to=NUMBER)
    assert programme.wait_for("/voice/turn").form["DialCallStatus"] == "no-answer"
    assert programme.wait_for("/voice/end").form["DialCallStatus"] == "no-answer"


def test_a_call_ends_after_its_longest(phone: Phone, dialled: Phone, programme: Programme) -> None:
    programme.answers["/voice/turn"] = DIAL.replace("<Dial ", '<Dial timeLimit="1" ').replace(
        "/voice/turn?n=4", "/voice/end"
    )
    dialled.post("reject")
    dialled.until_phase("ringing")
    dialled.post("answer")
    dialled.until_step("gather")
    dialled.post("press", key="1")
    assert programme.wait_for("/voice/end").form["DialCallStatus"] == "completed"


def test_a_carrier_that_is_told_to_ends_both(
    phone: Phone, dialled: Phone, programme: Programme, client: Client
) -> None:
    connect(phone, dialled)
    client.calls(programme.wait_for("/voice/inbound").form["CallSid"]).update(status="completed")
    phone.until_phase("idle")
    dialled.until_phase("idle")
