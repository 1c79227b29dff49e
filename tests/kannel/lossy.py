"""What stands between the program and Kannel, and can lose an answer to what got through."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType


class LossyWay:
    """Use it as a context manager. What is posted to `url` goes on to `target`."""

    def __init__(self, target: str) -> None:
        self.lost = 0
        self._to_lose = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self, target))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/cgi-bin/sendsms"

    def lose_next(self) -> None:
        self._to_lose += 1

    def loses(self) -> bool:
        """Whether this answer is one to lose."""
        if not self._to_lose:
            return False
        self._to_lose -= 1
        self.lost += 1
        return True

    def __enter__(self) -> LossyWay:
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


def _handler(way: LossyWay, target: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name: value for name, value in self.headers.items() if name != "Host"}
            passed = urllib.request.Request(target, body, headers)  # noqa: S310  # our own
            try:
                with urllib.request.urlopen(passed, timeout=10) as answer:  # noqa: S310
                    status, said = answer.status, answer.read()
            except urllib.error.HTTPError as error:
                with error:
                    status, said = error.code, error.read()
            if way.loses():
                self.close_connection = True
                return
            self.send_response(status)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, format: str, *args: object) -> None:
            return

    return Handler
