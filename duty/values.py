"""Duty and calls put through, as plain values, and the rules about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

MOST_RUNG: Final = 3
"""How many people are rung, one after the other, before the caller is told that nobody can."""

RINGS: Final = 20
"""Seconds that each of them is rung."""

LONGEST: Final = dt.timedelta(hours=1)
"""After so long the carrier ends a call that was put through."""

LOST_AFTER: Final = LONGEST + dt.timedelta(minutes=10)
"""From when on a call whose end nobody told is over in any case: its phone is free again."""

LEG_KEPT: Final = dt.timedelta(hours=48)
"""The carrier's id of a call is kept no longer than its turns."""


class Outcome(StrEnum):
    """What came of ringing somebody."""

    TALKED = "talked"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    DECLINED = "declined"
    """Somebody, or a voicemail, answered and did not press 1."""
    FAILED = "failed"
    """The carrier could not reach this phone."""
    GONE = "gone"
    """The caller hung up before anybody took the call."""


_BY_CARRIER: Final = {
    "completed": Outcome.DECLINED,
    "answered": Outcome.DECLINED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "gone": Outcome.GONE,
}


def outcome_of(how: str, *, taken: bool) -> Outcome:
    """What came of it, from the carrier's word and whether the call was taken by its key.

    The carrier's word alone is not enough: a voicemail that answers is "completed" as well.
    """
    return Outcome.TALKED if taken else _BY_CARRIER.get(how, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class OnDuty:
    """Somebody who may take calls. `has_phone` is all that a page is told of the number."""

    account_id: str
    email: str
    has_phone: bool
    languages: tuple[str, ...]
    is_on: bool
    since: dt.datetime | None
    """Of the newest change."""


@dataclass(frozen=True, slots=True)
class Rung:
    """Somebody's phone that is to be rung for one call."""

    bridge_id: str
    account_id: str
    speaks_it: bool
    """Whether she speaks the caller's language."""


@dataclass(frozen=True, slots=True)
class Ringing:
    """Whom to ring: the number is for the carrier's ears alone, and is kept nowhere."""

    number: str
    languages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PutThrough:
    """One call that was put through, or was to be, as its page shows it."""

    id: str
    email: str
    language: str
    rung_at: dt.datetime
    taken_at: dt.datetime | None
    ended_at: dt.datetime | None
    outcome: Outcome | None
    """None while it lasts, and where its end was never told."""

    @property
    def length(self) -> dt.timedelta | None:
        """How long they talked; None where they did not, or where it is not known."""
        if self.taken_at is None or self.ended_at is None:
            return None
        return self.ended_at - self.taken_at
