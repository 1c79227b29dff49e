"""Texts written on the phone, and what comes back."""

from __future__ import annotations

import base64
import datetime as dt

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from telephony.gateway import NotThere, TooLarge
from telephony.twilio_gateway import TwilioGateway
from tests.simulator.conftest import Line
from tests.simulator.phone import Phone
from tests.simulator.programme import NUMBER, SECONDS, SID, TOKEN, Programme

PHONE = "+51964000001"
HOUR = dt.timedelta(hours=1)


def _bodies(shown: dict[str, object], *, incoming: bool) -> list[str]:
    messages = shown["messages"]
    assert isinstance(messages, list)
    return [one["body"] for one in messages if one["incoming"] is incoming]


def test_a_text_arrives_and_is_answered(phone: Phone, programme: Programme) -> None:
    programme.answers["/sms/inbound"] = (
        '<Message statusCallback="/sms/status">Hola</Message>'
        "<Message><Body>Marque 1</Body></Message>"
    )
    assert phone.post("messages", to=NUMBER, body="¿Hola? á\n ").status_code == 200
    form = programme.wait_for("/sms/inbound").form
    assert form["MessageSid"].startswith("SM")
    assert form["MessageSid"] == form["SmsSid"] == form["SmsMessageSid"]
    assert (form["AccountSid"], form["SmsStatus"]) == (SID, "received")
    assert (form["From"], form["To"], form["Body"]) == (PHONE, NUMBER, "¿Hola? á\n ")
    assert (form["NumMedia"], form["NumSegments"]) == ("0", "1")
    shown = phone.until(lambda one: len(_bodies(one, incoming=True)) == 2)
    assert _bodies(shown, incoming=True) == ["Hola", "Marque 1"]
    assert _bodies(shown, incoming=False) == ["¿Hola? á\n "]
    assert programme.wait_for("/sms/status", times=2).form["From"] == NUMBER
    assert programme.forged == 0


def test_an_empty_response_answers_nothing(phone: Phone, programme: Programme) -> None:
    programme.answers["/sms/inbound"] = "<Redirect>/sms/next</Redirect>"
    phone.post("messages", to=NUMBER, body="")
    assert programme.wait_for("/sms/next").form["Body"] == ""
    assert _bodies(phone.until(lambda one: True), incoming=True) == []


def test_a_withheld_number_still_shows_on_a_text(phone: Phone, programme: Programme) -> None:
    phone.post("number", number=PHONE, withheld=True)
    phone.post("messages", to=NUMBER, body="hola")
    assert programme.wait_for("/sms/inbound").form["From"] == PHONE


def test_plain_text_is_texted_back(phone: Phone, programme: Programme) -> None:
    programme.answers["/sms/inbound"] = ("Server error", 200, "text/plain")
    phone.post("messages", to=NUMBER, body="hola")
    shown = phone.until(lambda one: bool(_bodies(one, incoming=True)))
    assert _bodies(shown, incoming=True) == ["Server error"]


def test_twilios_stop_words_are_kept_by_the_carrier(
    phone: Phone, programme: Programme, client: Client
) -> None:
    phone.post("messages", to=NUMBER, body=" stop ")
    assert programme.wait_for("/sms/inbound").form["Body"] == " stop "
    shown = phone.until(lambda one: bool(_bodies(one, incoming=True)))
    assert "unsubscribed" in _bodies(shown, incoming=True)[0]
    with pytest.raises(TwilioRestException) as refused:
        client.messages.create(to=PHONE, from_=NUMBER, body="hola")
    assert refused.value.code == 21610
    phone.post("messages", to=NUMBER, body="START")
    programme.wait_for("/sms/inbound", times=2)
    phone.until(lambda one: len(_bodies(one, incoming=True)) == 2)
    assert client.messages.create(to=PHONE, from_=NUMBER, body="hola").sid


def test_a_failure_loses_the_text_and_is_shown(phone: Phone, programme: Programme) -> None:
    programme.answers["/sms/inbound"] = ("", 503, "text/plain")
    phone.post("messages", to=NUMBER, body="hola")
    phone.until(lambda one: any(entry["kind"] == "error" for entry in one["entries"]))
    assert phone.noted("error") == ["11200 HTTP 503: nothing more is done"]
    assert len(programme.asked) == 1


def test_what_cannot_be_sent(phone: Phone) -> None:
    assert phone.post("messages", to="+51999", body="hola").status_code == 404
    assert phone.post("messages", to=NUMBER, body="x" * 1601).json()["code"] == 21617


def test_a_picture_is_announced_fetched_by_the_texts_id_and_deleted(
    line: Line, phone: Phone, programme: Programme
) -> None:
    programme.answers["/sms/inbound"] = ""
    files = [
        {"type": "image/png", "content": base64.b64encode(b"seen").decode()},
        {"type": "audio/amr", "content": base64.b64encode(b"heard").decode()},
    ]
    assert phone.post("messages", to=NUMBER, body="", media=files).status_code == 200
    form = programme.wait_for("/sms/inbound").form
    assert (form["NumMedia"], form["MediaContentType1"]) == ("2", "audio/amr")
    sid = form["MessageSid"]
    gateway = TwilioGateway(
        account_sid=SID, auth_token=TOKEN, api_url=f"{line.url}/simulator", timeout=SECONDS
    )
    picture, sound = gateway.media_of(sid)
    assert (picture.content_type, sound.content_type) == ("image/png", "audio/amr")
    assert form["MediaUrl0"].endswith(f"/Messages/{sid}/Media/{picture.id}")
    assert gateway.media(sid, picture.id, most=4) == b"seen"
    with pytest.raises(TooLarge):
        gateway.media(sid, sound.id, most=4)
    (received,) = gateway.received_texts(to=NUMBER, since=dt.datetime.now(dt.UTC) - HOUR)
    assert received.media == ("", "")
    for _ in range(2):
        gateway.delete_media(sid, picture.id)
    assert [each.id for each in gateway.media_of(sid)] == [sound.id]
    with pytest.raises(NotThere):
        gateway.media(sid, picture.id, most=4)


@pytest.mark.parametrize("media", [[{"type": "image/png"}], [{"type": "x", "content": "?"}], ["x"]])
def test_what_is_no_file_is_not_sent(phone: Phone, media: list[object]) -> None:
    assert phone.post("messages", to=NUMBER, body="x", media=media).status_code == 400
