"""One attempt to reach a line for something that goes to many: until when it waits, and what came
of it. The same for news and for a survey's interviews."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from outreach.values import BETWEEN_ATTEMPTS
from storage import outbox
from storage.outbox import Kind, Outbox, Reason
from storage.outbox import State as Sent

SOON = dt.timedelta(seconds=20)
"""After it was queued, and for as long as it has not left."""

NEVER_TOLD = dt.timedelta(hours=72)
"""After so long a text of which nothing was heard has done what it could."""
_SELDOM = dt.timedelta(hours=6)


class Answer(StrEnum):
    """What she said when asked whether she can talk now."""

    YES = "yes"
    LATER = "later"
    NEVER = "never"


class Outcome(StrEnum):
    """What came of an attempt."""

    REACHED = "reached"
    """She took the call and listened, or the text arrived."""
    SENT = "sent"
    """The text left, and nothing was heard of it: not every network tells."""
    OPTED_OUT = "opted_out"
    LATER = "later"
    SILENT = "silent"
    """The call was taken, and nobody pressed a key."""
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    VOICEMAIL = "voicemail"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    """There is no such number, or no way to it."""


RETRY_AFTER: Mapping[Outcome, dt.timedelta] = MappingProxyType(
    {
        Outcome.BUSY: BETWEEN_ATTEMPTS,
        Outcome.NO_ANSWER: dt.timedelta(hours=5),
        Outcome.LATER: BETWEEN_ATTEMPTS,
        Outcome.FAILED: BETWEEN_ATTEMPTS,
        # Whoever lets a machine answer is not back in an hour: another part of another day.
        Outcome.VOICEMAIL: dt.timedelta(hours=20),
        Outcome.SILENT: dt.timedelta(hours=20),
    }
)
"""When it is tried again, at the earliest; what is missing here is not."""


@dataclass(frozen=True, slots=True)
class Pending:
    """Nothing is known yet: it is looked at again at `at`."""

    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """It never went out."""


@dataclass(frozen=True, slots=True)
class Ended:
    """It is over. `was_taken`: it has cost what it costs; nobody pays for a call nobody took."""

    outcome: Outcome
    was_taken: bool
    may_repeat: bool = True
    """False where it may have arrived, for all that anybody can find out."""

    @property
    def wait(self) -> dt.timedelta | None:
        """How long until it may be tried again; None for never."""
        return RETRY_AFTER.get(self.outcome) if self.may_repeat else None


Standing = Pending | Withdrawn | Ended

_FAILURES: Mapping[str, Outcome] = {
    Reason.BUSY: Outcome.BUSY,
    Reason.VOICEMAIL: Outcome.VOICEMAIL,
    Reason.NO_ANSWER: Outcome.NO_ANSWER,
    Reason.NO_SUCH_NUMBER: Outcome.UNREACHABLE,
    Reason.NO_TEXTS: Outcome.UNREACHABLE,
    Reason.OPTED_OUT: Outcome.OPTED_OUT,
}
_ANSWERS = {
    Answer.YES: Outcome.REACHED,
    Answer.LATER: Outcome.LATER,
    Answer.NEVER: Outcome.OPTED_OUT,
}


SENDING = (
    Outbox.kind,
    Outbox.state.label("sent"),
    Outbox.rank,
    Outbox.reason,
    Outbox.attempted_at,
    Outbox.updated_at,
)
"""What `standing` looks at of the outbox."""


def standing(row: Any, now: dt.datetime) -> Standing:
    """How an attempt stands. `row` has `SENDING` of its row of the outbox, and the `answer` that
    she gave on the call."""
    age = now - (row.attempted_at or row.updated_at)
    again = Pending(now + min(_SELDOM, max(SOON, age / 3)))
    if row.sent == Sent.UNKNOWN and row.reason == Reason.UNCONFIRMED:
        # Never repeated: it may have arrived. A report that still comes says more.
        unknown = Ended(Outcome.FAILED, was_taken=True, may_repeat=False)
        return unknown if age >= NEVER_TOLD else again
    if row.rank < outbox.RANKS[Sent.SENT]:
        return Pending(now + SOON)
    if row.rank < outbox.ENDED:
        is_told = row.kind == Kind.CALL or age < NEVER_TOLD
        return again if is_told else Ended(Outcome.SENT, was_taken=True)
    if row.sent == Sent.EXPIRED or (
        row.sent == Sent.CANCELLED and row.reason in (Reason.WITHDRAWN, Reason.TOO_LATE)
    ):
        return Withdrawn()
    was_taken = row.sent == Sent.DELIVERED or row.reason == Reason.VOICEMAIL or row.answer
    return Ended(_outcome(row), was_taken=row.kind == Kind.TEXT or bool(was_taken))


def _outcome(row: Any) -> Outcome:
    if row.kind == Kind.CALL and row.answer:
        # Whoever pressed a key is no machine, whatever the carrier took her for.
        return _ANSWERS[Answer(row.answer)]
    if row.sent == Sent.DELIVERED:
        return Outcome.REACHED if row.kind == Kind.TEXT else Outcome.SILENT
    return _FAILURES.get(row.reason, Outcome.FAILED)
