"""Twilio, or any carrier with its interface, through the official client.

The simulator of a demo is such a carrier too: the same client, pointed at another address.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import requests
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from telephony.gateway import NotThere, Refused, TooLarge, Uncertain
from telephony.values import Enclosure, Policy, ReceivedText, Sighting, policy_of

# The official client logs every request with its numbers and texts.
logging.getLogger("twilio").setLevel(logging.CRITICAL)

TIMEOUT = 10.0
"""Seconds; the official client waits for ever unless told."""

RING = 30
"""Seconds that a call of ours rings."""

_MOST_RECEIVED = 10_000
"""Texts to one number that are looked through at a time."""

_PAGE = 1000
"""The most that the carrier gives at once; the client would ask for the whole limit."""

_MOST_MEDIA = 20
"""Files of one text that are asked for: Twilio takes ten."""

_MOST_HOPS = 4

_STORES = (".twilio.com", ".twiliocdn.com", ".amazonaws.com")
"""Where Twilio keeps the files of texts, and sends whoever asks for one."""

_NOT_FOUND = 20404

_OVER = (20404, 21220)
"""What ending a call is refused with that is not in progress any more, or never was."""

Answer = TypeVar("Answer")


def client_of(
    account_sid: str, auth_token: str, *, api_url: str | None = None, timeout: float = TIMEOUT
) -> Client:
    """The official client, which asks `api_url` where that is another carrier's."""
    http = TwilioHttpClient(timeout=timeout, max_retries=0)
    client = Client(account_sid, auth_token, http_client=http)  # type: ignore[no-untyped-call]
    client.api.base_url = (api_url or "https://api.twilio.com").rstrip("/")
    return client


class TwilioGateway:
    """A `Gateway` over Twilio's REST interface, at `api_url` where that is another carrier's."""

    def __init__(
        self,
        *,
        account_sid: str,
        auth_token: str,
        api_url: str | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self._account = account_sid
        self._auth = (account_sid, auth_token)
        self._timeout = timeout
        self._client = client_of(account_sid, auth_token, api_url=api_url, timeout=timeout)
        self._base = str(self._client.api.base_url)

    def send_text(self, *, sender: str, to: str, body: str, status_url: str) -> str:
        made = asked(
            lambda: self._client.messages.create(
                to=to, from_=sender, body=body, status_callback=status_url
            )
        )
        return str(made.sid)

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
        more: dict[str, Any] = {}
        if fallback_url is not None:
            more |= {"fallback_url": fallback_url, "fallback_method": "POST"}
        if machine_url is not None:
            # Asynchronous: nobody who answers waits in silence for the carrier's verdict.
            more |= {
                "machine_detection": "Enable",
                "async_amd": "true",
                "async_amd_status_callback": machine_url,
                "async_amd_status_callback_method": "POST",
            }
        made = asked(
            lambda: self._client.calls.create(
                to=to,
                from_=sender,
                url=answer_url,
                method="POST",
                timeout=RING,
                status_callback=status_url,
                status_callback_event=["answered", "completed"],
                status_callback_method="POST",
                **more,
            )
        )
        return str(made.sid)

    def end_call(self, provider_id: str) -> None:
        try:
            asked(lambda: self._client.calls(provider_id).update(status="completed"))
        except Refused as error:
            if error.code not in _OVER:
                raise

    def texts_to(self, *, sender: str, to: str, body: str, since: dt.datetime) -> list[Sighting]:
        # The newest come first. What is still queued has no date of sending to ask for.
        found = asked(lambda: self._client.messages.list(to=to, from_=sender, limit=100))
        return [
            _text(each)
            for each in found
            if each.body == body and _is_since(each.date_created, since)
        ]

    def calls_to(self, *, sender: str, to: str, since: dt.datetime) -> list[Sighting]:
        found = asked(lambda: self._client.calls.list(to=to, from_=sender, limit=100))
        return [
            Sighting(str(each.sid), str(each.status), each.date_created)
            for each in found
            if _is_since(each.date_created, since)
        ]

    def text_state(self, provider_id: str) -> Sighting:
        return _text(asked(lambda: self._client.messages(provider_id).fetch()))

    def call_state(self, provider_id: str) -> Sighting:
        found = asked(lambda: self._client.calls(provider_id).fetch())
        return Sighting(str(found.sid), str(found.status), found.date_created)

    def received_texts(self, *, to: str, since: dt.datetime) -> list[ReceivedText]:
        # Whole seconds and no fractions are what the carrier's filter takes.
        found = asked(
            lambda: self._client.messages.list(
                to=to,
                date_sent_after=since.replace(microsecond=0),
                limit=_MOST_RECEIVED,
                page_size=_PAGE,
            )
        )
        received = [
            ReceivedText(
                str(each.sid),
                str(each.from_),
                str(each.to),
                str(each.body or ""),
                each.date_sent or each.date_created,
                ("",) * _count(each.num_media),
            )
            for each in found
            if str(each.direction) == "inbound"
        ]
        return received[::-1]

    def recording(self, recording_id: str) -> bytes:
        response = self._recordings("GET", f"{recording_id}.wav")
        return response.content

    def delete_recording(self, recording_id: str) -> None:
        try:
            self._recordings("DELETE", f"{recording_id}.json")
        except NotThere:
            return

    def media_of(self, text_id: str) -> list[Enclosure]:
        found = asked(lambda: self._client.messages(text_id).media.list(limit=_MOST_MEDIA))
        return [Enclosure(str(each.sid), str(each.content_type or "")) for each in found]

    def media(self, text_id: str, media_id: str, *, most: int) -> bytes:
        """By ids, at the configured address. It may hand us on to where it stores files: there we
        follow it, over TLS or to itself, and never with our credentials."""
        address = f"{self._base}/2010-04-01/Accounts/{self._account}"
        address += f"/Messages/{text_id}/Media/{media_id}"
        auth: tuple[str, str] | None = self._auth
        try:
            for _ in range(_MOST_HOPS):
                with requests.get(
                    address, auth=auth, timeout=self._timeout, allow_redirects=False, stream=True
                ) as response:
                    if response.is_redirect:
                        address, auth = urljoin(address, response.headers["Location"]), None
                        if not self._is_of_carrier(address):
                            raise Refused(Policy.PERMANENT)
                        continue
                    _check(response)
                    return _at_most(response, most)
        except requests.RequestException as error:
            raise Uncertain(type(error).__name__) from None
        raise Uncertain("too many redirects")

    def _is_of_carrier(self, address: str) -> bool:
        wanted, ours = urlsplit(address), urlsplit(self._base)
        if (wanted.scheme, wanted.netloc) == (ours.scheme, ours.netloc):
            return True
        host = f".{wanted.hostname or ''}"
        return wanted.scheme == "https" and host.endswith(_STORES)

    def delete_media(self, text_id: str, media_id: str) -> None:
        try:
            asked(lambda: self._client.messages(text_id).media(media_id).delete())
        except Refused as error:
            if error.code != _NOT_FOUND:
                raise

    def _recordings(self, method: str, name: str) -> requests.Response:
        """By id, at the configured address: one that came in a request is never followed."""
        address = f"{self._base}/2010-04-01/Accounts/{self._account}/Recordings/{name}"
        try:
            response = requests.request(
                method, address, auth=self._auth, timeout=self._timeout, allow_redirects=False
            )
        except requests.RequestException as error:
            raise Uncertain(type(error).__name__) from None
        _check(response)
        return response


def _check(response: requests.Response) -> None:
    if response.status_code == 404:
        raise NotThere
    if response.status_code >= 300:
        raise Refused(policy_of(None, response.status_code), code=response.status_code)


def _at_most(response: requests.Response, most: int) -> bytes:
    """The content, of which no more is read than is taken."""
    content = bytearray()
    for part in response.iter_content(65_536):
        content += part
        if len(content) > most:
            raise TooLarge(f"more than {most} bytes")
    return bytes(content)


def _count(number: Any) -> int:
    return int(number) if str(number or "").isdecimal() else 0


def _text(found: Any) -> Sighting:
    return Sighting(
        str(found.sid),
        str(found.status),
        found.date_created,
        int(found.error_code) if found.error_code else None,
    )


def _is_since(made_at: dt.datetime | None, since: dt.datetime) -> bool:
    # Carriers keep whole seconds, and their clock is not ours.
    return made_at is None or made_at >= since - dt.timedelta(seconds=5)


def asked(request: Callable[[], Answer]) -> Answer:
    """Make a request; its errors as ours, without what they quote of numbers and texts."""
    try:
        return request()
    except TwilioRestException as error:
        status, code = error.status, error.code
        if status == 404 and error.method == "GET":
            raise NotThere from None
        if status >= 500:
            raise Uncertain(f"status {status}") from None
        raise Refused(policy_of(code, status), code=code, retry_after=_retry_after(error)) from None
    except (TwilioException, requests.RequestException) as error:
        if isinstance(error, requests.ConnectionError) and never_left(error):
            raise Refused(Policy.TRANSIENT) from None
        raise Uncertain(type(error).__name__) from None


def never_left(error: requests.ConnectionError) -> bool:
    """Whether the connection was never made, so that nothing can have been sent."""
    names = {type(each).__name__ for each in _causes(error)}
    return bool(names & {"NewConnectionError", "ConnectTimeoutError"})


def _causes(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    pending: list[Any] = [error]
    while pending:
        each = pending.pop()
        if isinstance(each, BaseException) and each not in found:
            found.append(each)
            pending += [*each.args, getattr(each, "reason", None), each.__cause__]
    return found


def _retry_after(error: TwilioRestException) -> float | None:
    try:
        details: Any = error.details or {}
        return float(details.get("retry_after", ""))
    except (TypeError, ValueError, AttributeError):
        return None
