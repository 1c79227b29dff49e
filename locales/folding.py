"""Text reduced to what two people mean by the same word, for matching only."""

from __future__ import annotations

import unicodedata

_INVISIBLE = ("M", "C")  # combining marks; control and zero-width characters


def fold(text: str) -> str:
    """`text` without case, accents, repeated spaces and punctuation at its ends.

    `ñ` becomes `n`: many keypads make it hard to write, and no keyword differs by it alone.
    A text of nothing but punctuation stays as it is, so that the keys `*` and `#` survive.
    Folding twice changes nothing more.
    """
    spaced = " ".join(text.split())
    decomposed = _decomposed(_decomposed(spaced).casefold())
    visible = "".join(c for c in decomposed if unicodedata.category(c)[0] not in _INVISIBLE)
    collapsed = " ".join(visible.split())
    start, end = 0, len(collapsed)
    while start < end and not collapsed[start].isalnum():
        start += 1
    while end > start and not collapsed[end - 1].isalnum():
        end -= 1
    return collapsed[start:end] or collapsed


def _decomposed(text: str) -> str:
    return unicodedata.normalize("NFKD", text)
