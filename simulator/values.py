"""What the carrier keeps: calls, messages, recordings; changed under the carrier's lock alone."""

from __future__ import annotations

import datetime as dt
import math
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The clock outside of tests."""
    return dt.datetime.now(dt.UTC)


def new_sid(prefix: str) -> str:
    """An id in Twilio's form: two letters and 32 hexadecimal digits."""
    return prefix + secrets.token_hex(16)


class CallStatus(StrEnum):
    """Twilio's words (TWILIO 1.1)."""

    QUEUED = "queued"
    INITIATED = "initiated"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    FAILED = "failed"
    NO_ANSWER = "no-answer"
    CANCELED = "canceled"

    @property
    def is_final(self) -> bool:
        return self in _FINAL


_FINAL = frozenset(
    {
        CallStatus.COMPLETED,
        CallStatus.BUSY,
        CallStatus.FAILED,
        CallStatus.NO_ANSWER,
        CallStatus.CANCELED,
    }
)


class MessageStatus(StrEnum):
    """Twilio's words for what the simulator can reach (TWILIO 2.2)."""

    QUEUED = "queued"
    SENT = "sent"
    DELIVERED = "delivered"
    RECEIVED = "received"


class Direction(StrEnum):
    INBOUND = "inbound"
    OUTBOUND = "outbound-api"
    DIALLED = "outbound-dial"
    REPLY = "outbound-reply"


@dataclass(frozen=True, slots=True)
class Wish:
    """A webhook to make: where, how, and what besides the standard parameters."""

    url: str
    method: str = "POST"
    extra: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """What `Calls.create` asked for, besides who calls whom."""

    first: Wish | None
    twiml: str | None = None
    status_callback: Wish | None = None
    events: frozenset[str] = frozenset({"completed"})
    ring_for: int = 60
    detect_machine: bool = False
    machine_callback: Wish | None = None


@dataclass(slots=True)
class Call:
    """One call resource. Times are aware UTC; `duration` is whole seconds once it has ended."""

    sid: str
    to: str
    from_: str
    direction: Direction
    created: dt.datetime
    updated: dt.datetime
    status: CallStatus = CallStatus.QUEUED
    answered: dt.datetime | None = None
    ended: dt.datetime | None = None
    answered_by: str | None = None
    parent: str | None = None
    """The call that had this one dialled."""

    @property
    def duration(self) -> int | None:
        if self.ended is None:
            return None
        if self.answered is None:
            return 0
        return math.ceil((self.ended - self.answered).total_seconds())


@dataclass(slots=True)
class Message:
    """One message resource, and what the phone's list of texts shows."""

    sid: str
    to: str
    from_: str
    body: str
    direction: Direction
    created: dt.datetime
    updated: dt.datetime
    status: MessageStatus = MessageStatus.QUEUED
    status_callback: Wish | None = None
    media: dict[str, Enclosed] = field(default_factory=dict)
    """What came with it, by id."""


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A picture or sound of a text, as the phone sent it."""

    content_type: str
    content: bytes


@dataclass(slots=True)
class Recording:
    """One recording; `wav` is 8 kHz mono 16 bit."""

    sid: str
    call_sid: str
    created: dt.datetime
    wav: bytes
    seconds: int
