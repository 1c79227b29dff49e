"""Our numbers at the carrier: that they are ours, what they can do, and where it posts.

Twilio's `IncomingPhoneNumbers` (TWILIO 3), and whoever has its interface.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from telephony.twilio_gateway import asked, client_of

_ATTRIBUTES = {
    "VoiceUrl": "voice_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackUrl": "voice_fallback_url",
    "VoiceFallbackMethod": "voice_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    # An application or a trunk that is set at a number makes the addresses above count for nothing.
    "VoiceApplicationSid": "voice_application_sid",
    "TrunkSid": "trunk_sid",
    "SmsApplicationSid": "sms_application_sid",
}
"""The carrier's names of what is set at a number, and the client's."""


@dataclass(frozen=True, slots=True)
class NumberAtCarrier:
    """A number of ours as the carrier has it."""

    provider_id: str
    can_call: bool
    can_text: bool
    addresses: Mapping[str, str]
    """What is set, by the carrier's name of it."""

    def differences(self, wanted: Mapping[str, str]) -> dict[str, str]:
        """What is wanted and not set, by the carrier's name of it."""
        return {name: value for name, value in wanted.items() if self.addresses[name] != value}


def wanted_addresses(public_url: str, fallback_url: str | None) -> dict[str, str]:
    """What must be set at each number so that calls and texts reach us."""
    second = fallback_url or public_url
    urls = {
        "VoiceUrl": f"{public_url}/voice/inbound",
        "VoiceFallbackUrl": f"{second}/voice/fallback",
        "StatusCallback": f"{public_url}/voice/status",
        "SmsUrl": f"{public_url}/sms/inbound",
        "SmsFallbackUrl": f"{second}/sms/fallback",
    }
    methods = {name: "POST" for name in _ATTRIBUTES if name.endswith("Method")}
    others = {name: "" for name in _ATTRIBUTES if name.endswith("Sid")}
    return urls | methods | others


class Numbers(Protocol):
    """What can be asked and set. Every method raises GatewayError."""

    def find(self, number: str) -> NumberAtCarrier | None:
        """The number, E.164; None where it is not this account's."""
        ...

    def set(self, provider_id: str, addresses: Mapping[str, str]) -> None:
        """Set these at a number, by the carrier's names of them; what is not named stays."""
        ...


class TwilioNumbers:
    """`Numbers` over the REST interface."""

    def __init__(self, account_sid: str, auth_token: str, *, api_url: str | None = None) -> None:
        self._client = client_of(account_sid, auth_token, api_url=api_url)

    def find(self, number: str) -> NumberAtCarrier | None:
        found: list[Any] = asked(
            lambda: self._client.incoming_phone_numbers.list(phone_number=number, limit=20)
        )
        for each in found:
            # The carrier's filter also takes a part of a number.
            if each.phone_number == number:
                return _number(each)
        return None

    def set(self, provider_id: str, addresses: Mapping[str, str]) -> None:
        given = {_ATTRIBUTES[name]: value for name, value in addresses.items()}
        asked(lambda: self._client.incoming_phone_numbers(provider_id).update(**given))


def _number(found: Any) -> NumberAtCarrier:
    can = found.capabilities or {}
    able = can.get if isinstance(can, Mapping) else lambda name: getattr(can, name, False)
    return NumberAtCarrier(
        provider_id=str(found.sid),
        can_call=bool(able("voice")),
        can_text=bool(able("sms")),
        addresses={name: str(getattr(found, key) or "") for name, key in _ATTRIBUTES.items()},
    )
