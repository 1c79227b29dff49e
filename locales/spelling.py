"""The official spelling of Southern Quechua, Chanka, as far as a machine can tell.

RM 1218-85-ED: three vowels; no ejectives or aspirates (those are Cusco's). Loans keep their Spanish
spelling and take Quechua suffixes; which stems are loans is data, `<tag>/loans.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path

from locales.folding import fold
from locales.languages import languages

_APOSTROPHES = str.maketrans(dict.fromkeys("\u2018\u2019\u02bc\u02b9\u2032\u00b4\u0060", "'"))
_ALPHABET = re.compile(r"(?:ch|ll|[ahiklmnñpqrstuwyáíú])*")
_WORD = re.compile(r"[^\W\d_]+(?:['’‘ʼ][^\W\d_]+)*['’‘ʼ]?")
_PLACEHOLDER = re.compile(r"\{\w*\}")
_ACRONYM = re.compile(r"[A-ZÁÉÍÓÚÑ]{2,}")
_EJECTIVE = re.compile(r"(?:ch|[kpqt])['’‘ʼ]", re.IGNORECASE)
_ASPIRATE = re.compile(r"(?:chh|kh|ph|qh|th)")


def straightened(tag: str, text: str) -> str:
    """`text` with the straight apostrophe, in a language that is written so; else unchanged."""
    known = languages().get(tag)
    return text.translate(_APOSTROPHES) if known and known.straight_apostrophe else text


def loans(path: Path) -> frozenset[str]:
    """The loan stems listed in a file, folded; none where there is no file."""
    if not path.exists():
        return frozenset()
    lines = (line.partition("#")[0].strip() for line in path.read_text("utf-8").splitlines())
    return frozenset(fold(line) for line in lines if line)


def misspellings(text: str, *, loans: Collection[str]) -> list[str]:
    """What is wrong in `text`, a sentence for each word; empty where it is well spelt."""
    words = _WORD.findall(_PLACEHOLDER.sub(" ", text))
    found = (_fault(word, loans) for word in dict.fromkeys(words))
    return [fault for fault in found if fault]


def _fault(word: str, loans: Collection[str]) -> str | None:
    if _EJECTIVE.search(word):
        return f"{word}: Chanka has no ejectives, write it without the apostrophe"
    if any(curly in word for curly in "’‘ʼ"):
        return f"{word}: write a straight apostrophe"
    native = _without_loan(word, loans)
    if _ASPIRATE.match(native):
        return f"{word}: Chanka has no aspirates, write it without the h"
    if re.search("[eoéó]", native):
        return f"{word}: three vowels, write i or u (or add the stem to loans.txt)"
    if not _ALPHABET.fullmatch(native.replace("'", "")):
        return f"{word}: not the official alphabet (or add the stem to loans.txt)"
    return None


def _without_loan(word: str, loans: Collection[str]) -> str:
    """What is left to spell natively: the suffixes behind a loan stem or an acronym."""
    acronym = _ACRONYM.match(word)
    if acronym:
        return word[acronym.end() :].lower()
    folded = fold(word)
    for end in range(len(folded), 1, -1):
        if folded[:end] in loans:
            return folded[end:]
    return word.lower()
