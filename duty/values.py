"""Duty and calls put through, as plain values, and the rules about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from staff.values import Affiliation, Role

MOST_RUNG: Final = 3
"""How many people are rung, one after the other, before the caller is told that nobody can."""

RINGS: Final = 20
"""Seconds that each of them is rung."""

PERSON_RINGS: Final = 30
"""Seconds that the person of a case is rung: a phone may be at the other end of the field."""

CALL_WITHIN: Final = dt.timedelta(minutes=3)
"""A call that was asked for rings her own phone within that time, or not at all: she waits."""

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
    """Whoever the call began with hung up before the other side took it."""
    LATER = "later"
    """Whom we called cannot talk now."""
    NEVER = "never"
    """Whom we called wants no more calls."""
    UNREADY = "unready"
    """The call that she had asked for was not taken at her own phone: nobody else was rung."""
    WITHDRAWN = "withdrawn"
    """When her phone was taken, the person could not be called any more."""


IN_VAIN: Final = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.DECLINED, Outcome.FAILED})
"""Somebody was rung, and nobody who wanted to talk took the call."""

_BY_CARRIER: Final = {
    "completed": Outcome.DECLINED,
    "answered": Outcome.DECLINED,
    "busy": Outcome.BUSY,
    "no-answer": Outcome.NO_ANSWER,
    "gone": Outcome.GONE,
    "later": Outcome.LATER,
    "never": Outcome.NEVER,
    "withdrawn": Outcome.WITHDRAWN,
}


def outcome_of(how: str, *, taken: bool, ready: bool = True) -> Outcome:
    """What came of it, from the carrier's word or ours, and whether it was taken by its key.

    The carrier's word alone is not enough: a voicemail that answers is "completed" as well.
    `ready` is whether she who asked for a call took it, so that somebody was called at all.
    """
    if taken:
        return Outcome.TALKED
    return _BY_CARRIER.get(how, Outcome.FAILED) if ready else Outcome.UNREADY


DICTATE: Final = "dictate"
"""The purpose of a call to a work phone on which an answer is recorded, and nobody is rung."""


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
class Away:
    """Days on which somebody is not there, the last one with them."""

    id: str
    first_day: dt.date
    last_day: dt.date
    stand_in_id: str | None = None
    stand_in: str | None = None
    """The e-mail."""

    def holds(self, day: dt.date) -> bool:
        return self.first_day <= day <= self.last_day


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody who answers cases, as far as it matters for whose a case becomes."""

    account_id: str
    email: str
    role: Role
    affiliation: Affiliation
    is_on: bool
    has_phone: bool
    languages: tuple[str, ...] = ()
    gender: str | None = None
    queues: tuple[str, ...] = ()
    """Those that she works in; none: every one that she may see."""
    absences: tuple[Away, ...] = ()
    """Of today and later."""

    def away(self, day: dt.date) -> Away | None:
        return next((each for each in self.absences if each.holds(day)), None)


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
    is_ours: bool = False
    """Asked for on the page of a case: nobody pressed 0."""
    ready_at: dt.datetime | None = None

    @property
    def standing(self) -> str:
        """How far it got, in a word; another whenever that has changed."""
        if self.outcome is not None:
            return self.outcome.value
        if self.taken_at is not None:
            return "talking"
        return "rings" if self.is_ours and self.ready_at is None else "rings_them"

    @property
    def length(self) -> dt.timedelta | None:
        """How long they talked; None where they did not, or where it is not known."""
        if self.taken_at is None or self.ended_at is None:
            return None
        # Where nobody told when it ended, it is kept as having ended when it began.
        return (self.ended_at - self.taken_at) or None


@dataclass(frozen=True, slots=True)
class CallAsked:
    """A call for a case; `is_new` is false where she had asked for it already."""

    bridge_id: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class CallOut:
    """A call for a case that goes on now: whose, and in which language its person is spoken to."""

    case_id: str
    programme: str
    account_id: str
    language: str
    languages: tuple[str, ...]
    """Of the account."""
    is_taken: bool = False
    """They are joined already."""
    purpose: str | None = None
    """`DICTATE`, or none: to talk."""
    rung_at: dt.datetime | None = None
    """When it was asked for."""


@dataclass(frozen=True, slots=True)
class CallFor:
    """For which case, and by which account, a call was asked for."""

    case_id: str
    account_id: str
