"""The HTTP side of the carrier stub: routes, Basic auth, errors in Twilio's form, and faults."""

from __future__ import annotations

import base64
import hmac
import json
import re
import select
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from tests.outside import carrier_rules as rules
from tests.outside.carrier_rules import Refusal

if TYPE_CHECKING:
    from tests.outside.carrier_stub import CarrierStub, Planned

_RESOURCE = re.compile(
    r"/2010-04-01/Accounts/(?P<account>AC[0-9a-f]{32})"
    r"/(?P<collection>Messages|Calls|Recordings)"
    r"(/(?P<sid>(SM|MM|CA|RE)[0-9a-f]{32}))?(?P<form>\.json|\.wav)?"
)
_NOT_FOUND = Refusal(404, 20404, "The requested resource was not found")
_NO_ACCESS = Refusal(401, 20003, "Authenticate")
_Form = dict[str, list[str]]


def handler_for(stub: CarrierStub) -> type[BaseHTTPRequestHandler]:
    """The request handler of one stub."""

    class Handler(_Handler):
        carrier = stub

    return Handler


class _Refused(Exception):
    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


class _Handler(BaseHTTPRequestHandler):
    carrier: CarrierStub
    protocol_version = "HTTP/1.1"
    server_version = "Twilio"
    timeout = 60

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def do_DELETE(self) -> None:
        self._serve()

    def _serve(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(size)
        path = urlsplit(self.path).path
        with self.carrier.changed:
            self.carrier.requests.append((self.command, path))
            self.carrier.changed.notify_all()
        planned = self.carrier.next_fault(self.command)
        if planned is not None and not planned.done:
            self._fail(planned)
            return
        try:
            status, content_type, content = self._answer(path, body)
        except _Refused as refused:
            self._refuse(refused.refusal, path)
            return
        if planned is not None:
            self._fail(planned)
            return
        self._send(status, content_type, content)

    # Faults ----------------------------------------------------------------------------------

    def _fail(self, planned: Planned) -> None:
        self.close_connection = True
        if planned.refusal is not None:
            self._send_refusal(planned.refusal)
        elif planned.fault == "hang":
            self._hang()

    def _hang(self) -> None:
        carrier = self.carrier
        with carrier.changed:
            carrier.hanging += 1
            carrier.changed.notify_all()
        # Readable means that the client closed its side: it has given up.
        while not carrier.stopping.is_set():
            if select.select([self.connection], [], [], 0.05)[0]:
                break
        with carrier.changed:
            carrier.hanging -= 1
            carrier.changed.notify_all()

    # Resources -------------------------------------------------------------------------------

    def _answer(self, path: str, body: bytes) -> tuple[int, str, bytes]:
        self._check_access()
        found = _RESOURCE.fullmatch(path)
        if found is None or found["account"] != self.carrier.account_sid:
            raise _Refused(_NOT_FOUND)
        query = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        collection, sid = found["collection"], found["sid"]
        if collection == "Recordings":
            return self._recording(sid, found["form"] or ".wav", query)
        if found["form"] != ".json":
            raise _Refused(_NOT_FOUND)
        if sid is None and self.command == "POST":
            return _json(201, self._create(collection, self._posted(body)))
        if sid is None and self.command == "GET":
            listing = rules.CALL_LIST if collection == "Calls" else rules.MESSAGE_LIST
            _check(rules.unfit(query, listing))
            return _json(200, self.carrier.listed(collection, query))
        try:
            made = self.carrier.find(sid or "")
        except StopIteration:
            raise _Refused(_NOT_FOUND) from None
        if self.command == "POST":
            posted = self._posted(body)
            update = rules.CALL_UPDATE if made.is_call else rules.MESSAGE_UPDATE
            _check(rules.unfit(posted, update))
            with self.carrier.changed:
                made.status = posted.pop("Status", [made.status])[0]
                made.params.update(posted)
                self.carrier.changed.notify_all()
        elif self.command == "DELETE":
            with self.carrier.changed:
                (self.carrier.calls if made.is_call else self.carrier.messages).remove(made)
                self.carrier.changed.notify_all()
            return 204, "application/json", b""
        return _json(200, self.carrier.shown(made))

    def _create(self, collection: str, params: _Form) -> dict[str, Any]:
        is_call = collection == "Calls"
        _check(rules.unfit_call(params) if is_call else rules.unfit_message(params))
        numbers, sender = self.carrier.numbers, params.get("From", [""])[0]
        if numbers is not None and sender and sender not in numbers:
            _check(Refusal(400, 21210 if is_call else 21606, "'From' is not a number of yours"))
        return self.carrier.shown(self.carrier.create("CA" if is_call else "SM", params))

    def _recording(self, sid: str | None, form: str, query: _Form) -> tuple[int, str, bytes]:
        carrier = self.carrier
        _check(rules.unfit(query, rules.RECORDING))
        with carrier.changed:
            sound = carrier.recordings.get(sid or "")
            if sid is None or sound is None or self.command == "POST":
                # Not a violation: a file that is not there yet is an ordinary answer.
                raise _Refused(_NOT_FOUND)
            if self.command == "DELETE":
                del carrier.recordings[sid]
                carrier.deleted_recordings.append(sid)
                carrier.changed.notify_all()
                return 204, "application/json", b""
            if form == ".wav":
                carrier.fetched_recordings.append(sid)
                carrier.changed.notify_all()
                return 200, "audio/x-wav", sound
        uri = f"/2010-04-01/Accounts/{carrier.account_sid}/Recordings/{sid}.json"
        now = format_datetime(datetime.now(UTC))
        shown: dict[str, Any] = {
            "sid": sid,
            "account_sid": carrier.account_sid,
            "api_version": "2010-04-01",
            "call_sid": None,
            "conference_sid": None,
            "date_created": now,
            "date_updated": now,
            "start_time": now,
            "duration": str((len(sound) - 44) // 16000),
            "price": None,
            "price_unit": "USD",
            "status": "completed",
            "channels": 1,
            "source": "RecordVerb",
            "error_code": None,
            "uri": uri,
            "encryption_details": None,
            "subresource_uris": {},
            "media_url": f"{carrier.url}{uri.removesuffix('.json')}",
        }
        return _json(200, shown)

    # Requests and answers ----------------------------------------------------------------------

    def _check_access(self) -> None:
        pair = f"{self.carrier.account_sid}:{self.carrier.auth_token}"
        expected = "Basic " + base64.b64encode(pair.encode()).decode()
        if not hmac.compare_digest(self.headers.get("Authorization") or "", expected):
            raise _Refused(_NO_ACCESS)

    def _posted(self, body: bytes) -> _Form:
        content_type = (self.headers.get("Content-Type") or "").split(";")[0]
        if content_type != "application/x-www-form-urlencoded":
            raise _Refused(Refusal(400, 20001, "The body must be form-encoded"))
        try:
            return parse_qs(body.decode("ascii"), keep_blank_values=True, errors="strict")
        except ValueError:
            raise _Refused(Refusal(400, 20001, "The body must be form-encoded UTF-8")) from None

    def _refuse(self, refusal: Refusal, path: str) -> None:
        # Paths hold sids at most; parameters, with their numbers and texts, are not kept.
        if not (refusal.status == 404 and "/Recordings/" in path):
            with self.carrier.changed:
                told = f"{self.command} {path}: {refusal.code} {refusal.message}"
                self.carrier.violations.append(told)
                self.carrier.changed.notify_all()
        self._send_refusal(refusal)

    def _send_refusal(self, refusal: Refusal) -> None:
        content = {
            "code": refusal.code,
            "message": refusal.message,
            "more_info": f"https://www.twilio.com/docs/errors/{refusal.code}",
            "status": refusal.status,
        }
        self._send(refusal.status, "application/json", json.dumps(content).encode())

    def _send(self, status: int, content_type: str, content: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        if status != 204:
            self.send_header("Content-Length", str(len(content)))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if status != 204:
            self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: `requests` and `violations` are the record."""


def _check(refusal: Refusal | None) -> None:
    if refusal is not None:
        raise _Refused(refusal)


def _json(status: int, content: object) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(content).encode()
