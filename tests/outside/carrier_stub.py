"""Twilio's REST API as a small server: strict about what it is asked, and breakable at will.

Messages, calls and recordings of API 2010-04-01 with Basic auth, on a free port of this machine.
Whatever Twilio would refuse is refused with its error and kept in `violations`, so that a test
can end with `assert not stub.violations`.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from enum import StrEnum
from http.server import ThreadingHTTPServer
from types import TracebackType
from typing import Any

from tests.outside.carrier_http import handler_for
from tests.outside.carrier_rules import Refusal
from tests.outside.wire import Answer, HttpSession, Request, Session, form, sign

VERSION = "2010-04-01"
_EVENTS = {
    "initiated": "initiated",
    "ringing": "ringing",
    "in-progress": "answered",
    **dict.fromkeys(("completed", "busy", "failed", "no-answer", "canceled"), "completed"),
}
"""The status callback event under which each status of a call is told."""


class Fault(StrEnum):
    REFUSE = "refuse"
    HANG = "hang"
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault for a coming request; `done` says that the request takes effect all the same."""

    fault: Fault
    method: str
    done: bool = False
    refusal: Refusal | None = None


@dataclass(slots=True)
class Created:
    """A message or a call that was asked for."""

    sid: str
    params: dict[str, list[str]]
    created: datetime
    status: str = "queued"
    error_code: int | None = None
    told: int = 0
    """How many status callbacks were posted: the next SequenceNumber of a call."""
    updated: datetime = field(default_factory=lambda: datetime.now(UTC))

    def value(self, name: str, default: str = "") -> str:
        return self.params.get(name, [default])[0]

    @property
    def to(self) -> str:
        return self.value("To")

    @property
    def from_(self) -> str:
        return self.value("From")

    @property
    def body(self) -> str:
        return self.value("Body")

    @property
    def url(self) -> str:
        return self.value("Url")

    @property
    def method(self) -> str:
        return self.value("Method", "POST")

    @property
    def status_callback(self) -> str | None:
        return self.value("StatusCallback") or None

    @property
    def is_call(self) -> bool:
        return self.sid.startswith("CA")


class CarrierStub:
    """The server and what it saw. Use it as a context manager, or `start` and `stop` it.

    `numbers`, when given, are the only ones that may send: any other is refused (21606, 21210).
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *,
        numbers: frozenset[str] | None = None,
        session: Session | None = None,
    ) -> None:
        self.account_sid = account_sid
        self.auth_token = auth_token
        self.numbers = numbers
        self.session: Session = session or HttpSession()
        self.changed = threading.Condition()
        """Held for every change; notified after it."""
        self.messages: list[Created] = []
        self.calls: list[Created] = []
        self.recordings: dict[str, bytes] = {}
        self.deleted_recordings: list[str] = []
        self.fetched_recordings: list[str] = []
        self.requests: list[tuple[str, str]] = []
        """Method and path of every request, faults included, in order of arrival."""
        self.violations: list[str] = []
        """What Twilio would not have accepted, without numbers or texts."""
        self.hanging = 0
        """Requests that wait for an answer that will not come."""
        self.stopping = threading.Event()
        self._planned: list[Planned] = []
        self._server: ThreadingHTTPServer | None = None
        self._thread: threading.Thread | None = None

    # Running -------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """The address to be given as `TWILIO_API_URL`."""
        assert self._server is not None, "the stub is not running"
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def start(self) -> CarrierStub:
        self.stopping.clear()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler_for(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    def stop(self) -> None:
        self.stopping.set()
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> CarrierStub:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def wait_until(self, claim: Callable[[], object], *, timeout: float = 90) -> None:
        """Wait until `claim` holds; it is looked at after every change here."""
        with self.changed:
            held = self.changed.wait_for(lambda: bool(claim()), timeout)
        assert held, f"not within {timeout:g} s; the carrier saw {self.requests[-10:]}"

    # Faults --------------------------------------------------------------------------------

    def fail_next(
        self, status: int, code: int, *, method: str = "POST", times: int = 1, message: str = "No."
    ) -> None:
        """Refuse the next `times` requests with `method`, without effect."""
        refusal = Refusal(status, code, message)
        self._plan(Planned(Fault.REFUSE, method, refusal=refusal), times)

    def hang_next(self, *, created: bool = True, method: str = "POST") -> None:
        """Take the next request and never answer; with `created` it has its effect first."""
        self._plan(Planned(Fault.HANG, method, done=created))

    def drop_before(self, *, method: str = "POST") -> None:
        """Close the connection of the next request before anything is done."""
        self._plan(Planned(Fault.DROP, method))

    def drop_after(self, *, method: str = "POST") -> None:
        """Do what the next request asks, then close its connection without an answer."""
        self._plan(Planned(Fault.DROP, method, done=True))

    def _plan(self, planned: Planned, times: int = 1) -> None:
        with self.changed:
            self._planned.extend([planned] * times)

    def next_fault(self, method: str) -> Planned | None:
        """Take the first planned fault for `method`, if any."""
        with self.changed:
            for planned in self._planned:
                if planned.method == method:
                    self._planned.remove(planned)
                    return planned
        return None

    # What the network reports ----------------------------------------------------------------

    def find(self, sid: str) -> Created:
        """The message or call with this sid."""
        with self.changed:
            return next(made for made in (*self.messages, *self.calls) if made.sid == sid)

    def deliver(
        self, sid: str, status: str, *, error_code: int | None = None, quietly: bool = False
    ) -> Answer | None:
        """Move a message or call to `status` and post its signed status callback.

        None when Twilio would post none: no StatusCallback, an event not asked for, a status that
        is never told (`queued`, `accepted`), or `quietly`: a callback lost on the way.
        """
        made = self.find(sid)
        with self.changed:
            made.status, made.error_code = status, error_code
            made.updated = datetime.now(UTC)
            self.changed.notify_all()
        if quietly or made.status_callback is None or status in ("queued", "accepted"):
            return None
        if made.is_call and _EVENTS[status] not in made.params.get(
            "StatusCallbackEvent", ["completed"]
        ):
            return None
        params = self._call_status(made) if made.is_call else self._message_status(made)
        url = made.status_callback.split("#", 1)[0]
        headers = (
            ("User-Agent", "TwilioProxy/1.1"),
            ("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"),
            ("I-Twilio-Idempotency-Token", secrets.token_hex(16)),
            ("X-Twilio-Signature", sign(self.auth_token, url, params)),
        )
        made.told += 1
        return self.session.send(Request("POST", url, headers, form(params)))

    def _message_status(self, made: Created) -> list[tuple[str, str]]:
        params = [
            ("SmsSid", made.sid),
            ("SmsStatus", made.status),
            ("MessageStatus", made.status),
            ("To", made.to),
            ("MessageSid", made.sid),
            ("AccountSid", self.account_sid),
            ("From", made.from_),
            ("ApiVersion", VERSION),
        ]
        if made.error_code is not None:
            params.append(("ErrorCode", str(made.error_code)))
        if made.status in ("delivered", "undelivered"):
            params.append(("RawDlrDoneDate", made.updated.strftime("%y%m%d%H%M")))
        return params

    def _call_status(self, made: Created) -> list[tuple[str, str]]:
        params = [
            ("CallSid", made.sid),
            ("AccountSid", self.account_sid),
            ("ApiVersion", VERSION),
            ("From", made.from_),
            ("To", made.to),
            ("Caller", made.from_),
            ("Called", made.to),
            ("Direction", "outbound-api"),
            ("CallStatus", made.status),
            ("Timestamp", format_datetime(made.updated)),
            ("CallbackSource", "call-progress-events"),
            ("SequenceNumber", str(made.told)),
        ]
        if _EVENTS[made.status] == "completed":
            seconds = "42" if made.status == "completed" else "0"
            params += [("CallDuration", seconds), ("Duration", "1" if seconds != "0" else "0")]
        return params

    # Resources as Twilio shows them ------------------------------------------------------------

    def create(self, kind: str, params: dict[str, list[str]]) -> Created:
        """Keep a new message (`SM`) or call (`CA`)."""
        made = Created(kind + secrets.token_hex(16), params, datetime.now(UTC))
        with self.changed:
            (self.calls if made.is_call else self.messages).append(made)
            self.changed.notify_all()
        return made

    def shown(self, made: Created) -> dict[str, Any]:
        """The resource as JSON, all fields of the API present."""
        collection = "Calls" if made.is_call else "Messages"
        base = f"/{VERSION}/Accounts/{self.account_sid}/{collection}/{made.sid}"
        shared: dict[str, Any] = {
            "sid": made.sid,
            "account_sid": self.account_sid,
            "api_version": VERSION,
            "to": made.to,
            "from": made.from_,
            "status": made.status,
            "direction": "outbound-api",
            "date_created": format_datetime(made.created),
            "date_updated": format_datetime(made.updated),
            "price": None,
            "price_unit": "USD",
            "uri": f"{base}.json",
        }
        if made.is_call:
            nothing = dict.fromkeys(
                (
                    *("parent_call_sid", "phone_number_sid", "answered_by", "annotation"),
                    *("forwarded_from", "group_sid", "caller_name", "trunk_sid"),
                )
            )
            ended = _EVENTS.get(made.status) == "completed"
            return {
                **nothing,
                **shared,
                "to_formatted": made.to,
                "from_formatted": made.from_,
                "start_time": format_datetime(made.created),
                "end_time": format_datetime(made.updated) if ended else None,
                "duration": "42" if made.status == "completed" else "0" if ended else None,
                "queue_time": "0",
                "subresource_uris": {"recordings": f"{base}/Recordings.json"},
            }
        return {
            **shared,
            "body": made.body,
            "date_sent": format_datetime(made.created),
            "num_segments": str(max(1, -(-len(made.body) // 153))),
            "num_media": "0",
            "messaging_service_sid": made.value("MessagingServiceSid") or None,
            "error_code": made.error_code,
            "error_message": None if made.error_code is None else "See the error dictionary",
            "subresource_uris": {"media": f"{base}/Media.json"},
        }

    def listed(self, collection: str, query: dict[str, list[str]]) -> dict[str, Any]:
        """A page of messages or calls, newest first, filtered as the API filters."""
        is_calls = collection == "Calls"
        with self.changed:
            rows = list(reversed(self.calls if is_calls else self.messages))
        rows = [made for made in rows if _fits(made, query)]
        size = int(query.get("PageSize", ["50"])[0])
        page = int(query.get("Page", ["0"])[0])
        start = page * size
        base = f"/{VERSION}/Accounts/{self.account_sid}/{collection}.json"
        more = len(rows) > start + size
        after = f"{base}?PageSize={size}&Page={page + 1}&PageToken=PA{page + 1}"
        for name in ("To", "From"):
            if name in query:
                after += "&" + form([(name, query[name][0])]).decode()
        return {
            collection.lower(): [self.shown(made) for made in rows[start : start + size]],
            "page": page,
            "page_size": size,
            "start": start,
            "end": min(len(rows), start + size) - 1,
            "first_page_uri": f"{base}?PageSize={size}&Page=0",
            "next_page_uri": after if more else None,
            "previous_page_uri": None,
            "uri": base,
        }


def _fits(made: Created, query: dict[str, list[str]]) -> bool:
    for name, (value, *_more) in query.items():
        if name in ("To", "From") and made.value(name) != value:
            return False
        if name == "Status" and made.status != value:
            return False
        for moment in ("DateSent", "StartTime"):
            if name.rstrip("<>") == moment and not _in_time(made.created, name, value):
                return False
    return True


def _in_time(moment: datetime, name: str, value: str) -> bool:
    whole_day = "T" not in value
    bound = datetime.fromisoformat(value).replace(tzinfo=UTC)
    if name.endswith(">"):
        return moment.replace(microsecond=0) >= bound
    if name.endswith("<"):
        return moment <= bound + (timedelta(days=1) if whole_day else timedelta())
    return bound <= moment < bound + (timedelta(days=1) if whole_day else timedelta(seconds=1))
