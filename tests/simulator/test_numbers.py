"""Our numbers at the carrier: found, looked at, set; by the official client."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from telephony.gateway import GatewayError, Refused
from telephony.numbers import TwilioNumbers, wanted_addresses
from tests.simulator.programme import NUMBER, SID, TOKEN, Programme

SECOND = "https://fallback.example.org"


def numbers_at(programme: Programme, token: str = TOKEN) -> TwilioNumbers:
    return TwilioNumbers(SID, token, api_url=f"{programme.public_url}/simulator")


def test_a_number_is_found_whole_and_can_be_set(programme: Programme) -> None:
    numbers = numbers_at(programme)
    assert numbers.find(NUMBER[:-2]) is None
    assert numbers.find("+51999999999") is None
    found = numbers.find(NUMBER)
    assert found is not None
    assert found.can_call
    assert found.can_text
    assert found.differences(wanted_addresses(programme.public_url, None)) == {}
    wanted = wanted_addresses(programme.public_url, SECOND)
    different = found.differences(wanted)
    assert different == {
        "VoiceFallbackUrl": f"{SECOND}/voice/fallback",
        "SmsFallbackUrl": f"{SECOND}/sms/fallback",
    }
    numbers.set(found.provider_id, different)
    after = numbers.find(NUMBER)
    assert after is not None
    assert after.differences(wanted) == {}


def test_an_application_that_takes_the_calls_elsewhere_is_seen_and_taken_away(
    programme: Programme,
) -> None:
    numbers = numbers_at(programme)
    found = numbers.find(NUMBER)
    assert found is not None
    numbers.set(found.provider_id, {"VoiceApplicationSid": "AP1", "VoiceMethod": "GET"})
    wanted = wanted_addresses(programme.public_url, None)
    changed = numbers.find(NUMBER)
    assert changed is not None
    different: Mapping[str, str] = changed.differences(wanted)
    assert different == {"VoiceApplicationSid": "", "VoiceMethod": "POST"}
    numbers.set(found.provider_id, different)
    mended = numbers.find(NUMBER)
    assert mended is not None
    assert mended.differences(wanted) == {}


def test_a_wrong_token_is_refused(programme: Programme) -> None:
    with pytest.raises(GatewayError):
        numbers_at(programme, "0" * 32).find(NUMBER)
    with pytest.raises(Refused):
        numbers_at(programme).set("PNnothing", {"VoiceMethod": "POST"})
