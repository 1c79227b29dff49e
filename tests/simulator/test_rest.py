"""The REST calls, by the official client."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import requests
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.conftest import Line, client_at
from tests.simulator.phone import Phone
from tests.simulator.programme import NUMBER, SECONDS, SID, TOKEN, Programme

PHONE = "+51964000001"
EVENTS = ["initiated", "ringing", "answered", "completed"]


def _call(client: Client, programme: Programme, *, to: str = PHONE, **more: Any) -> str:
    made = client.calls.create(
        to=to,
        from_=NUMBER,
        url=f"{programme.public_url}/voice/outbound?opening=7",
        status_callback=f"{programme.public_url}/voice/status?attempt=1",
        status_callback_event=EVENTS,
        **more,
    )
    assert (str(made.status), made.direction) == ("queued", "outbound-api")
    return str(made.sid)


def _statuses(programme: Programme, count: int) -> list[str]:
    programme.wait_for("/voice/status", times=count)
    forms = [one.form for one in programme.at("/voice/status")]
    forms.sort(key=lambda form: int(form["SequenceNumber"]))
    assert [form["SequenceNumber"] for form in forms] == [str(n) for n in range(count)]
    assert {form["CallbackSource"] for form in forms} == {"call-progress-events"}
    return [form["CallStatus"] for form in forms]


def test_a_call_rings_and_is_answered(client: Client, phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/outbound"] = "<Hangup/>"
    sid = _call(client, programme, machine_detection="Enable")
    assert phone.until_phase("ringing")["peer"] == NUMBER
    assert programme.at("/voice/outbound") == []
    phone.post("answer")
    asked = programme.wait_for("/voice/outbound")
    assert asked.query == {"opening": "7"}
    assert (asked.form["AnsweredBy"], asked.form["Direction"]) == ("human", "outbound-api")
    assert (asked.form["To"], asked.form["From"]) == (PHONE, NUMBER)
    assert _statuses(programme, 4) == ["initiated", "ringing", "in-progress", "completed"]
    call = client.calls(sid).fetch()
    assert (str(call.status), call.answered_by, call.to) == ("completed", "human", PHONE)
    assert isinstance(call.start_time, dt.datetime)
    assert isinstance(call.end_time, dt.datetime)
    assert programme.forged == 0


def test_a_call_is_rejected(client: Client, phone: Phone, programme: Programme) -> None:
    _call(client, programme)
    phone.until_phase("ringing")
    phone.post("reject")
    assert _statuses(programme, 3) == ["initiated", "ringing", "busy"]
    assert programme.at("/voice/outbound") == []


def test_nobody_answers(client: Client, phone: Phone, programme: Programme) -> None:
    _call(client, programme, timeout=5)
    assert _statuses(programme, 3) == ["initiated", "ringing", "no-answer"]
    phone.until_phase("idle")


def test_a_voicemail_takes_the_call_until_it_is_ended(
    client: Client, phone: Phone, programme: Programme
) -> None:
    asking = '<Gather timeout="900"><Play>/a.wav</Play></Gather><Redirect>/voice/more</Redirect>'
    programme.answers["/voice/outbound"] = asking
    phone.post("voicemail", on=True)
    sid = _call(
        client,
        programme,
        machine_detection="Enable",
        async_amd="true",
        async_amd_status_callback=f"{programme.public_url}/voice/machine?o=7",
    )
    told = programme.wait_for("/voice/machine")
    assert (told.form["AnsweredBy"], told.query) == ("machine_start", {"o": "7"})
    # The document came at once, and did not wait for the verdict.
    assert "AnsweredBy" not in programme.wait_for("/voice/outbound").form
    assert phone.until_phase("idle")["voicemail"] is True
    client.calls(sid).update(status="completed")
    assert _statuses(programme, 4) == ["initiated", "ringing", "in-progress", "completed"]
    assert programme.at("/voice/more") == []


def test_a_voicemail_lets_everything_be_said_to_it(
    client: Client, phone: Phone, programme: Programme
) -> None:
    programme.answers["/voice/outbound"] = (
        '<Gather timeout="1"><Play>/a.wav</Play></Gather><Play>/b.wav</Play><Hangup/>'
    )
    phone.post("voicemail", on=True)
    _call(client, programme)
    assert _statuses(programme, 4)[-1] == "completed"


def test_no_phone_has_the_number(client: Client, programme: Programme) -> None:
    _call(client, programme, to="+51964999999")
    assert _statuses(programme, 2) == ["initiated", "no-answer"]


def test_the_phone_is_busy(client: Client, phone: Phone, programme: Programme) -> None:
    programme.answers["/voice/inbound"] = '<Gather timeout="900"/>'
    phone.post("dial", to=NUMBER)
    phone.until_step("gather")
    _call(client, programme)
    assert _statuses(programme, 2) == ["initiated", "busy"]
    assert phone.until_phase("live")["peer"] == NUMBER


def test_a_call_is_canceled_and_another_sent_elsewhere(
    client: Client, phone: Phone, programme: Programme
) -> None:
    sid = _call(client, programme)
    phone.until_phase("ringing")
    client.calls(sid).update(status="canceled")
    assert _statuses(programme, 3) == ["initiated", "ringing", "canceled"]
    programme.answers["/voice/inbound"] = '<Gather timeout="900"/>'
    phone.post("dial", to=NUMBER)
    phone.until_step("gather")
    live = programme.wait_for("/voice/inbound").form["CallSid"]
    client.calls(live).update(url=f"{programme.public_url}/voice/elsewhere", method="POST")
    programme.wait_for("/voice/elsewhere")
    phone.until_phase("idle")
    with pytest.raises(TwilioRestException) as refused:
        client.calls(sid).update(status="completed")
    assert refused.value.code == 21220


def test_calls_are_listed_by_number_and_time(client: Client, programme: Programme) -> None:
    for _ in range(3):
        _call(client, programme, to="+51964999999")
    now = dt.datetime.now(dt.UTC)
    hour = dt.timedelta(hours=1)
    listed = client.calls.list(to="+51964999999", start_time_after=now - hour)
    assert len(listed) == 3
    assert client.calls.list(to=PHONE) == []
    assert client.calls.list(start_time_after=now + hour) == []
    assert len(client.calls.list(start_time_before=now + hour, page_size=2)) == 3
    assert len(client.calls.list(from_=NUMBER, limit=2)) == 2


def test_a_message_is_delivered_and_listed(
    client: Client, phone: Phone, programme: Programme
) -> None:
    made = client.messages.create(
        to=PHONE,
        from_=NUMBER,
        body="¿Cómo está?",
        status_callback=f"{programme.public_url}/sms/status?attempt=3",
    )
    assert (str(made.status), made.num_segments) == ("queued", "1")
    programme.wait_for("/sms/status", times=2)
    forms = [one.form for one in programme.at("/sms/status")]
    assert [form["MessageStatus"] for form in forms] == ["sent", "delivered"]
    assert {form["SmsStatus"] for form in forms} == {"sent", "delivered"}
    assert all("Body" not in form for form in forms)
    (message,) = phone.until(lambda one: bool(one["messages"]))["messages"]
    assert (message["body"], message["incoming"], message["peer"]) == ("¿Cómo está?", True, NUMBER)
    today = dt.datetime.now(dt.UTC).date()
    (listed,) = client.messages.list(to=PHONE, date_sent_after=today - dt.timedelta(days=1))
    assert (listed.sid, listed.body, str(listed.status)) == (made.sid, made.body, "delivered")
    assert client.messages.list(to=PHONE, date_sent_before=today - dt.timedelta(days=1)) == []
    assert str(client.messages(str(made.sid)).fetch().direction) == "outbound-api"


def test_a_message_waits_for_a_phone(client: Client, phone: Phone, programme: Programme) -> None:
    client.messages.create(
        to="+51964777777", from_=NUMBER, body="hola", status_callback=f"{programme.public_url}/s"
    )
    assert programme.wait_for("/s").form["MessageStatus"] == "sent"
    phone.post("number", number="+51964777777")
    assert programme.wait_for("/s", times=2).form["MessageStatus"] == "delivered"
    assert phone.until(lambda one: bool(one["messages"]))["messages"][0]["body"] == "hola"


def test_a_recording_is_fetched_and_deleted(
    client: Client, phone: Phone, programme: Programme, line: Line
) -> None:
    programme.answers["/voice/inbound"] = '<Record action="/voice/kept"/>'
    phone.post("dial", to=NUMBER)
    phone.hand_in(phone.until_step("record")["id"])
    sid = programme.wait_for("/voice/kept").form["RecordingSid"]
    address = f"{line.url}/simulator/2010-04-01/Accounts/{SID}/Recordings/{sid}.wav"
    assert requests.get(address, timeout=SECONDS).status_code == 401
    sound = requests.get(address, auth=(SID, TOKEN), timeout=SECONDS)
    assert (sound.status_code, sound.content[:4]) == (200, b"RIFF")
    assert client.recordings.list()[0].sid == sid
    assert client.recordings(sid).delete()
    with pytest.raises(TwilioRestException) as gone:
        client.recordings(sid).fetch()
    assert (gone.value.status, gone.value.code) == (404, 20404)
    assert requests.get(address, auth=(SID, TOKEN), timeout=SECONDS).status_code == 404


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"to": "964000001"}, 21211),
        ({"from_": "+51640000999"}, 21606),
        ({"body": ""}, 21602),
        ({"body": "x" * 1601}, 21617),
    ],
)
def test_a_refused_message_has_twilios_code(
    client: Client, values: dict[str, str], code: int
) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(**({"to": PHONE, "from_": NUMBER, "body": "hola"} | values))
    assert (refused.value.status, refused.value.code) == (400, code)


def test_a_refused_call_has_twilios_code(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(to=PHONE, from_=NUMBER, twiml="<Response>" + "x" * 4000)
    assert refused.value.code == 32018
    with pytest.raises(TwilioRestException) as refused:
        client.calls.create(to=PHONE, from_="+51640000999", url="http://127.0.0.1/x")
    assert refused.value.code == 21210


def test_another_token_is_refused(line: Line) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client_at(line, "forged").messages.create(to=PHONE, from_=NUMBER, body="hola")
    assert (refused.value.status, refused.value.code) == (401, 20003)


def test_another_account_is_not_found(client: Client) -> None:
    with pytest.raises(TwilioRestException) as refused:
        client.api.v2010.accounts("AC" + "6" * 32).calls("CA1").fetch()
    assert refused.value.status == 404
