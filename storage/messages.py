"""The table of what goes out, and the states of its rows; `storage.outbox` is its door.

States have ranks and never move back, because callbacks arrive late, twice or out of order. What
ended stays as it ended, but for one proof: a receipt of delivery. The carrier's documentation
calls `undelivered`, `failed` and `delivered` all final and promises no order, and what has ended
for us (a validity that ran out, attempts that were used up) may have arrived all the same. With
the receipt above every other end, the order in which callbacks come changes nothing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from storage.database import Base, UtcDateTime


class Kind(StrEnum):
    TEXT = "text"
    CALL = "call"


class State(StrEnum):
    """What is known of a message or call; see RANKS for their order."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    UNKNOWN = "unknown"
    SENT = "sent"
    DELIVERED = "delivered"
    UNDELIVERED = "undelivered"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


class Reason(StrEnum):
    """Why somebody was not reached, in words that a page can explain; the carrier's own code is
    kept beside it."""

    NO_SUCH_NUMBER = "no_such_number"
    NO_TEXTS = "no_texts"
    """A landline, or a phone that takes no texts."""
    UNREACHABLE = "unreachable"
    """Off, out of coverage, or full."""
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    VOICEMAIL = "voicemail"
    """A machine took the call: it was ended, and nobody heard anything."""
    OPTED_OUT = "opted_out"
    FILTERED = "filtered"
    """The networks hold our texts back."""
    SET_UP = "set_up"
    """Something at our carrier is not set up for this; operators are told."""
    TOO_LATE = "too_late"
    """It could not go out while it was still of use."""
    WITHDRAWN = "withdrawn"
    """It was taken back before it went out: something changed since it was planned."""
    CARRIER = "carrier"
    """The carrier or the network failed and did not say why."""
    UNCONFIRMED = "unconfirmed"
    """The carrier gave no answer and cannot be asked: it may have arrived, and is not repeated."""


RANKS: Mapping[State, int] = {
    State.QUEUED: 0,
    State.CLAIMED: 1,
    State.UNKNOWN: 2,
    State.SENT: 3,
    State.DELIVERED: 10,
    State.UNDELIVERED: 9,
    State.FAILED: 9,
    State.CANCELLED: 9,
    State.EXPIRED: 9,
}


ENDED = 9
"""The least rank of what has come to an end."""

VALID_FOR = dt.timedelta(days=3)
"""How long an answer is worth sending: after it, it goes back to whoever wrote it (DOMAIN 5)."""


class Outbox(Base):
    """One text or call out. `line_id` names whom it is for; its number is never copied here.

    For a call to a work phone, whose `opening` names the `account`, it is that account's id.
    """

    __tablename__ = "outbox"

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    sender: Mapped[str] = mapped_column(String(20))
    line_id: Mapped[str] = mapped_column(String(32), index=True)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    opening: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(12))
    rank: Mapped[int]
    priority: Mapped[int]
    due_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    claimed_until: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int]
    attempted_at: Mapped[dt.datetime | None] = mapped_column(UtcDateTime)
    provider_id: Mapped[str | None] = mapped_column(String(64), unique=True)
    error_code: Mapped[str | None] = mapped_column(String(16))
    """The carrier's code of the newest failure, whether or not it was tried again."""
    reason: Mapped[str | None] = mapped_column(String(16))
    """What that failure means to us: a `Reason`."""
    created_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[dt.datetime] = mapped_column(UtcDateTime)
    """From when on it is not sent any more."""
    end_due: Mapped[dt.datetime | None] = mapped_column(UtcDateTime, index=True)
    """From when on the call in progress is to be ended at the carrier; see `storage.machines`."""
    answers: Mapped[bool] = mapped_column(default=False)
    """It answers what she has just written: it goes out also where nothing unasked may."""

    __table_args__ = (
        Index("ix_outbox_due", "rank", "priority", "due_at"),
        Index("ix_outbox_resting", "rank", "updated_at"),
    )


class PastAttempt(Base):
    """An attempt that the carrier took, that failed, and that another has followed or will."""

    __tablename__ = "outbox_attempt"

    provider_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    outbox_id: Mapped[str] = mapped_column(String(32), index=True)


URGENT, ORDINARY, BULK = 0, 5, 9
"""Priorities: what somebody waits for, what is on its way, what goes to many and can wait."""

BODY = "outbox.body"
"""The vault's purpose under which the text of a message is sealed."""
