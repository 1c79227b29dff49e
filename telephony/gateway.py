"""The gateway: what we ask of a carrier, and the recording implementation of it.

GatewayError
├── Refused      the carrier said no; nothing was sent
├── Uncertain    no answer came: it may have been sent, or not
├── NotThere     it does not have what was asked for
├── TooLarge     what was asked for is larger than what is taken
└── NotKept      it keeps nothing that could be asked for
"""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass, field
from typing import Protocol

from storage.services import Clock, utc_now
from telephony.values import Enclosure, Policy, ReceivedText, Sighting


class GatewayError(Exception):
    """A request to the carrier that did not end well."""


class Refused(GatewayError):
    """The carrier said no, and why. `retry_after` is in seconds, where it named a wait."""

    def __init__(
        self, policy: Policy, *, code: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(f"refused ({policy}, {code})")
        self.policy = policy
        self.code = code
        self.retry_after = retry_after


class Uncertain(GatewayError):
    """The request was made and no answer came."""


class NotThere(GatewayError):
    """The carrier does not have, or no longer has, what was asked for."""


class TooLarge(GatewayError):
    """It has what was asked for, and it is larger than what is taken."""


class NotKept(GatewayError):
    """The carrier keeps no record that could be asked for: it tells once what it knows."""


class Gateway(Protocol):
    """A carrier. Numbers are E.164; addresses are absolute. Every method raises GatewayError."""

    def send_text(self, *, sender: str, to: str, body: str, status_url: str) -> str:
        """Send a text; return the carrier's id of it."""
        ...

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
        """Call a number; return the carrier's id of the call.

        `fallback_url` is asked where `answer_url` fails. With `machine_url` the carrier listens,
        beside the call, whether a machine has answered, and posts there what it made of it.
        """
        ...

    def end_call(self, provider_id: str) -> None:
        """End a call in progress; one that has ended already is no error."""
        ...

    def texts_to(self, *, sender: str, to: str, body: str, since: dt.datetime) -> list[Sighting]:
        """The texts with these words that the carrier has had from us since then."""
        ...

    def calls_to(self, *, sender: str, to: str, since: dt.datetime) -> list[Sighting]:
        """The calls to this number that the carrier has had from us since then."""
        ...

    def text_state(self, provider_id: str) -> Sighting:
        """What the carrier knows of a text now. Raises NotThere."""
        ...

    def call_state(self, provider_id: str) -> Sighting:
        """What the carrier knows of a call now. Raises NotThere."""
        ...

    def received_texts(self, *, to: str, since: dt.datetime) -> list[ReceivedText]:
        """The texts that came to a number of ours since then, the oldest first."""
        ...

    def recording(self, recording_id: str) -> bytes:
        """The sound of a recording, WAV. Raises NotThere."""
        ...

    def delete_recording(self, recording_id: str) -> None:
        """Have the carrier forget a recording; one that is gone is no error."""
        ...

    def media_of(self, text_id: str) -> list[Enclosure]:
        """The pictures and sounds of a text to us, in the order in which it has them. Raises
        NotThere."""
        ...

    def media(self, text_id: str, media_id: str, *, most: int) -> bytes:
        """One of them. Raises NotThere, and TooLarge past `most` bytes, which is as much as is
        read."""
        ...

    def delete_media(self, text_id: str, media_id: str) -> None:
        """Have the carrier forget one of them; one that is gone is no error."""
        ...


@dataclass(frozen=True, slots=True)
class Placed:
    """What a recording gateway was asked to send."""

    provider_id: str
    to: str
    body: str | None
    answer_url: str | None
    status_url: str
    at: dt.datetime
    machine_url: str | None = None


@dataclass
class RecordingGateway:
    """Keeps what it is asked to send, and sends nothing: for rehearsals and tests."""

    clock: Clock = utc_now
    placed: list[Placed] = field(default_factory=list)
    received: list[ReceivedText] = field(default_factory=list)
    states: dict[str, Sighting] = field(default_factory=dict)
    """What it says of what it was asked to send, by id, where that is not `queued`."""
    recordings: dict[str, bytes] = field(default_factory=dict)
    enclosed: dict[str, dict[str, tuple[str, bytes]]] = field(default_factory=dict)
    """By text and id: the type and content of what texts to us brought."""
    ended: list[str] = field(default_factory=list)
    """Ids of the calls that it was asked to end."""
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def send_text(self, *, sender: str, to: str, body: str, status_url: str) -> str:
        return self._place("SM", to, body, None, status_url)

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
        return self._place("CA", to, None, answer_url, status_url, machine_url)

    def end_call(self, provider_id: str) -> None:
        self.ended.append(provider_id)

    def texts_to(self, *, sender: str, to: str, body: str, since: dt.datetime) -> list[Sighting]:
        return self._seen(to, body, since)

    def calls_to(self, *, sender: str, to: str, since: dt.datetime) -> list[Sighting]:
        return self._seen(to, None, since)

    def text_state(self, provider_id: str) -> Sighting:
        return self._state(provider_id)

    def call_state(self, provider_id: str) -> Sighting:
        return self._state(provider_id)

    def _state(self, provider_id: str) -> Sighting:
        if provider_id in self.states:
            return self.states[provider_id]
        for each in self.placed:
            if each.provider_id == provider_id:
                return Sighting(provider_id, "queued", each.at)
        raise NotThere(provider_id)

    def received_texts(self, *, to: str, since: dt.datetime) -> list[ReceivedText]:
        return [
            each
            for each in self.received
            if each.to == to and (each.received_at is None or each.received_at >= since)
        ]

    def recording(self, recording_id: str) -> bytes:
        try:
            return self.recordings[recording_id]
        except KeyError as error:
            raise NotThere(recording_id) from error

    def delete_recording(self, recording_id: str) -> None:
        self.recordings.pop(recording_id, None)

    def media_of(self, text_id: str) -> list[Enclosure]:
        if text_id not in self.enclosed:
            raise NotThere(text_id)
        return [Enclosure(key, kind) for key, (kind, _) in self.enclosed[text_id].items()]

    def media(self, text_id: str, media_id: str, *, most: int) -> bytes:
        try:
            _, content = self.enclosed[text_id][media_id]
        except KeyError as error:
            raise NotThere(media_id) from error
        if len(content) > most:
            raise TooLarge(media_id)
        return content

    def delete_media(self, text_id: str, media_id: str) -> None:
        self.enclosed.get(text_id, {}).pop(media_id, None)

    def _place(
        self,
        prefix: str,
        to: str,
        body: str | None,
        answer_url: str | None,
        status_url: str,
        machine_url: str | None = None,
    ) -> str:
        provider_id = f"{prefix}{next(self._numbers):032x}"
        now = self.clock()
        placed = Placed(provider_id, to, body, answer_url, status_url, now, machine_url)
        self.placed.append(placed)
        return provider_id

    def _seen(self, to: str, body: str | None, since: dt.datetime) -> list[Sighting]:
        return [
            Sighting(each.provider_id, "queued", each.at)
            for each in self.placed
            if each.to == to and each.body == body and each.at >= since
        ]
