"""Which words of a text a case is found by, and the tokens that stand for them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from locales.folding import fold
from locales.languages import languages
from storage.vault import Vault

SHORTEST: Final = 3
LONGEST: Final = 40
MOST: Final = 400
"""Different words of one text: more is kept of nobody."""
MOST_SOUGHT: Final = 6
"""Words of one search."""

_PURPOSE: Final = "case.word"
_TOKEN: Final = 20
_APOSTROPHES: Final = re.compile("['\u2018\u2019\u02bc\u02b9\u2032\u00b4\u0060]")
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"\d{5,}")


def words_of(text: str) -> tuple[str, ...]:
    """The words of a text, folded as people spell them: without case, accents and apostrophes.

    Left out are words that are in every other sentence, what is shorter than 3 letters, and longer
    numbers: telephones and documents are not searched for.
    """
    found = _WORD.findall(fold(_APOSTROPHES.sub("", text)))
    kept = (
        word
        for word in dict.fromkeys(found)
        if SHORTEST <= len(word) <= LONGEST and word not in _everyday() and not _NUMBER.search(word)
    )
    return tuple(kept)[:MOST]


def token(vault: Vault, programme: str, word: str) -> str:
    """What stands for a folded word in a programme: 80 bits of a keyed hash."""
    return vault.tag(_PURPOSE, f"{programme}:{word}")[:_TOKEN]


@cache
def _everyday() -> frozenset[str]:
    """The words by which a language is told in writing are those that tell nothing of a matter."""
    return frozenset().union(*(each.common for each in languages().values()))
