"""Webhooks as Twilio makes them: signed, within its time-outs, one retry of a failed connection.

Written on `http.client` because the signature covers the exact target sent: the usual clients
normalise it, and honour proxies that a call to this machine must not take.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, urldefrag, urlencode, urljoin, urlsplit

from simulator.errors import Unreachable

CONNECT_SECONDS = 5
READ_SECONDS = 15
MOST_REDIRECTS = 10


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `url` is where it came from in the end."""

    status: int
    kind: str
    body: bytes
    url: str
    redirected: bool


def signature(url: str, params: Mapping[str, str], *, token: str) -> str:
    """X-Twilio-Signature for a form-encoded request (TWILIO 4)."""
    data = url + "".join(name + params[name] for name in sorted(params))
    digest = hmac.new(token.encode(), data.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def send(url: str, params: Mapping[str, str], *, method: str, token: str) -> Answer:
    """Make one webhook and follow its redirects (which lose the parameters, as at Twilio).

    Raises Unreachable when nobody answers, twice, or in 15 seconds.
    """
    url = quote(urldefrag(url).url, safe="%/:=&?~#+!$,;'@()*[]|")
    if method == "GET" and params:
        url = f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(params)}"
    form = params if method == "POST" else {}
    same = secrets.token_hex(16)
    for hop in range(MOST_REDIRECTS + 1):
        response, body = _attempts(url, form, method=method, token=token, idempotency=same)
        place = response.getheader("Location")
        if response.status not in {301, 302, 303, 307, 308} or not place:
            kind = (response.getheader("Content-Type") or "").partition(";")[0].strip().lower()
            return Answer(response.status, kind, body, url, redirected=hop > 0)
        url, form, method = urljoin(url, place), {}, "GET"
    raise Unreachable(11215, "too many redirects")


def _attempts(
    url: str, form: Mapping[str, str], *, method: str, token: str, idempotency: str
) -> tuple[http.client.HTTPResponse, bytes]:
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {
        "User-Agent": "TwilioProxy/1.1",
        "Accept": "*/*",
        "X-Twilio-Signature": signature(url, form, token=token),
        "I-Twilio-Idempotency-Token": idempotency,
        "Connection": "close",
    }
    body: bytes | None = None
    if method == "POST":
        body = urlencode(form).encode()
        headers["Content-Type"] = "application/x-www-form-urlencoded; charset=UTF-8"
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    for attempt in (1, 2):
        connection = make(parts.netloc, timeout=CONNECT_SECONDS)
        try:
            try:
                connection.connect()
            except OSError as error:
                if attempt == 2:
                    raise Unreachable(11205, f"no connection: {type(error).__name__}") from error
                continue
            if connection.sock is not None:
                connection.sock.settimeout(READ_SECONDS)
            connection.request(method, target, body=body, headers=headers)
            response = connection.getresponse()
            return response, response.read()
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(11200, f"no answer: {type(error).__name__}") from error
        finally:
            connection.close()
    raise AssertionError("two attempts return or raise")
