"""A carrier's words in ours: states and error codes, as tables."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from storage.outbox import Reason, State


class Policy(StrEnum):
    """What follows from a carrier's error (TWILIO 2.3)."""

    PERMANENT = "permanent"
    """It fails, and its line is marked: nobody need try it again."""
    OPTED_OUT = "opted_out"
    """It fails, and nothing more goes out to this line."""
    TRANSIENT = "transient"
    """It is tried again, later and later, while it is of use."""
    CONFIGURATION = "configuration"
    """It fails, and operators are told: nothing that we could send would fare better."""
    SLOW_DOWN = "slow_down"
    """It was not taken, and its sender sends nothing more for a while."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """What an error means, and what follows."""

    policy: Policy
    reason: Reason
    retries: int | None = None
    """How often a transient failure is tried again; None: until it has expired."""
    pause: float | None = None
    """Seconds for which its sender rests, where the carrier names no wait of its own."""
    halts: bool = False
    """Whether it stands in the way of everything that this sender sends, not of one text."""
    texts_alone: bool = False
    """Whether the line may still be called."""


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
"""A call that nobody took has ended: when it may ring again is for whoever wanted it to say."""

CALL_REASONS: Mapping[str, Reason] = {
    "busy": Reason.BUSY,
    "no-answer": Reason.NO_ANSWER,
    "failed": Reason.CARRIER,
}


MACHINES = ("machine", "fax")
"""How the carrier's words begin for what is no person; `unknown` may be one."""


def _permanent(reason: Reason, *, texts_alone: bool = False) -> Ruling:
    return Ruling(Policy.PERMANENT, reason, texts_alone=texts_alone)


def _set_up(*, halts: bool = False, reason: Reason = Reason.SET_UP) -> Ruling:
    return Ruling(Policy.CONFIGURATION, reason, halts=halts)


def _slow_down(pause: float) -> Ruling:
    return Ruling(Policy.SLOW_DOWN, Reason.CARRIER, pause=pause)


_MINUTE, _HOUR = 60.0, 3600.0

CODES: Mapping[int, Ruling] = {
    20003: _set_up(halts=True),  # not authenticated
    20404: _set_up(halts=True),  # no such resource: the account or its address
    20429: _slow_down(1.0),  # too many requests; never processed
    21210: _set_up(halts=True),  # a caller's number that is not ours
    21211: _permanent(Reason.NO_SUCH_NUMBER),
    21214: _permanent(Reason.NO_SUCH_NUMBER),
    21215: _set_up(),  # no permission to call this country
    21216: _permanent(Reason.NO_SUCH_NUMBER),
    21217: _permanent(Reason.NO_SUCH_NUMBER),
    21408: _set_up(),  # no permission to text this country
    21606: _set_up(halts=True),  # a sender that is not ours, or sends no texts
    21608: _set_up(),  # a trial account, and a number that it has not verified
    21610: Ruling(Policy.OPTED_OUT, Reason.OPTED_OUT),
    21611: _slow_down(10 * _MINUTE),  # the sender's queue at the carrier is full
    21612: _set_up(),  # no route from this sender to this number
    21614: _permanent(Reason.NO_TEXTS, texts_alone=True),
    21617: _set_up(),  # longer than the carrier takes: ours to mend
    21635: _permanent(Reason.NO_TEXTS, texts_alone=True),
    22005: _slow_down(_HOUR),  # a day of calls waits at the carrier
    30001: _slow_down(10 * _MINUTE),  # queue overflow
    30002: _set_up(halts=True),  # the account is suspended
    30003: Ruling(Policy.TRANSIENT, Reason.UNREACHABLE),
    30004: _permanent(Reason.NO_TEXTS, texts_alone=True),
    30005: _permanent(Reason.NO_SUCH_NUMBER),
    30006: _permanent(Reason.NO_TEXTS, texts_alone=True),
    30007: _set_up(halts=True, reason=Reason.FILTERED),
    30008: Ruling(Policy.TRANSIENT, Reason.CARRIER, retries=1),
    30036: Ruling(Policy.TRANSIENT, Reason.UNREACHABLE),  # its validity at the carrier ran out
    60728: _slow_down(_HOUR),  # the hour's limit
    63017: _slow_down(1.0),
    63038: _slow_down(_HOUR),  # the account's limit of the day
    # Kannel says in words what others number: these numbers are ours.
    1001: _set_up(halts=True),  # it does not know us, or not from this address
    1002: _set_up(halts=True),  # it is not there: another program answers at its address
    1003: _set_up(),  # no network of its own takes this number
    1004: _set_up(),  # its own lists forbid this number
    1005: _set_up(),  # it does not understand the request: ours to mend
    1006: _slow_down(15.0),  # its queue is full
    1007: _set_up(),  # it places no calls
    1008: _set_up(halts=True),  # it is not set up here
    1012: Ruling(Policy.TRANSIENT, Reason.UNREACHABLE, retries=1),  # not delivered to the phone
    1016: Ruling(Policy.TRANSIENT, Reason.CARRIER, retries=1),  # refused by the message centre
    1034: Ruling(Policy.TRANSIENT, Reason.UNREACHABLE),  # its validity ran out
}
"""By the carrier's code, sync or async (TWILIO 2.3)."""

KANNEL_REPORTS: Mapping[int, tuple[str, int | None]] = {
    1: ("delivered", None),
    2: ("undelivered", 1012),
    4: ("queued", None),
    8: ("sent", None),
    16: ("failed", 1016),
    34: ("undelivered", 1034),
    66: ("undelivered", 1012),
}
"""What the type of one of its delivery reports means (its `%d`): a state in the words of
MESSAGE_STATES, and a code of CODES. The higher two say more of a 2: expired, or unknown."""

_BY_STATUS: Mapping[Policy, Ruling] = {
    Policy.TRANSIENT: Ruling(Policy.TRANSIENT, Reason.CARRIER),
    Policy.SLOW_DOWN: _slow_down(1.0),
    Policy.CONFIGURATION: _set_up(),
    Policy.PERMANENT: _permanent(Reason.CARRIER),
    Policy.OPTED_OUT: Ruling(Policy.OPTED_OUT, Reason.OPTED_OUT),
}


def policy_of(code: int | None, http_status: int | None) -> Policy:
    """What to do after a refusal; unknown 4xx are configuration, anything else may pass."""
    if code is not None and code in CODES:
        return CODES[code].policy
    if http_status == 429:
        return Policy.SLOW_DOWN
    if http_status is not None and 400 <= http_status < 500:
        return Policy.CONFIGURATION
    return Policy.TRANSIENT


def ruling_of(code: int | None, policy: Policy) -> Ruling:
    """What a refusal means: by its code, else by the policy that its HTTP status gave it."""
    return CODES.get(code or 0) or _BY_STATUS[policy]


@dataclass(frozen=True, slots=True)
class Waits:
    """How long what failed waits; in seconds. Each is spread by chance, so that what failed
    together is not tried again together."""

    first: float = 15.0
    """After the carrier could not take it; doubled each time, up to `longest`."""
    longest: float = 3600.0
    rest: float = 3600.0
    """After a handset was not reached; doubled each time, up to `longest_rest`."""
    longest_rest: float = 24 * 3600.0
    halt: float = 60.0
    """How long a sender rests where all that it sends is refused: one try a minute, not all of
    a broadcast."""
    share: float = 1.0
    """Of every pause in the table: less than one where a test cannot wait."""

    def before_retry(self, attempts: int, chance: float) -> float:
        """After `attempts` that the carrier did not take; `chance` is from 0 to 1."""
        return _grown(self.first, attempts, self.longest, chance)

    def before_retry_at_handset(self, attempts: int, chance: float) -> float:
        """After so many attempts that reached the network and not the handset."""
        return _grown(self.rest, attempts, self.longest_rest, chance)


def _grown(first: float, attempts: int, longest: float, chance: float) -> float:
    doubled = first * 2.0 ** min(max(attempts - 1, 0), 30)
    return min(longest, doubled) * (0.75 + chance / 2)


@dataclass(frozen=True, slots=True)
class Sighting:
    """A message or call that the carrier has: its id, its state there, and when it was made."""

    provider_id: str
    status: str
    made_at: dt.datetime | None
    error_code: int | None = None


@dataclass(frozen=True, slots=True)
class ReceivedText:
    """A text that the carrier has for a number of ours."""

    provider_id: str
    from_: str
    to: str
    body: str
    received_at: dt.datetime | None
    media: tuple[str, ...] = ()
    """The type of each picture or sound that it brought; empty where that is not told."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """A picture or sound of a text, at the carrier: its id there and its type."""

    id: str
    content_type: str
