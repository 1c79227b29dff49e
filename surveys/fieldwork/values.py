"""Fieldwork as plain values, and the rules about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from outreach.attempts import Outcome
from outreach.values import BETWEEN_ATTEMPTS, SLOTS, Channel, Slot
from programmes.calendar import Calendar, Hours, NeverOpen
from surveys.outcomes import Disposition

REPLY_WITHIN = dt.timedelta(hours=24)
"""After an invitation by text, before the next attempt."""

NO_ROOM = dt.timedelta(minutes=10)
"""Until a line is looked at again whose quota may be filled by those who are talking now."""

MOST_NUMBERS = 5000
"""In one list."""


class Mode(StrEnum):
    """Who is asked. An inbound round is open to whoever calls, and has no response rate."""

    INBOUND = "inbound"
    OUTBOUND = "outbound"
    """The lines of the sample alone, also where they call."""
    BOTH = "both"


class Way(StrEnum):
    """How a sample is asked, attempt by attempt."""

    VOICE = "voice"
    SMS = "sms"
    VOICE_THEN_SMS = "voice_then_sms"
    SMS_THEN_VOICE = "sms_then_voice"


CHANNELS: Mapping[Way, tuple[Channel, ...]] = MappingProxyType(
    {
        Way.VOICE: (Channel.VOICE,) * 3,
        Way.SMS: (Channel.SMS,) * 2,
        Way.VOICE_THEN_SMS: (Channel.VOICE, Channel.VOICE, Channel.SMS),
        Way.SMS_THEN_VOICE: (Channel.SMS, Channel.VOICE, Channel.VOICE),
    }
)
"""Three attempts at the most (DOMAIN R31). Where texts do not arrive she is called."""

NOTICE = "notice"
"""In place of a channel: the text before the first attempt, which is none itself."""


class State(StrEnum):
    """How far it is."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    """Closed, or everybody asked as often as may be."""


class Basis(StrEnum):
    """Where the sample comes from."""

    AGREED = "agreed"
    """Lines of which somebody agreed that we may contact her."""
    LIST = "list"
    """Numbers that somebody brought, with the consent that they were given under."""


class Standing(StrEnum):
    """Where one line of the sample stands."""

    WAITING = "waiting"
    QUEUED = "queued"
    DONE = "done"


class FieldSlot(StrEnum):
    """A part of the week in which attempts are made; which one is drawn for each attempt."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"
    SATURDAY = "saturday"


_HOURS: Mapping[FieldSlot, Hours] = MappingProxyType(
    {
        FieldSlot.MORNING: SLOTS[Slot.MORNING],
        FieldSlot.AFTERNOON: SLOTS[Slot.AFTERNOON],
        FieldSlot.EVENING: SLOTS[Slot.EVENING],
        FieldSlot.SATURDAY: Hours(dt.time(0), dt.time(23, 59)),
    }
)
_SATURDAY = 5


def next_in(calendar: Calendar, slot: str, moment: dt.datetime) -> dt.datetime:
    """When a slot is open next, `moment` or later; any calling hour where it never is."""
    chosen = FieldSlot(slot)
    wanted = chosen is FieldSlot.SATURDAY
    at = moment
    for _ in range(14):
        try:
            at = calendar.next_open_within(at, _HOURS[chosen])
        except NeverOpen:
            break
        if (calendar.here(at).weekday() == _SATURDAY) == wanted:
            return at
        at = calendar.tomorrow(at)
    return calendar.next_open(moment)


def is_within(calendar: Calendar, slot: str, moment: dt.datetime) -> bool:
    """Whether this moment lies in the slot."""
    return next_in(calendar, slot, moment) == moment


class Of(StrEnum):
    """What a quota is about."""

    GENDER = "gender"
    DISTRICT = "district"
    LANGUAGE = "language"


@dataclass(frozen=True, slots=True)
class Quota:
    """How many complete interviews are wanted of a group, and no more."""

    of: Of
    name: str
    target: int


@dataclass(frozen=True, slots=True)
class Sample:
    """Whom it asks. An empty filter asks for nothing; no size means all."""

    basis: Basis = Basis.AGREED
    languages: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    size: int | None = None
    consent_source: str = ""
    """Of a list: under which consent its numbers were given, in words."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a round is taken to the field."""

    mode: Mode = Mode.INBOUND
    opens_at: dt.datetime | None = None
    closes_at: dt.datetime | None = None
    way: Way = Way.VOICE
    announces: bool = False
    """A text before the first attempt."""
    sample: Sample = Sample()
    quotas: tuple[Quota, ...] = ()
    turns_away: bool = False
    """Whether a caller of a full group is thanked and not asked."""
    incentive: int | None = None
    """Airtime for a complete interview, in thousandths of the currency."""

    @property
    def is_sampled(self) -> bool:
        return self.mode is not Mode.INBOUND

    @property
    def channels(self) -> tuple[Channel, ...]:
        return CHANNELS[self.way]


def sample_to_json(sample: Sample) -> dict[str, Any]:
    return asdict(sample)


def sample_from_json(data: Mapping[str, Any]) -> Sample:
    return Sample(
        basis=Basis(data["basis"]),
        languages=tuple(data["languages"]),
        districts=tuple(data["districts"]),
        genders=tuple(data["genders"]),
        size=data["size"],
        consent_source=data["consent_source"],
    )


def quotas_to_json(quotas: Sequence[Quota]) -> list[dict[str, Any]]:
    return [asdict(each) for each in quotas]


def quotas_from_json(data: Sequence[Mapping[str, Any]]) -> tuple[Quota, ...]:
    return tuple(Quota(Of(each["of"]), each["name"], each["target"]) for each in data)


@dataclass(frozen=True, slots=True)
class Field:
    """The fieldwork of one round."""

    round_id: str
    programme: str
    plan: Plan
    sender: str | None
    seed: str
    state: State
    created_at: dt.datetime
    started_at: dt.datetime | None
    is_planned: bool
    closed_at: dt.datetime | None
    """When the round was closed, by hand or at its closing day."""

    def is_open(self, now: dt.datetime) -> bool:
        """Whether anybody may be contacted for it, as far as its days go."""
        opens, closes = self.plan.opens_at, self.plan.closes_at
        has_begun = opens is None or opens <= now
        return has_begun and self.closed_at is None and (closes is None or now < closes)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a line's person before she is asked; empty where it is not known."""

    gender: str | None
    district: str | None
    language: str

    def name_in(self, of: Of) -> str | None:
        """The group that she is in."""
        return {Of.GENDER: self.gender, Of.DISTRICT: self.district, Of.LANGUAGE: self.language}[of]


_CALLS: Mapping[Outcome, Disposition] = MappingProxyType(
    {
        # She said that she can talk, and no interview came of it.
        Outcome.REACHED: Disposition.REFUSAL,
        Outcome.OPTED_OUT: Disposition.REFUSAL,
        Outcome.LATER: Disposition.NON_CONTACT,
        Outcome.SILENT: Disposition.NOBODY_SPOKE,
        Outcome.BUSY: Disposition.BUSY,
        Outcome.NO_ANSWER: Disposition.NO_ANSWER,
        Outcome.VOICEMAIL: Disposition.VOICEMAIL,
        Outcome.FAILED: Disposition.NETWORK_FAILURE,
        Outcome.UNREACHABLE: Disposition.NOT_WORKING,
    }
)

RETRIED = frozenset(
    {
        Disposition.NON_CONTACT,
        Disposition.BUSY,
        Disposition.NO_ANSWER,
        Disposition.VOICEMAIL,
        Disposition.NETWORK_FAILURE,
        Disposition.NOBODY_SPOKE,
        Disposition.TEXT_UNANSWERED,
    }
)
"""After these there is another attempt. Nobody is asked again who refused or broke off."""


def disposition(channel: str, outcome: Outcome, interview: str | None) -> Disposition:
    """What came of an attempt that is over; `interview` is what she answered so far came to."""
    if interview is not None:
        return Disposition(interview)
    if channel == Channel.SMS and outcome is not Outcome.OPTED_OUT:
        arrived = outcome in (Outcome.REACHED, Outcome.SENT)
        # A text that does not arrive says nothing of the number: a landline takes none.
        return Disposition.TEXT_UNANSWERED if arrived else Disposition.NETWORK_FAILURE
    return _CALLS[outcome]


AT_LEAST = BETWEEN_ATTEMPTS
"""Between two attempts, and between the text before them and the first."""
