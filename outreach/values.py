"""Rules about the contacts that we start."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from programmes.calendar import Hours

CALL_BACK_ONCE_PER = dt.timedelta(minutes=10)
"""However often a line is rung in between (DOMAIN R33)."""

MOST_ATTEMPTS = 3
BETWEEN_ATTEMPTS = dt.timedelta(hours=4)
"""At the least, between two attempts of one contact (DOMAIN R31)."""

MOST_CONTACTS = 2
CONTACTS_PER = dt.timedelta(days=7)
"""How many contacts that nobody asked for a line has in any so long a time, over everything that
is sent to many (DOMAIN R31): a shared phone rings for all who use it."""


class Purpose(StrEnum):
    """Why we contact somebody."""

    CALL_BACK = "call_back"
    """She rang and hung up, or wrote that she wants to be called."""
    BROADCAST = "broadcast"
    """News to many."""
    SURVEY = "survey"
    """An interview of a sample, or the text before it."""
    TRIAL = "trial"
    """Somebody of ours tries on their own phone what will be sent to many."""


UNASKED = (Purpose.BROADCAST, Purpose.SURVEY)
"""What nobody asked for, and is counted."""


class CallBack(StrEnum):
    """What came of a wish to be called."""

    QUEUED = "queued"
    """We call at once, or when the calling hours begin."""
    PENDING = "pending"
    """A call back of this line is on its way, or was made within ten minutes."""
    OPTED_OUT = "opted_out"
    """Nothing goes out to this line; she can call us, or take it back by text."""


class Channel(StrEnum):
    """How news reaches somebody."""

    VOICE = "voice"
    SMS = "sms"


class Slot(StrEnum):
    """The part of the day in which somebody would like to be called."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


SLOTS: Mapping[Slot, Hours] = MappingProxyType(
    {
        Slot.MORNING: Hours(dt.time(8), dt.time(12)),
        Slot.AFTERNOON: Hours(dt.time(12), dt.time(17)),
        Slot.EVENING: Hours(dt.time(17), dt.time(20)),
    }
)
"""Within the programme's calling hours, never beyond them."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What somebody said about news of a programme. None: she was not asked, or did not say."""

    agreed: bool | None = None
    channel: Channel | None = None
    slot: Slot | None = None


@dataclass(frozen=True, slots=True)
class MadeContact:
    """One attempt at a line that nobody asked for."""

    subject: str | None
    outbox_id: str
    at: dt.datetime


def free_after(others: Iterable[MadeContact]) -> dt.datetime | None:
    """From when on a line may be contacted about something else; None for at once.

    `others` are its contacts about other subjects within `CONTACTS_PER`: several attempts about
    one subject are one contact, which lasts as long as the newest of them.
    """
    newest: dict[str | None, dt.datetime] = {}
    for each in others:
        newest[each.subject] = max(each.at, newest.get(each.subject, each.at))
    if len(newest) < MOST_CONTACTS:
        return None
    return sorted(newest.values())[-MOST_CONTACTS] + CONTACTS_PER


def earliest(
    made: Collection[MadeContact], *, subject: str, but: str, now: dt.datetime
) -> dt.datetime:
    """From when a line may be contacted for `subject`: `now`, or once its other contacts are long
    enough ago, and the last attempt for it. `made` are its contacts within `CONTACTS_PER`; what the
    outbox row `but` became is no earlier attempt."""
    others = [each for each in made if each.subject != subject]
    tried = [each.at for each in made if each.subject == subject and each.outbox_id != but]
    again = max(tried) + BETWEEN_ATTEMPTS if tried else now
    return max(now, free_after(others) or now, again)


def hours_of(slot: str | None) -> Hours | None:
    """The hours that somebody chose; None for any."""
    return SLOTS[Slot(slot)] if slot else None
