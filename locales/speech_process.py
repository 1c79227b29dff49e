"""The process that draft speech is made in: `python -m locales.speech_process`.

espeak-ng is under the GPL and keeps its state in globals, so it is never loaded into our own
process. A request on standard input is a length and JSON `{"voice", "text", "rate"}`; the answer on
standard output is REPLY and the samples (mono, 16 bits), or REPLY and no samples where it failed.
It ends when its input does.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import struct
import sys
from typing import BinaryIO

REQUEST = struct.Struct(">I")
"""Length of the JSON in bytes."""
REPLY = struct.Struct(">?II")
"""Whether it was spoken, samples a second, length of the samples in bytes."""

# espeak-ng's speak_lib.h
_SYNCHRONOUS, _RATE, _BY_CHARACTER, _UTF8 = 2, 1, 1, 1
_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


class _Engine:
    """libespeak-ng, once per process."""

    def __init__(self) -> None:
        import espeakng_loader

        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._library.espeak_Synth.argtypes = [
            ctypes.c_char_p,
            ctypes.c_size_t,
            ctypes.c_uint,
            ctypes.c_int,
            ctypes.c_uint,
            ctypes.c_uint,
            ctypes.c_void_p,
            ctypes.c_void_p,
        ]
        data = espeakng_loader.get_data_path().encode()
        self.rate: int = self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, 0)
        if self.rate <= 0:
            raise RuntimeError("espeak-ng does not start")
        self._samples = bytearray()
        self._callback = _CALLBACK(self._collect)  # kept: the library holds no reference
        self._library.espeak_SetSynthCallback(self._callback)

    def speak(self, text: str, *, voice: str, rate: int) -> bytes | None:
        """Samples, or None for a voice that espeak-ng does not have."""
        if self._library.espeak_SetVoiceByName(voice.encode()):
            return None
        self._library.espeak_SetParameter(_RATE, rate, 0)
        self._samples.clear()
        encoded = text.encode()
        failed = self._library.espeak_Synth(
            encoded, len(encoded) + 1, 0, _BY_CHARACTER, 0, _UTF8, None, None
        )
        return None if failed else bytes(self._samples)

    def _collect(self, samples: int | None, count: int, _: int) -> int:
        if samples is not None and count > 0:
            self._samples += ctypes.string_at(samples, count * 2)
        return 0


def serve(requests: BinaryIO, replies: BinaryIO) -> None:
    """Answer until the requests end."""
    engine = _Engine()
    while len(header := requests.read(REQUEST.size)) == REQUEST.size:
        asked = json.loads(requests.read(*REQUEST.unpack(header)))
        samples = engine.speak(asked["text"], voice=asked["voice"], rate=asked["rate"])
        replies.write(REPLY.pack(samples is not None, engine.rate, len(samples or b"")))
        replies.write(samples or b"")
        replies.flush()


def _main() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C ends the parent, and with it our input
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever the library prints is kept out of the answers
    serve(sys.stdin.buffer, replies)


if __name__ == "__main__":
    _main()
