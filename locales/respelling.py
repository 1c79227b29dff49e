"""Southern Quechua respelt for the draft synthesiser, and for nothing else.

espeak-ng's voice `qu` reads digits wrongly, garbles acronyms and does not lower the vowels beside
a q. What people read keeps the official spelling.
"""

from __future__ import annotations

import re

QUECHUA_VOICE = "qu"

_UNITS = ("chusaq", "huk", "iskay", "kimsa", "tawa", "pichqa", "suqta", "qanchis", "pusaq", "isqun")
_ACRONYMS = {"SMS": "isi imi isi", "DNI": "di ini i"}
_BEFORE_Q = re.compile(r"[iu](?=(?:ll|[rnl])?q)", re.IGNORECASE)
_AFTER_Q = re.compile(r"(?<=q)[iu]", re.IGNORECASE)
_LOWERED = str.maketrans("iuIU", "eoEO")


def respelt(text: str, *, voice: str) -> str:
    """`text` as this voice must be given it."""
    if voice != QUECHUA_VOICE:
        return text
    spoken = re.sub(r"\d+", lambda match: number_words(match[0]), text)
    for acronym, letters in _ACRONYMS.items():
        spoken = re.sub(rf"\b{acronym}", f"{letters} ", spoken)
    for vowels in (_BEFORE_Q, _AFTER_Q):
        spoken = vowels.sub(lambda match: match[0].translate(_LOWERED), spoken)
    return spoken


def number_words(digits: str) -> str:
    """A number in Southern Quechua: up to 99 as one, longer ones digit by digit as people do."""
    if len(digits) != 2 or digits[0] == "0":
        return " ".join(_UNITS[int(digit)] for digit in digits)
    tens, units = int(digits[0]), int(digits[1])
    words = ["chunka"] if tens == 1 else [_UNITS[tens], "chunka"]
    if units:
        unit = _UNITS[units]
        # The possessive -yuq takes -ni- behind a consonant; y counts as one (iskayniyuq).
        words.append(unit + ("yuq" if unit[-1] == "a" else "niyuq"))
    return " ".join(words)
