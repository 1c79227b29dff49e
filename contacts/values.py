"""Lines and people as plain values, and the rules about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

PIN_TRIES = 5
PIN_LOCK = dt.timedelta(hours=1)
EXAMPLE_PIN = "5270"
"""As texts show it where a PIN was mistyped: whoever takes it for hers has one that all know."""
"""Five wrong tries lock an hour (DOMAIN R6)."""

PEOPLE_PER_LINE = 4
"""More than that, and whoever comes is treated like somebody whose number is withheld."""

DAY_KEYS_KEPT = 2
"""Days for which a line that nothing is kept for can still be found."""


class Pin(StrEnum):
    """What came of trying a PIN."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"
    NONE = "none"
    """There is no PIN to try: nothing is opened by it."""


class Gender(StrEnum):
    """What somebody says of herself; of whom nothing is kept nobody asked, or she did not say."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"
    UNSAID = "unsaid"
    """She was asked, and would rather not say, or said nothing: nobody asks her again."""


class HowKnown(StrEnum):
    """From whom we have what we know of somebody. Nothing is ever guessed from voice or name."""

    SELF = "self"
    """She chose it herself, on a call or in a text."""
    OPERATOR = "operator"
    """Somebody of ours asked her and took it down."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """The words after which somebody told something of herself, as a consent keeps them."""

    programme_version: str
    language: str
    wording: str
    """Hash of the words or the recording that was played or read out to her."""


@dataclass(frozen=True, slots=True)
class About:
    """What somebody has told of herself; None where it is not known."""

    gender: Gender | None = None
    gender_known: HowKnown | None = None
    district: str | None = None
    """Slug of one of her programme's districts."""
    district_known: HowKnown | None = None


@dataclass(frozen=True, slots=True)
class LineRef:
    """A line without its number."""

    id: str
    opted_out: bool
    declines_texts: bool = False


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Somebody on a line."""

    id: str
    line_id: str
    ordinal: int
    language: str | None
    has_pin: bool
    opted_out: bool
    district: str | None = None


def is_shared(people: Sequence[PersonRef]) -> bool:
    """Whether it must be asked who is speaking: several people, or one who protects herself.

    Who chose a PIN said that others use this phone.
    """
    return len(people) > 1 or any(person.has_pin for person in people)
