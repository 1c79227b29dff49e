"""What may follow an answer, as plain values, and the waits between attempts to have it heard."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from grievances.lifecycle import CloseCode
from grievances.values import Delivery
from storage.outbox import Kind, Reason

LEFT_ALONE: Final = frozenset({CloseCode.WITHDRAWN, CloseCode.UNREACHABLE, CloseCode.DUPLICATE})
"""Nothing goes out after these: she wanted no more of it, nobody found her, or it goes on in
another case. Who comes by herself hears what waits, and is asked."""

MOST_TRIES: Final = 3
"""Times that an answer goes out by itself, the first one counted."""

REST: Final = dt.timedelta(hours=4)
"""Between one try and the next (DOMAIN R31)."""

NOTICE_REST: Final = dt.timedelta(days=2)
"""What a text that an answer waits is given before it counts as a try in vain."""

OFFERED_FOR: Final = dt.timedelta(days=7)
"""So long after the last try it waits for her next contact; then the manager has it back."""

TEXTED_BACK_FOR: Final = dt.timedelta(days=3)
"""So long a text of hers, out of any conversation, is taken as about the answer that came as a
text."""

CHECK_BACK: Final = dt.timedelta(days=30)
CHECK_BACK_SEVERE: Final = dt.timedelta(days=14)
"""After the close (DOMAIN 1.4)."""
SEVERE_FROM: Final = 4

CHECK_BACK_LATEST: Final = dt.timedelta(days=30)
"""So long after it is due somebody is still asked."""

ASK_CONTENT: Final = dt.timedelta(days=1)
"""After a close where nothing was done that may not hold: then she is asked how content she is."""

CONTENT: Final = "content"
"""The reason of an event by which she was asked how content she is, and nothing else."""

UNSAID: Final = "unsaid"
"""What is kept of who was asked how content she is, and said nothing: she is not asked again."""


NEVER_TRIED: Final = frozenset({Reason.OPTED_OUT, Reason.SET_UP, Reason.TOO_LATE, Reason.WITHDRAWN})
"""It ended before anything reached for her phone: that is no attempt."""


def is_attempt(delivery: Delivery, *, kind: Kind | None, reason: str | None) -> bool:
    """Whether what carried an answer and has ended was an attempt to reach her, in vain: not
    delivered, or a call that was taken and ended before the answer was heard."""
    taken = kind is Kind.CALL and delivery is Delivery.DELIVERED
    return (taken or delivery is Delivery.NOT_REACHED) and reason not in NEVER_TRIED


class Follows(StrEnum):
    """What may follow an answer of a case now."""

    OPEN = "open"
    PROPOSED = "proposed"
    """What a reply proposes is not decided on."""
    CLOSED = "closed"
    """It has an outcome, to which she may still object."""
    OVER = "over"


class Anew(StrEnum):
    """How she asks that her case be looked at once more."""

    REOPEN = "reopen"
    APPEAL = "appeal"
    """By somebody who had no part in it."""


class Feedback(StrEnum):
    """What she is asked of an outcome."""

    SATISFACTION = "satisfaction"
    """`satisfied`, `partly` or `unsatisfied`; `unsaid` where she was asked and said nothing."""
    HELD = "held"
    """`yes` or `no`, at the check-back."""


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What may follow the answers of a case."""

    follows: Follows
    reply_id: str | None = None
    """The one that proposes what is not decided on."""
    may_reopen: bool = False
    may_appeal: bool = False
    asks_back: bool = False
    """She is to be asked whether what was done held."""
    asks_content: bool = False
    """She is to be asked how content she is: once for each outcome."""


@dataclass(frozen=True, slots=True)
class Given:
    """An answer of hers about an outcome."""

    feedback: Feedback
    answer: str
    at: dt.datetime
