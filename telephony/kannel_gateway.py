"""Kannel, a gateway of one's own between HTTP and a network's message centre: texts alone.

It answers once it has a text safe, and tells what became of it by delivery reports. It gives a text
no id that we could know, and keeps no list: so every attempt carries an id of ours, in the address
of its reports. A report finds its row also where the answer was lost; without one, nobody can find
out whether it was sent, and the attempt stays unknown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import requests

from locales.gsm import Encoding, segments
from storage.ids import new_id
from telephony.gateway import NotKept, NotThere, Refused, Uncertain
from telephony.twilio_gateway import never_left
from telephony.values import CODES, Enclosure, ReceivedText, Sighting

TIMEOUT = 10.0
"""Seconds; Kannel answers when its bearerbox has the text, not when a network has."""

_ACCEPTED = 202
"""With `0: Accepted for delivery`, or `3: Queued for later delivery` while the network is away:
either way the text is Kannel's now."""

REFUSALS: tuple[tuple[int, str, int], ...] = (
    (403, "Not routable", 1003),
    (403, "", 1001),
    (404, "", 1002),
    (400, "Number(s) has/have been denied", 1004),
    (400, "", 1005),
    (413, "", 1005),
    (415, "", 1005),
    (503, "Temporal failure", 1006),
)
"""What it refuses with, and how that begins, in the codes of `telephony.values`. A 5xx that is
not here may be anybody's on the way, after Kannel has taken the text."""

_PREFIX = "kannel-"
_EVERY_REPORT = "31"


def is_kannels(provider_id: str) -> bool:
    """Whether an id of an attempt was given to one at Kannel."""
    return provider_id.startswith(_PREFIX)


class KannelGateway:
    """A `Gateway` over `sendsms`, at `url`. `report_url` makes the address that the reports of an
    attempt come to, from its row's id and its own."""

    def __init__(
        self,
        *,
        url: str,
        username: str,
        password: str,
        report_url: Callable[[str, str], str],
        timeout: float = TIMEOUT,
    ) -> None:
        self._url = url
        self._account = {"X-Kannel-Username": username, "X-Kannel-Password": password}
        self._report_url = report_url
        self._timeout = timeout

    def send_text(self, *, sender: str, to: str, body: str, status_url: str) -> str:
        """As the protocol says. The words travel in the body, so that no log of addresses, here
        or at Kannel, holds them; what GSM-7 lacks goes as UCS-2, for Kannel would write `?`."""
        attempt = f"{_PREFIX}{new_id()}"
        fits = segments(body).encoding is Encoding.GSM7
        headers = {
            **self._account,
            "Content-Type": 'text/plain; charset="UTF-8"',
            "X-Kannel-From": sender,
            "X-Kannel-To": to,
            "X-Kannel-Coding": "0" if fits else "2",
            "X-Kannel-DLR-Mask": _EVERY_REPORT,
            "X-Kannel-DLR-Url": self._report_url(_row(status_url), attempt),
        }
        try:
            response = requests.post(
                self._url,
                data=body.encode(),
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            if isinstance(error, requests.ConnectionError) and never_left(error):
                raise _refused(1006) from None
            raise Uncertain(type(error).__name__) from None
        if response.status_code != _ACCEPTED:
            raise _meaning(response.status_code, response.text)
        return attempt

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
        """Kannel carries no calls: always refused."""
        raise _refused(1007)

    def end_call(self, provider_id: str) -> None:
        """Kannel carries no calls: there is none to end."""

    def texts_to(self, *, sender: str, to: str, body: str, since: dt.datetime) -> list[Sighting]:
        raise NotKept

    def calls_to(self, *, sender: str, to: str, since: dt.datetime) -> list[Sighting]:
        return []

    def text_state(self, provider_id: str) -> Sighting:
        raise NotKept

    def call_state(self, provider_id: str) -> Sighting:
        raise NotKept

    def received_texts(self, *, to: str, since: dt.datetime) -> list[ReceivedText]:
        """It brings a text until we have it, and keeps none of those that we have."""
        raise NotKept

    def recording(self, recording_id: str) -> bytes:
        raise NotKept

    def delete_recording(self, recording_id: str) -> None:
        return None

    def media_of(self, text_id: str) -> list[Enclosure]:
        """Kannel carries words alone."""
        raise NotThere

    def media(self, text_id: str, media_id: str, *, most: int) -> bytes:
        raise NotThere

    def delete_media(self, text_id: str, media_id: str) -> None:
        return None


def _row(status_url: str) -> str:
    return parse_qs(urlsplit(status_url).query)["o"][0]


def _meaning(status: int, said: str) -> Refused | Uncertain:
    for known, beginning, code in REFUSALS:
        if status == known and said.startswith(beginning):
            return _refused(code)
    if status >= 500:
        return Uncertain(f"status {status}")
    # Whatever this is, it is not Kannel, which has no other answers.
    return _refused(1002)


def _refused(code: int) -> Refused:
    return Refused(CODES[code].policy, code=code)
