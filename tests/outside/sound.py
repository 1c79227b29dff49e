"""What a caller hears, and whether the carrier could play it."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

from tests.outside.twiml import Play, Say
from tests.outside.wire import Answer

_PROMPT = re.compile(r"/voice/prompts/(?P<language>[^/]+)/(?P<key>[^/]+)\.wav")
_WAV_TYPES = {"audio/wav", "audio/wave", "audio/x-wav"}
_PCM, _MU_LAW = 1, 7


@dataclass(frozen=True, slots=True)
class Sound:
    """One thing played or said. `key` is set when it is a prompt of the catalogue."""

    content: str
    """The absolute URL of what was played, or the words that were said."""
    language: str | None
    key: str | None
    said: bool = False


def sound_of(verb: Play | Say) -> Sound:
    """The sound of a verb; a prompt's URL must carry the hash of its content as `v`."""
    if isinstance(verb, Say):
        return Sound(verb.text, verb.language, None, said=True)
    parts = urlsplit(verb.url)
    prompt = _PROMPT.fullmatch(parts.path)
    if prompt is None:
        return Sound(verb.url, None, None)
    assert parse_qs(parts.query).get("v"), f"a prompt without its version: {parts.path}"
    return Sound(verb.url, prompt["language"], unquote(prompt["key"]))


def assert_playable(answer: Answer, url: str) -> None:
    """Refuse what a telephone line cannot play well: not 200, not audio, not 8 kHz mono, empty."""
    where = urlsplit(url).path
    assert answer.status == 200, f"{where} answered {answer.status}"
    content_type = (answer.header("content-type") or "").split(";")[0].strip().lower()
    if content_type == "audio/basic":
        assert answer.body, f"{where} is empty"
        return
    assert content_type in _WAV_TYPES, f"{where} is {content_type or 'untyped'}, not audio/wav"
    kind, channels, rate, bits, size = _wav(answer.body, where)
    assert (kind, bits) in ((_PCM, 16), (_MU_LAW, 8)), f"{where}: format {kind}, {bits} bits"
    assert (channels, rate) == (1, 8000), f"{where}: {channels} channels at {rate} Hz"
    assert size > 0, f"{where} holds no sound"


def _wav(content: bytes, where: str) -> tuple[int, int, int, int, int]:
    assert (content[:4], content[8:12]) == (b"RIFF", b"WAVE"), f"{where} is not a WAV file"
    place, described = 12, None
    while place + 8 <= len(content):
        name, size = content[place : place + 4], struct.unpack_from("<I", content, place + 4)[0]
        if name == b"fmt ":
            described = struct.unpack_from("<HHIIHH", content, place + 8)
        if name == b"data":
            assert described is not None, f"{where}: sound before its format"
            kind, channels, rate, _bytes, _align, bits = described
            return kind, channels, rate, bits, min(size, len(content) - place - 8)
        place += 8 + size + size % 2
    raise AssertionError(f"{where} holds no sound")


def wav(seconds: float, *, pitch: int = 440) -> bytes:
    """A mono 8 kHz 16-bit tone: what a recording of speech stands for in tests."""
    count, half = int(8000 * seconds), max(1, 4000 // pitch)
    period = struct.pack("<h", 8000) * half + struct.pack("<h", -8000) * half
    samples = (period * (count // (2 * half) + 1))[: 2 * count]
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(samples), b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16),
        *(b"data", len(samples)),
    )
    return head + samples
