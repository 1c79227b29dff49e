"""Many callers at once, over plain sockets, so that the caller's side costs next to nothing."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from bench.calls import Post

CALLERS = 8
"""How many requests are under way at any moment: as many as both servers' threads."""

_PATIENCE = 60
"""Seconds after which nothing will come any more."""


class WrongAnswer(Exception):
    """A turn was not answered as it must be: nothing measured would mean anything."""


@dataclass(slots=True)
class Measured:
    """What was answered in one run."""

    turns: int = 0
    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    """Seconds that each answer took."""
    cpu: float = 0.0
    """Processor seconds that the callers' side took."""

    @property
    def rate(self) -> float:
        return self.turns / self.seconds

    def __add__(self, other: Measured) -> Measured:
        return Measured(
            self.turns + other.turns,
            self.seconds + other.seconds,
            self.waits + other.waits,
            self.cpu + other.cpu,
        )


def shared_out(calls: Sequence[Sequence[Post]]) -> list[Iterator[Post]]:
    """What each caller sends: a turn of each of its calls, then the next turn of each."""
    shares = (calls[place::CALLERS] for place in range(CALLERS))
    return [(post for posts in zip(*share, strict=True) for post in posts) for share in shares]


def run(port: int, shares: Sequence[Iterator[Post]], *, seconds: float = 600.0) -> Measured:
    """Send from all shares at once until they or the seconds are over; the rest stays in them."""
    deadline = time.perf_counter() + seconds
    callers = [_Caller(port, share, deadline) for share in shares]
    began, worked = time.perf_counter(), time.process_time()
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    took = time.perf_counter() - began
    for caller in callers:
        if caller.fault is not None:
            raise caller.fault
    waits = [wait for caller in callers for wait in caller.waits]
    return Measured(len(waits), took, waits, time.process_time() - worked)


class _Caller(threading.Thread):
    """One thread that sends a share."""

    def __init__(self, port: int, share: Iterator[Post], deadline: float) -> None:
        super().__init__(daemon=True)
        self._port = port
        self._share = share
        self._deadline = deadline
        self._socket: socket.socket | None = None
        self.waits: list[float] = []
        self.fault: Exception | None = None

    def run(self) -> None:
        try:
            while time.perf_counter() < self._deadline:
                post = next(self._share, None)
                if post is None:
                    return
                began = time.perf_counter()
                self._send(post)
                self.waits.append(time.perf_counter() - began)
        except Exception as error:
            self.fault = error
        finally:
            if self._socket is not None:
                self._socket.close()

    def _send(self, post: Post) -> None:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), _PATIENCE)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(post.request)
        head, body, closes = _answer(self._socket)
        if closes:
            self._socket.close()
            self._socket = None
        if not head.startswith(b"HTTP/1.1 200") or post.expected not in body:
            raise WrongAnswer(f"no {post.expected!r} in {head[:40]!r} {body!r}")


def _answer(connection: socket.socket) -> tuple[bytes, bytes, bool]:
    """Head and body of an answer, and whether the server closes the connection after it."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lower = head.lower()
    length = int(lower.partition(b"content-length:")[2].split(b"\r\n")[0])
    while len(body) < length:
        body += _more(connection)
    return head, body, b"connection: close" in lower


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    if not data:
        raise ConnectionError("the server hung up in the middle of an answer")
    return data
