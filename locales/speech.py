"""The draft synthesiser seen from our side: one long-lived process, asked over pipes."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import IO

from locales.speech_process import REPLY, REQUEST
from storage.sound import as_wav

_ROOT = Path(__file__).parent.parent
_LONGEST_TEXT = 5_000  # characters: a request then fits a pipe, and writing it cannot block


class SpeechFailed(RuntimeError):
    """The synthesiser has no such voice, does not start, or did not answer in time."""


class Speaker:
    """Speaks with espeak-ng's voices, one text at a time, from any thread, also after a fork."""

    def __init__(self, *, timeout: float = 10) -> None:
        """`timeout`: seconds for one text, starting the process included."""
        self._timeout = timeout
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ending: weakref.finalize[[subprocess.Popen[bytes]], Speaker] | None = None
        this = weakref.ref(self)
        os.register_at_fork(after_in_child=lambda: _forget(this()))

    def speak(self, text: str, *, voice: str, rate: int) -> bytes:
        """`text` as a mono 16-bit WAV, at `rate` words a minute. SpeechFailed."""
        if len(text) > _LONGEST_TEXT:
            raise SpeechFailed("too long to be one prompt")
        request = json.dumps({"voice": voice, "text": text.replace("\0", ""), "rate": rate})
        with self._lock:
            try:
                reply = self._ask(request.encode())
            except (EOFError, BrokenPipeError):  # it died since the last text: once more
                reply = self._ask_again(request.encode())
        if reply is None:
            raise SpeechFailed("the synthesiser has no such voice")
        return reply

    def close(self) -> None:
        """End the process; the next text starts another."""
        with self._lock:
            self._end()

    def _ask_again(self, request: bytes) -> bytes | None:
        try:
            return self._ask(request)
        except (EOFError, BrokenPipeError) as error:
            raise SpeechFailed("the synthesiser does not run") from error

    def _ask(self, request: bytes) -> bytes | None:
        """The answer, None for a voice that is not there. EOFError when the process has ended."""
        deadline = time.monotonic() + self._timeout
        requests, replies = _pipes(self._process or self._start())
        try:
            requests.write(REQUEST.pack(len(request)) + request)
            is_spoken, rate, length = REPLY.unpack(_read(replies, REPLY.size, deadline))
            samples = _read(replies, length, deadline)
        except BaseException:
            self._end()  # or what is left of this answer would be heard as the next one
            raise
        return as_wav(samples, rate=rate) if is_spoken else None

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "locales.speech_process"],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,  # nothing of a request can stay behind in a fork's copy of a buffer
        )
        self._process = process
        self._ending = weakref.finalize(self, _end, process)
        return process

    def _end(self) -> None:
        if self._ending is not None:
            self._ending()
        self._process = self._ending = None


def _pipes(process: subprocess.Popen[bytes]) -> tuple[IO[bytes], IO[bytes]]:
    """Where to ask and where to hear the answer."""
    if process.stdin is None or process.stdout is None:
        raise SpeechFailed("the synthesiser was started without its pipes")
    return process.stdin, process.stdout


def _read(replies: IO[bytes], length: int, deadline: float) -> bytes:
    """Exactly `length` bytes; EOFError when the process has ended, SpeechFailed when late."""
    poll = select.poll()
    poll.register(replies, select.POLLIN)
    read = bytearray()
    while len(read) < length:
        left = deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise SpeechFailed("the synthesiser did not answer in time")
        part = os.read(replies.fileno(), length - len(read))
        if not part:
            raise EOFError
        read += part
    return bytes(read)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Killed, not asked: it holds nothing to lose, and may be stuck."""
    for pipe in _pipes(process):
        pipe.close()
    process.kill()
    process.wait()


def _forget(speaker: Speaker | None) -> None:
    """In a fork: leave the parent's process alone, and start one of our own when first asked."""
    if speaker is None:
        return
    speaker._lock = threading.Lock()  # another thread of the parent may have held it
    process, ending = speaker._process, speaker._ending
    speaker._process = speaker._ending = None
    if process is None:
        return
    if ending is not None:
        ending.detach()
    for pipe in _pipes(process):
        pipe.close()
    process.returncode = 0  # not our child: never to be waited for here
