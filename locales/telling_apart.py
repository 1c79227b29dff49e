"""Which language a text is written in, told by the small words that nearly every sentence has."""

from __future__ import annotations

import re
from collections.abc import Iterable

from locales.folding import fold
from locales.languages import language

_WORD = re.compile(r"[^\W\d_]+")

_FEWEST = 2
"""Different words that are needed: one may be a name, or a loan."""

_TIMES = 2
"""How many times as many as of the next language: who mixes two is not guessed at."""


def written_in(text: str, tags: Iterable[str]) -> str | None:
    """Which of these languages `text` is clearly written in; None where it might be another.

    Each different word counts once. Where the words of one of them are not known, it might be that
    one, and nothing is told.
    """
    tags = tuple(tags)
    if not all(language(tag).common for tag in tags):
        return None
    words = {fold(word) for word in _WORD.findall(text)}
    counts = sorted(((len(words & language(tag).common), tag) for tag in tags), reverse=True)
    if not counts:
        return None
    most, tag = counts[0]
    next_most = counts[1][0] if len(counts) > 1 else 0
    return tag if most >= _FEWEST and most > _TIMES * next_most else None
