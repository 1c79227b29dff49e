"""Something that answers `sendsms` as Kannel does, on a port of its own, and keeps what it took."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

USERNAME, PASSWORD = "rimay", "the word at sendsms"


@dataclass(frozen=True, slots=True)
class Taken:
    """A text that it was handed."""

    sender: str
    to: str
    text: str
    coding: int
    mask: int
    report_url: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What it does instead of taking a text and saying so."""

    status: int = 0
    """0: it closes the connection without a word."""
    said: str = ""
    takes: bool = False
    """Whether it has taken the text all the same."""


class KannelStub:
    """Use it as a context manager. `faults` are what befalls the next requests."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.faults: deque[Fault] = deque()
        self.says = "0: Accepted for delivery"
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/cgi-bin/sendsms"

    def __enter__(self) -> KannelStub:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _handler(stub: KannelStub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            fault = stub.faults.popleft() if stub.faults else None
            if fault is not None and not fault.takes:
                self._say(fault.status, fault.said)
            elif self.path != "/cgi-bin/sendsms":
                self._say(404, "Unknown request.")
            elif (self._given("Username"), self._given("Password")) != (USERNAME, PASSWORD):
                self._say(403, "Authorization failed for sendsms")
            elif not self._given("To"):
                self._say(400, "Missing receiver number, rejected")
            else:
                stub.taken.append(self._text(body))
                if fault is not None:
                    self._say(fault.status, fault.said)
                else:
                    self._say(202, stub.says)

        def _given(self, name: str) -> str:
            return str(self.headers.get(f"X-Kannel-{name}", ""))

        def _text(self, body: bytes) -> Taken:
            return Taken(
                sender=self._given("From"),
                to=self._given("To"),
                text=body.decode(self.headers.get_content_charset("ascii")),
                coding=int(self._given("Coding")),
                mask=int(self._given("DLR-Mask")),
                report_url=self._given("DLR-Url"),
            )

        def _say(self, status: int, said: str) -> None:
            if not status:
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
