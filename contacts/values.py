"""Lines and people as plain values, and the rules about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

PIN_TRIES = 5
PIN_LOCK = dt.timedelta(hours=1)
"""Five wrong tries lock an hour (DOMAIN R6)."""

DAY_KEYS_KEPT = 2
"""Days for which a line that nothing is kept for can still be found."""


class Pin(StrEnum):
    """What came of trying a PIN."""

    OK = "ok"
    WRONG = "wrong"
    LOCKED = "locked"
    NONE = "none"
    """There is no PIN to try: nothing is opened by it."""


@dataclass(frozen=True, slots=True)
class LineRef:
    """A line without its number."""

    id: str
    opted_out: bool


@dataclass(frozen=True, slots=True)
class PersonRef:
    """Somebody on a line."""

    id: str
    line_id: str
    ordinal: int
    language: str | None
    has_pin: bool
    opted_out: bool
