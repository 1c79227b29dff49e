"""The phone network and Twilio in front of it, seen from the program under test.

`Network.call` and `Network.text` post what Twilio documents, signed; a `Call` then does what
Twilio does with the TwiML that comes back. See `calls` for what can be done on a call.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from enum import StrEnum
from typing import Protocol
from urllib.parse import urlsplit

from tests.outside.calls import Call
from tests.outside.sound import assert_playable
from tests.outside.twiml import messaging_document
from tests.outside.wire import Answer, HttpSession, Pairs, Request, Session, form, sign

WITHHELD = ("anonymous", "+266696687")
"""Caller ids that stand for a withheld number: the word, and ANONYMOUS keyed on a phone."""
_USER_AGENT = "TwilioProxy/1.1"


class Forgery(StrEnum):
    """Ways in which a request can fail to be the carrier's."""

    UNSIGNED = "unsigned"
    EMPTY_SIGNATURE = "empty signature"
    WRONG_TOKEN = "signed with another token"
    OTHER_URL = "right signature for another URL"
    OTHER_QUERY = "right signature for another query"
    CHANGED_BODY = "a parameter changed after signing"
    ADDED_PARAMETER = "a parameter added after signing"


class Ringing(Protocol):
    """A call that the program asked the carrier for, as the carrier holds it."""

    @property
    def sid(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def from_(self) -> str: ...
    @property
    def url(self) -> str: ...
    @property
    def method(self) -> str: ...
    @property
    def status_callback(self) -> str | None: ...


class Network:
    """Everyone who can call or text the program, and the carrier between.

    `base_url` is the program's public address; what is signed begins with it. Recordings made
    on calls are kept in `recordings` by their sid: hand over a carrier stub's own mapping and
    the program can fetch them there. With `check_audio` every URL to be played is fetched once
    and must be fit for a telephone. `pause` is called with the seconds of each `<Pause>`.
    """

    def __init__(
        self,
        base_url: str,
        *,
        auth_token: str,
        account_sid: str,
        session: Session | None = None,
        recordings: MutableMapping[str, bytes] | None = None,
        status_callback: str | None = None,
        check_audio: bool = False,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self.auth_token = auth_token
        self.account_sid = account_sid
        self.session: Session = session or HttpSession()
        self.recordings: MutableMapping[str, bytes] = {} if recordings is None else recordings
        self.status_callback = status_callback
        self.check_audio = check_audio
        self.pause = pause
        self.last_request: Request | None = None
        self.last_answer: Answer | None = None
        self._playable: set[str] = set()

    # Calls ---------------------------------------------------------------------------------

    def call(self, from_: str, to: str, *, path: str = "/voice/inbound") -> Call:
        """Dial `to` from `from_` (E.164, or one of WITHHELD) and hear what answers."""
        call = Call(
            self,
            sid="CA" + secrets.token_hex(16),
            from_=from_,
            to=to,
            direction="inbound",
            status_callback=self._absolute(self.status_callback),
        )
        call.enter(self._absolute(path) or "", "POST", status="ringing")
        return call

    def answer(self, ringing: Ringing, *, tell: Callable[[str], object] | None = None) -> Call:
        """Pick up a call that the program placed; its `Url` says what is heard.

        `tell` is called with each status from now on, in place of the status callback: hand over
        the stub's `deliver` for this sid, and what the stub shows is up to date too.
        """
        if tell is not None:
            tell("in-progress")
        call = Call(
            self,
            sid=ringing.sid,
            from_=ringing.from_,
            to=ringing.to,
            direction="outbound-api",
            status_callback=ringing.status_callback,
            tell=tell,
        )
        call.enter(ringing.url, ringing.method, status="in-progress")
        return call

    # Texts ---------------------------------------------------------------------------------

    def text(self, from_: str, to: str, body: str, *, message_sid: str | None = None) -> list[str]:
        """Text `body` to `to`; the bodies of the texts that come back in the answer."""
        params = self.text_params(from_, to, body, message_sid=message_sid)
        return list(messaging_document(self.post("/sms/inbound", params)))

    def text_params(
        self, from_: str, to: str, body: str, *, message_sid: str | None = None
    ) -> list[tuple[str, str]]:
        """What Twilio posts for an inbound text."""
        sid = message_sid or "SM" + secrets.token_hex(16)
        return [
            ("ToCountry", "PE"),
            ("ToState", ""),
            ("SmsMessageSid", sid),
            ("NumMedia", "0"),
            ("ToCity", ""),
            ("FromZip", ""),
            ("SmsSid", sid),
            ("FromState", ""),
            ("SmsStatus", "received"),
            ("FromCity", ""),
            ("Body", body),
            ("FromCountry", "PE"),
            ("To", to),
            ("ToZip", ""),
            ("NumSegments", str(max(1, -(-len(body) // 153)))),
            ("MessageSid", sid),
            ("AccountSid", self.account_sid),
            ("From", from_),
            ("ApiVersion", "2010-04-01"),
        ]

    def call_params(
        self,
        from_: str,
        to: str,
        *,
        sid: str | None = None,
        status: str = "ringing",
        direction: str = "inbound",
    ) -> list[tuple[str, str]]:
        """What Twilio posts with every request of a call."""
        return [
            ("Called", to),
            ("ToState", ""),
            ("CallerCountry", "PE"),
            ("Direction", direction),
            ("CallerState", ""),
            ("ToZip", ""),
            ("CallSid", sid or "CA" + secrets.token_hex(16)),
            ("To", to),
            ("CallerZip", ""),
            ("ToCountry", "PE"),
            ("CalledZip", ""),
            ("ApiVersion", "2010-04-01"),
            ("CalledCity", ""),
            ("CallStatus", status),
            ("From", from_),
            ("AccountSid", self.account_sid),
            ("CalledCountry", "PE"),
            ("CallerCity", ""),
            ("ToCity", ""),
            ("FromCountry", "PE"),
            ("Caller", from_),
            ("FromCity", ""),
            ("CalledState", ""),
            ("FromZip", ""),
            ("FromState", ""),
        ]

    # Requests as such ----------------------------------------------------------------------

    def request(self, url: str, params: Pairs, *, method: str = "POST") -> Request:
        """A signed request for `url` (absolute, or a path with its raw query)."""
        whole = self._absolute(url) or ""
        if method == "GET":
            query = form(params).decode()
            whole += ("&" if urlsplit(whole).query else "?") + query if query else ""
            return Request("GET", whole, self._headers(sign(self.auth_token, whole)))
        signature = sign(self.auth_token, whole, params)
        return Request("POST", whole, self._headers(signature, posted=True), form(params))

    def post(self, url: str, params: Pairs, *, method: str = "POST") -> Answer:
        """Send a signed request and keep it as `last_request`."""
        return self.send(self.request(url, params, method=method))

    def send(self, request: Request) -> Answer:
        """Send `request` as it is, and keep it as `last_request`."""
        self.last_request = request
        self.last_answer = self.session.send(request)
        return self.last_answer

    def repeat(self) -> Answer:
        """Send the last request again, byte for byte."""
        assert self.last_request is not None, "nothing was sent yet"
        return self.session.send(self.last_request)

    def at_once(self, request: Request, times: int = 16) -> list[Answer]:
        """Send the same bytes `times` over at the same moment, each on its own connection."""
        with ThreadPoolExecutor(times) as pool:
            return list(pool.map(self.session.send, [request] * times))

    def forged(self, url: str, params: Pairs, forgery: Forgery) -> Answer:
        """Post something that only looks like the carrier's; nothing of it may be believed."""
        whole = self._absolute(url) or ""
        sent = list(params)
        signature: str | None = sign(self.auth_token, whole, params)
        match forgery:
            case Forgery.UNSIGNED:
                signature = None
            case Forgery.EMPTY_SIGNATURE:
                signature = ""
            case Forgery.WRONG_TOKEN:
                signature = sign(self.auth_token[::-1] + "0", whole, params)
            case Forgery.OTHER_URL:
                signature = sign(self.auth_token, f"{self.base_url}/elsewhere", params)
            case Forgery.OTHER_QUERY:
                joint = "&" if urlsplit(whole).query else "?"
                signature = sign(self.auth_token, f"{whole}{joint}n=1", params)
            case Forgery.CHANGED_BODY:
                name, value = sent[-1]
                sent[-1] = (name, value + "x")
            case Forgery.ADDED_PARAMETER:
                sent.append(("Digits", "1"))
        headers = self._headers(signature, posted=True)
        return self.session.send(Request("POST", whole, headers, form(sent)))

    def fetch_sound(self, url: str) -> Answer:
        """Fetch what is to be played, as the carrier does: a GET without parameters."""
        return self.session.send(Request("GET", url, (("User-Agent", _USER_AGENT),)))

    def check_sound(self, url: str) -> None:
        """With `check_audio`, refuse a URL that a telephone could not play; each is tried once."""
        if self.check_audio and url not in self._playable:
            assert_playable(self.fetch_sound(url), url)
            self._playable.add(url)

    def _headers(
        self, signature: str | None, *, posted: bool = False
    ) -> tuple[tuple[str, str], ...]:
        headers = [
            ("User-Agent", _USER_AGENT),
            ("Accept", "*/*"),
            ("I-Twilio-Idempotency-Token", secrets.token_hex(16)),
        ]
        if posted:
            form_type = "application/x-www-form-urlencoded; charset=UTF-8"
            headers.append(("Content-Type", form_type))
        if signature is not None:
            headers.append(("X-Twilio-Signature", signature))
        return tuple(headers)

    def _absolute(self, url: str | None) -> str | None:
        return self.base_url + url if url is not None and url.startswith("/") else url
