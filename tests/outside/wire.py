"""Requests as bytes: how the phone network's side of a webhook is signed, sent and kept.

Nothing here, or in any file beside it, imports the program under test or the carrier's own
library: the signature is computed from Twilio's published description alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import io
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import SplitResult, unquote_to_bytes, urlencode, urlsplit

Pairs = Sequence[tuple[str, str]]
Found = TypeVar("Found")
PATIENCE = 90.0
"""Seconds. Twilio waits 15 for a webhook; a machine that does much besides is no defect."""


@dataclass(frozen=True, slots=True)
class Request:
    """One request, complete: sending it again sends the same bytes."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are lower case."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header called `name`, or None."""
        return next((value for key, value in self.headers if key == name.lower()), None)

    @property
    def text(self) -> str:
        return self.body.decode("utf-8")


class Session(Protocol):
    """Whatever carries a request to the program and brings the answer back."""

    def send(self, request: Request) -> Answer: ...


class HttpSession:
    """Sends over HTTP, a connection per request as the carrier's many proxies do.

    The request target goes out byte for byte as the URL has it. With `connect_to`
    ("host:port") the bytes go there, whatever public address the URL names.
    """

    def __init__(self, *, connect_to: str | None = None, timeout: float = PATIENCE) -> None:
        self._connect_to = connect_to
        self._timeout = timeout

    def send(self, request: Request) -> Answer:
        parts = urlsplit(request.url)
        connection = http.client.HTTPConnection(
            self._connect_to or parts.netloc, timeout=self._timeout
        )
        try:
            connection.putrequest(
                request.method, target(parts), skip_host=True, skip_accept_encoding=True
            )
            connection.putheader("Host", parts.netloc)
            for name, value in request.headers:
                connection.putheader(name, value)
            if request.method != "GET":
                connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body or None)
            response = connection.getresponse()
            body = response.read()
        except TimeoutError as error:
            raise AssertionError(f"no answer within {self._timeout:g} s: {parts.path}") from error
        finally:
            connection.close()
        headers = tuple((name.lower(), value) for name, value in response.getheaders())
        return Answer(status=response.status, headers=headers, body=body)


class WsgiSession:
    """Hands requests to a WSGI application in this process."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def send(self, request: Request) -> Answer:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
            started.append((status, headers))

        chunks = self._app(_environ(request), start_response)
        try:
            body = b"".join(chunks)
        finally:
            close = getattr(chunks, "close", None)
            if close is not None:
                close()
        status, headers = started[-1]
        return Answer(
            status=int(status.split()[0]),
            headers=tuple((name.lower(), value) for name, value in headers),
            body=body,
        )


def target(parts: SplitResult) -> str:
    """The request target of a URL: path and raw query, never the fragment."""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _environ(request: Request) -> dict[str, Any]:
    parts = urlsplit(request.url)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(parts.path or "/").decode("latin-1"),
        "QUERY_STRING": parts.query,
        "RAW_URI": target(parts),
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(parts.port or (443 if parts.scheme == "https" else 80)),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc,
        "CONTENT_LENGTH": str(len(request.body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(request.body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
    return environ


def sign(auth_token: str, url: str, params: Pairs = ()) -> str:
    """Twilio's signature of a form-encoded request (its page "Webhooks Security").

    HMAC-SHA1 over the URL as sent, then each parameter's name and value without separators:
    names in order of their code points, each with its distinct values in order.
    """
    text = url.split("#", 1)[0]
    text += "".join(name + value for name, value in sorted(set(params)))
    digest = hmac.new(auth_token.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()


def form(params: Pairs) -> bytes:
    """The parameters as a form body in UTF-8."""
    return urlencode(list(params)).encode("ascii")


def eventually(look: Callable[[], Found], *, seconds: float = 90) -> Found:
    """What `look` finds, looked for until it is truthy; for what tells nobody when it changes."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"not within {seconds:g} s"
        time.sleep(0.1)
    return found
