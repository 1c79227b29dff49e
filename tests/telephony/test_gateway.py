"""What is asked of the carrier over HTTP, strict in every parameter, and what it answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest

from telephony.gateway import NotThere, Refused, Uncertain
from telephony.twilio_gateway import TwilioGateway
from telephony.values import Policy
from tests.outside.carrier_stub import CarrierStub, Created

ACCOUNT, TOKEN = "AC" + "5" * 32, "0123456789abcdef0123456789abcdef"
OURS, HERS = "+51644000100", "+51964000111"
STATUS = "https://rimay.example.org/sms/status?o=1"
HOUR = dt.timedelta(hours=1)


class Carrier(CarrierStub):
    """The stub, which has received texts as well."""

    def shown(self, made: Created) -> dict[str, Any]:
        shown = super().shown(made)
        return shown | ({"direction": "inbound"} if made.to == OURS else {})

    def receive(self, body: str) -> Created:
        return self.create("SM", {"To": [OURS], "From": [HERS], "Body": [body]})


@pytest.fixture
def carrier() -> Iterator[Carrier]:
    with Carrier(ACCOUNT, TOKEN) as stub:
        yield stub  # type: ignore[misc]


@pytest.fixture
def gateway(carrier: Carrier) -> TwilioGateway:
    return at(carrier.url)


def at(url: str, *, timeout: float = 60) -> TwilioGateway:
    return TwilioGateway(account_sid=ACCOUNT, auth_token=TOKEN, api_url=url, timeout=timeout)


def send(gateway: TwilioGateway, body: str = "Iremos.") -> str:
    return gateway.send_text(sender=OURS, to=HERS, body=body, status_url=STATUS)


def test_what_became_of_a_text_and_of_a_call(carrier: Carrier, gateway: TwilioGateway) -> None:
    text = send(gateway)
    call = gateway.place_call(sender=OURS, to=HERS, answer_url=STATUS, status_url=STATUS)
    carrier.deliver(text, "undelivered", error_code=30003, quietly=True)
    carrier.deliver(call, "no-answer", quietly=True)
    seen = gateway.text_state(text)
    assert (seen.provider_id, seen.status, seen.error_code) == (text, "undelivered", 30003)
    assert gateway.call_state(call).status == "no-answer"
    assert not carrier.violations


def test_a_call_is_listened_to_and_ended(carrier: Carrier, gateway: TwilioGateway) -> None:
    call = gateway.place_call(
        sender=OURS,
        to=HERS,
        answer_url=STATUS,
        status_url=STATUS,
        fallback_url=f"{STATUS}&f=1",
        machine_url=f"{STATUS}&m=1",
    )
    asked = carrier.calls[0].params
    assert asked["MachineDetection"] == ["Enable"]
    assert (asked["AsyncAmd"], asked["AsyncAmdStatusCallback"]) == (["true"], [f"{STATUS}&m=1"])
    assert asked["FallbackUrl"] == [f"{STATUS}&f=1"]
    carrier.deliver(call, "in-progress", quietly=True)
    gateway.end_call(call)
    assert gateway.call_state(call).status == "completed"
    gateway.end_call(call)  # it is over: no error
    assert not carrier.violations
    gateway.end_call("CA" + "0" * 32)  # nor is one that the carrier never had


def test_what_the_carrier_does_not_have(gateway: TwilioGateway) -> None:
    with pytest.raises(NotThere):
        gateway.text_state("SM" + "0" * 32)
    with pytest.raises(NotThere):
        gateway.call_state("CA" + "0" * 32)


def test_texts_to_us_the_oldest_first(carrier: Carrier, gateway: TwilioGateway) -> None:
    first, second = carrier.receive("Hola"), carrier.receive("¿Hay alguien?")
    send(gateway)
    since = dt.datetime.now(dt.UTC) - HOUR
    found = gateway.received_texts(to=OURS, since=since)
    assert [each.provider_id for each in found] == [first.sid, second.sid]
    assert [(each.from_, each.to) for each in found] == [(HERS, OURS)] * 2
    assert found[1].body == "¿Hay alguien?"
    assert gateway.received_texts(to=OURS, since=since + 2 * HOUR) == []
    assert not carrier.violations


def test_only_the_same_words_to_the_same_number_are_a_sighting(
    carrier: Carrier, gateway: TwilioGateway
) -> None:
    send(gateway, "Otra cosa.")
    ours = send(gateway)
    since = dt.datetime.now(dt.UTC) - HOUR
    found = gateway.texts_to(sender=OURS, to=HERS, body="Iremos.", since=since)
    assert [each.provider_id for each in found] == [ours]
    assert gateway.texts_to(sender=OURS, to=HERS, body="Iremos.", since=since + 2 * HOUR) == []


@pytest.mark.parametrize(
    ("status", "code", "policy"),
    [
        (400, 21211, Policy.PERMANENT),
        (400, 21610, Policy.OPTED_OUT),
        (401, 20003, Policy.CONFIGURATION),
        (429, 20429, Policy.SLOW_DOWN),
        (429, 99999, Policy.SLOW_DOWN),
        (400, 99999, Policy.CONFIGURATION),
    ],
)
def test_a_refusal_says_what_follows(
    carrier: Carrier, gateway: TwilioGateway, status: int, code: int, policy: Policy
) -> None:
    carrier.fail_next(status, code)
    with pytest.raises(Refused) as refused:
        send(gateway)
    assert (refused.value.policy, refused.value.code) == (policy, code)
    assert HERS not in str(refused.value)


@pytest.mark.parametrize("created", [True, False])
def test_no_answer_is_no_refusal(carrier: Carrier, gateway: TwilioGateway, created: bool) -> None:
    carrier.hang_next(created=created)
    with pytest.raises(Uncertain):
        send(at(carrier.url, timeout=0.5))
    # It may be taken only after nobody waits for it any more.
    carrier.wait_until(lambda: not carrier.hanging and len(carrier.messages) == created)
    (carrier.drop_after if created else carrier.drop_before)()
    with pytest.raises(Uncertain):
        send(gateway)
    carrier.fail_next(503, 20503)
    with pytest.raises(Uncertain):
        send(gateway)
    assert len(carrier.messages) == (2 if created else 0)


def test_a_carrier_that_is_not_there_has_taken_nothing() -> None:
    away = at("http://127.0.0.1:9", timeout=0.5)
    with pytest.raises(Refused) as refused:
        send(away)
    assert refused.value.policy is Policy.TRANSIENT
