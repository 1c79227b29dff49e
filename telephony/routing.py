"""One gateway out of several: each number of ours has its carrier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from programmes.values import CarrierName
from telephony.gateway import Gateway, NotKept, Refused
from telephony.kannel_gateway import is_kannels
from telephony.values import CODES, Enclosure, ReceivedText, Sighting

_NOT_SET_UP = 1008


@dataclass(frozen=True, slots=True)
class RoutingGateway:
    """A `Gateway` that asks the carrier of the number that sends. `twilio` carries every call and
    every recording; `kannel` is None where none is set up, and what is its own is refused."""

    twilio: Gateway
    kannel: Gateway | None
    carrier_of: Callable[[str], CarrierName]
    """Who carries a number of ours."""

    def send_text(self, *, sender: str, to: str, body: str, status_url: str) -> str:
        return self._sends(sender).send_text(sender=sender, to=to, body=body, status_url=status_url)

    def place_call(
        self,
        *,
        sender: str,
        to: str,
        answer_url: str,
        status_url: str,
        fallback_url: str | None = None,
        machine_url: str | None = None,
    ) -> str:
        return self._sends(sender).place_call(
            sender=sender,
            to=to,
            answer_url=answer_url,
            status_url=status_url,
            fallback_url=fallback_url,
            machine_url=machine_url,
        )

    def end_call(self, provider_id: str) -> None:
        self.twilio.end_call(provider_id)

    def texts_to(self, *, sender: str, to: str, body: str, since: dt.datetime) -> list[Sighting]:
        return self._knows(sender).texts_to(sender=sender, to=to, body=body, since=since)

    def calls_to(self, *, sender: str, to: str, since: dt.datetime) -> list[Sighting]:
        return self._knows(sender).calls_to(sender=sender, to=to, since=since)

    def text_state(self, provider_id: str) -> Sighting:
        if is_kannels(provider_id):
            raise NotKept
        return self.twilio.text_state(provider_id)

    def call_state(self, provider_id: str) -> Sighting:
        return self.twilio.call_state(provider_id)

    def received_texts(self, *, to: str, since: dt.datetime) -> list[ReceivedText]:
        return self._knows(to).received_texts(to=to, since=since)

    def recording(self, recording_id: str) -> bytes:
        return self.twilio.recording(recording_id)

    def delete_recording(self, recording_id: str) -> None:
        self.twilio.delete_recording(recording_id)

    def media_of(self, text_id: str) -> list[Enclosure]:
        return self.twilio.media_of(text_id)

    def media(self, text_id: str, media_id: str, *, most: int) -> bytes:
        return self.twilio.media(text_id, media_id, most=most)

    def delete_media(self, text_id: str, media_id: str) -> None:
        self.twilio.delete_media(text_id, media_id)

    def _sends(self, number: str) -> Gateway:
        carrier = self._of(number)
        if carrier is None:
            raise Refused(CODES[_NOT_SET_UP].policy, code=_NOT_SET_UP)
        return carrier

    def _knows(self, number: str) -> Gateway:
        carrier = self._of(number)
        if carrier is None:
            raise NotKept
        return carrier

    def _of(self, number: str) -> Gateway | None:
        is_kannels_own = self.carrier_of(number) is CarrierName.KANNEL
        return self.kannel if is_kannels_own else self.twilio
