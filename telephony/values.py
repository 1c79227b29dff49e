"""A carrier's words in ours: states and error codes, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storage.outbox import State


class Policy(StrEnum):
    """What follows from a carrier's error (TWILIO 2.3)."""

    PERMANENT = "permanent"
    OPTED_OUT = "opted_out"
    TRANSIENT = "transient"
    CONFIGURATION = "configuration"
    SLOW_DOWN = "slow_down"


MESSAGE_STATES: Mapping[str, State] = {
    "queued": State.SENT,
    "accepted": State.SENT,
    "scheduled": State.SENT,
    "sending": State.SENT,
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.DELIVERED,
    "undelivered": State.UNDELIVERED,
    "failed": State.FAILED,
    "canceled": State.CANCELLED,
}
"""`sent` may be the last that is ever heard: not every carrier reports from the handset."""

CALL_STATES: Mapping[str, State] = {
    "queued": State.SENT,
    "initiated": State.SENT,
    "ringing": State.SENT,
    "in-progress": State.SENT,
    "completed": State.DELIVERED,
    "busy": State.UNDELIVERED,
    "no-answer": State.UNDELIVERED,
    "failed": State.FAILED,
    "canceled": State.CANCELLED,
}

POLICIES: Mapping[int, Policy] = {
    20003: Policy.CONFIGURATION,
    20404: Policy.CONFIGURATION,
    20429: Policy.SLOW_DOWN,
    21211: Policy.PERMANENT,
    21214: Policy.PERMANENT,
    21215: Policy.CONFIGURATION,
    21216: Policy.PERMANENT,
    21217: Policy.PERMANENT,
    21408: Policy.CONFIGURATION,
    21606: Policy.CONFIGURATION,
    21608: Policy.CONFIGURATION,
    21610: Policy.OPTED_OUT,
    21611: Policy.SLOW_DOWN,
    21612: Policy.CONFIGURATION,
    21614: Policy.PERMANENT,
    21617: Policy.PERMANENT,
    21635: Policy.PERMANENT,
    22005: Policy.SLOW_DOWN,
    30001: Policy.SLOW_DOWN,
    30002: Policy.CONFIGURATION,
    30003: Policy.TRANSIENT,
    30004: Policy.PERMANENT,
    30005: Policy.PERMANENT,
    30006: Policy.PERMANENT,
    30007: Policy.CONFIGURATION,
    30008: Policy.TRANSIENT,
    60728: Policy.SLOW_DOWN,
    63017: Policy.SLOW_DOWN,
    63038: Policy.SLOW_DOWN,
}


def policy_of(code: int | None, http_status: int | None) -> Policy:
    """What to do after a refusal; unknown 4xx are configuration, anything else may pass."""
    if code is not None and code in POLICIES:
        return POLICIES[code]
    if http_status == 429:
        return Policy.SLOW_DOWN
    if http_status is not None and 400 <= http_status < 500:
        return Policy.CONFIGURATION
    return Policy.TRANSIENT


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message or call that the carrier has: its id, its state there, and when it was made."""

    provider_id: str
    status: str
    made_at: dt.datetime | None
