"""Texts written on the phone, and what comes back."""

from __future__ import annotations

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.rest import Client

from tests.simulator.phone import Phone
from tests.simulator.programme import NUMBER, SID, Programme

PHONE = "+51964000001"


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
