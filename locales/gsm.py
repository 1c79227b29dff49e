"""What a text message costs: GSM-7 or UCS-2, how many segments, and how to need fewer.

Tables of 3GPP TS 23.038 (section 6.2.1), lengths of 3GPP TS 23.040: 160 septets or 70 UTF-16
units in one segment, 153 or 67 in each of several, no character split between two. What is one
character to a reader, such as a family of emoji, is not split either (`locales.clusters`).

The carrier's own calculator (npm sms-segments-calculator) counts the same, but for a text of
nothing, which it bills as one segment and we as none. So does `staff/static/gsm.js` for pages,
which a test holds to this file.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum

from locales.clusters import clusters

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = frozenset("\f^{}\\[~]|€")
"""Sent as an escape and a septet: two units, never parted."""

_LOOK_ALIKES = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′ʼ´`", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("•·", "-"),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad", ""),
        "…": "...",
        "\t": " ",
    }
)
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]*(?=\s)|\n")
_SPACE = re.compile(r"\s")


class Encoding(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


MOST_SEGMENTS = 3
"""Of one thing that we write to somebody; what is longer is for the ear."""

_CAPACITY = {Encoding.GSM7: (160, 153), Encoding.UCS2: (70, 67)}


@dataclass(frozen=True, slots=True)
class Segments:
    """The cost of one text."""

    encoding: Encoding
    units: int
    """Septets in GSM-7 (an extension character is two), 16-bit units in UCS-2."""
    count: int
    """Segments billed; 0 for an empty text."""
    offenders: tuple[str, ...]
    """The characters that force UCS-2, each once, in their order."""


def segments(text: str) -> Segments:
    """What `text` costs as it stands."""
    offenders = tuple(dict.fromkeys(c for c in text if c not in BASIC and c not in EXTENSION))
    encoding = Encoding.UCS2 if offenders else Encoding.GSM7
    whole = text if encoding is Encoding.GSM7 else clusters(text)
    widths = [sum(_width(c, encoding) for c in each) for each in whole]
    units = sum(widths)
    single, part = _CAPACITY[encoding]
    if units <= single:
        return Segments(encoding, units, 1 if units else 0, offenders)
    count, free = 1, part
    for width in widths:
        if width > free:
            count, free = count + 1, part
        free -= width
    return Segments(encoding, units, count, offenders)


@dataclass(frozen=True, slots=True)
class Composed:
    """A text as somebody wrote it, and as it goes out."""

    sent: str
    """Written with what GSM-7 has, where that costs fewer segments."""
    cost: Segments
    """Of what is sent."""
    doubling: tuple[str, ...]
    """The characters that make parts of 70 instead of 160: replaced where `is_folded`."""

    @property
    def is_folded(self) -> bool:
        return bool(self.doubling) and not self.cost.offenders

    @property
    def is_too_long(self) -> bool:
        """Whether it takes more than MOST_SEGMENTS: then we write that she may call to hear it."""
        return self.cost.count > MOST_SEGMENTS


def compose(text: str) -> Composed:
    """What becomes of `text` when it is sent, and what that costs. Pages show the same live."""
    sent = cheapest(text)
    return Composed(sent=sent, cost=segments(sent), doubling=segments(text).offenders)


def to_gsm(text: str) -> str:
    """`text` with what GSM-7 lacks written with what it has: á→a, curly quotes, dashes, ellipsis.

    What GSM-7 has (ñ Ñ é É ü ¿ ¡ …) stays; what has no equivalent (an emoji) stays too.
    """
    composed = unicodedata.normalize("NFC", text).translate(_LOOK_ALIKES)
    return "".join(_nearest(character) for character in composed)


def cheapest(text: str) -> str:
    """`to_gsm(text)` where that costs fewer segments, else `text` unchanged."""
    folded = to_gsm(text)
    return folded if segments(folded).count < segments(text).count else text


def split(text: str, at_most: int = 3) -> list[str]:
    """`text` as several messages of `at_most` segments each, as few sentences parted as can be.

    Parted at the last sentence that fits, else at the last word. Only a single word longer than a
    whole message is cut. Give it the text as it will be sent: `split(cheapest(text))`.
    """
    if at_most < 1:
        raise ValueError("a message has at least one segment")
    messages: list[str] = []
    rest = text.strip()
    while rest:
        message = rest[: _cut(rest, at_most)].rstrip()
        messages.append(message)
        rest = rest[len(message) :].lstrip()
    return messages


def _cut(text: str, at_most: int) -> int:
    """Where the first message ends."""
    ends = range(1, min(len(text), at_most * 160) + 1)
    longest = bisect_right(ends, at_most, key=lambda end: segments(text[:end]).count)
    if longest == len(text):
        return longest
    reach = text[: longest + 1]  # a space or line end just behind the last unit may end it too
    sentences = [match.end() for match in _SENTENCE_END.finditer(reach)]
    if sentences:
        return sentences[-1]
    spaces = [match.start() for match in _SPACE.finditer(reach)]
    return spaces[-1] if spaces else longest


def _width(character: str, encoding: Encoding) -> int:
    if encoding is Encoding.GSM7:
        return 2 if character in EXTENSION else 1
    return 2 if ord(character) > 0xFFFF else 1


def _nearest(character: str) -> str:
    if character in BASIC or character in EXTENSION:
        return character
    if character.isspace():
        return " "
    plain = "".join(
        c for c in unicodedata.normalize("NFKD", character) if unicodedata.category(c)[0] != "M"
    )
    return plain if plain and all(c in BASIC for c in plain) else character
