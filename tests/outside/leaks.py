"""What may never be read in a log, in an error page or in a queue: numbers, words, addresses."""

from __future__ import annotations

import re
import zlib
from typing import Any

import redis

from tests.outside.rimay import Rimay

NUMBERS = r"(?:(?<![0-9a-f])|(?<=%2b))(?:51)?98700\d{4}(?![0-9a-f])"
"""Every number that calls or texts in these tests; random ids hold such digits too, by chance."""
SECRET_WORDS = "palabras que nadie mas debe leer"
"""Part of everything that somebody writes in these tests."""
FORBIDDEN = (
    NUMBERS,
    SECRET_WORDS,
    SECRET_WORDS.replace(" ", "[+]"),
    SECRET_WORDS.replace(" ", "%20"),
    r"twilio\.invalid",
    r"/Recordings/RE",
)


def leaks_in(rimay: Rimay) -> list[str]:
    """Every line of the logs and of Redis, unpacked, that holds what is forbidden."""
    return leaked(rimay.logs()) + leaked(everything_queued(rimay.redis_url))


def leaked(text: str) -> list[str]:
    """The lines of `text` that hold a number, words of somebody, or a recording's address."""
    return [
        found[0]
        for each in FORBIDDEN
        if (found := re.search(f"^.*{each}.*$", text, re.MULTILINE)) is not None
    ]


def everything_queued(url: str) -> str:
    """Every key and value of Redis as text, unpacked where it is compressed."""
    client: Any = redis.Redis.from_url(url)
    pieces: list[bytes] = []
    for key in client.scan_iter():
        # What has run out since it was found is not there any more.
        values = [each for each in _values(client, key) if each is not None]
        pieces += [key, *values]
        for value in values:
            try:
                pieces.append(zlib.decompress(value))
            except zlib.error:
                continue
    client.close()
    return b"\n".join(pieces).decode("utf-8", errors="replace")


def _values(client: Any, key: bytes) -> list[bytes | None]:
    match client.type(key):
        case b"hash":
            return [part for pair in client.hgetall(key).items() for part in pair]
        case b"list":
            return list(client.lrange(key, 0, -1))
        case b"set":
            return list(client.smembers(key))
        case b"zset":
            return list(client.zrange(key, 0, -1))
        case b"string":
            return [client.get(key)]
        case _:
            return []
