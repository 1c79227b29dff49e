"""Texts drawn at random, the same ones always: what phones and offices write, at every edge.

`random.Random(seed).random()` is the one source, for it alone is promised to stay the same
between versions of Python.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

COUNT = 10_000

_GSM = (
    "abcdefghijklmnñopqrstuvwxyzABCDEFGHIJKLMNÑOPQRSTUVWXYZ0123456789 .,;:¿?¡!'-éÉüÜàèùìòÇ@£$¥_ΔΩ"
)
_PAIRS = "^{}\\[~]|€\f"
_ACCENTS = "áíóúÁÍÓÚâãõ’‘“”«»–—…º´`•ŕЖ水"
_EMOJI = (
    "😀",
    "🔥",
    "💧",
    "👍🏽",
    "👩🏾",
    "❤️",
    "☎️",
    "🇵🇪",
    "🇧🇴",
    "👨‍👩‍👧",
    "👩‍❤️‍👨",
    "👩🏽‍⚕️",
    "1️⃣",
    "e\u0301",
    "n\u0303",
    "q\u0308\u0304",
    "𝄞",
)
_EDGES = (69, 70, 71, 133, 134, 135, 159, 160, 161, 200, 201, 202, 305, 306, 307, 459, 460)


def drawn_texts() -> Iterator[str]:
    """COUNT texts: two in five exactly about an edge, the rest of any length to 330."""
    draw = random.Random(4)  # the same ones always
    for _ in range(COUNT):
        yield _one(draw)


def _one(draw: random.Random) -> str:
    def pick(of: str | tuple[str, ...]) -> str:
        return of[int(draw.random() * len(of))]

    length = _EDGES[int(draw.random() * len(_EDGES))]
    if draw.random() < 0.6:
        length = int(draw.random() * 330)
    kind = draw.random()
    pairs, accents, emoji = (
        (0.0, 0.0, 0.0)
        if kind < 0.2
        else (0.05, 0.0, 0.0)
        if kind < 0.4
        else (0.02, 0.03, 0.0)
        if kind < 0.6
        else (0.01, 0.02, 0.05)
        if kind < 0.8
        else (0.05, 0.05, 0.4)
    )
    parts = []
    for _ in range(length):
        chance = draw.random()
        if chance < emoji:
            parts.append(pick(_EMOJI))
        elif chance < emoji + accents:
            parts.append(pick(_ACCENTS))
        elif chance < emoji + accents + pairs:
            parts.append(pick(_PAIRS))
        else:
            parts.append("\n" if draw.random() < 0.01 else pick(_GSM))
    return "".join(parts)
