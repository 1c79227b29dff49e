"""Text parted into what a reader takes for one character: a letter with its marks, an emoji whole.

A part of UAX 29 (extended grapheme clusters) that needs no tables of its own: marks, joiners,
skin tones, flags and emoji joined by U+200D. Hangul and Indic syllables are not put together.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

_FIRST_MARK = "\u0300"
_JOINER = "\u200d"
_FOLLOWS = re.compile("[\u200c\u200d\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
_ARROWS = "\u2194\u2195"
"""Mathematical by category, joined like emoji."""


def clusters(text: str) -> Iterator[str]:
    """The parts of `text`, in order and without a gap."""
    start, flag_letters = 0, 0
    for place, character in enumerate(text):
        if character < _FIRST_MARK:  # most of every text, and never one with what is before it
            if place > start:
                yield text[start:place]
            start, flag_letters = place, 0
            continue
        is_flag_letter = bool(_FLAG_LETTER.match(character))
        if place > start:
            ends_flag = is_flag_letter and flag_letters % 2 == 1
            if not (ends_flag or _belongs(text[place - 1], character)):
                yield text[start:place]
                start = place
        flag_letters = flag_letters + 1 if is_flag_letter else 0
    if text:
        yield text[start:]


def _belongs(before: str, character: str) -> bool:
    """Whether `character` is one with the character before it."""
    if before in "\n\r":
        return False
    category = unicodedata.category(character)
    if category[0] == "M" or _FOLLOWS.match(character):
        return True
    return before == _JOINER and (category == "So" or character in _ARROWS)
