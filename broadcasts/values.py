"""Broadcasts as plain values, and the rules about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from library.values import MADE_HERE
from programmes.values import Programme

LASTS = dt.timedelta(days=21)
"""From its start; whoever was not reached by then is not tried any more: it is news no longer."""

HEARD = 0.75
"""The part of its length from which a broadcast counts as heard to the end (DOMAIN 7)."""

AT_THE_DOOR = 40
"""Seconds of a call before the news begins: who calls and whether she can talk now."""

LONGEST_TITLE = 80


class State(StrEnum):
    """How far a broadcast is."""

    DRAFT = "draft"
    RUNNING = "running"
    PAUSED = "paused"
    STOPPED = "stopped"
    """Before everybody was tried: see `StopReason`."""
    DONE = "done"
    """Everybody was reached, or tried as often as may be."""


class StopReason(StrEnum):
    """Why a broadcast stopped."""

    STAFF = "staff"
    BUDGET = "budget"
    TIME = "time"
    EXPIRED = "expired"
    """The message it plays is not current any more."""


class Way(StrEnum):
    """How a broadcast goes out."""

    VOICE = "voice"
    SMS = "sms"
    PREFERENCE = "preference"
    """As each person said; by call where she did not say."""


class Basis(StrEnum):
    """Who may be contacted at all; never who has opted out, or has said no to news."""

    AGREED = "agreed"
    """Who said yes when asked whether we may bring news."""
    CONTACTED = "contacted"
    """Also who was never asked, and has brought a question or grievance to this programme."""


class Tool(StrEnum):
    """What somebody has used, as far as it is kept of a person at all."""

    LIBRARY = "library"
    SUPPORT = "support"
    SURVEY = "survey"


@dataclass(frozen=True, slots=True)
class Audience:
    """To whom: everything that is given must hold; an empty filter asks for nothing."""

    basis: Basis = Basis.AGREED
    languages: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    genders: tuple[str, ...] = ()
    tool: Tool | None = None

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Audience:
        return cls(
            basis=Basis(data["basis"]),
            languages=tuple(data["languages"]),
            districts=tuple(data["districts"]),
            genders=tuple(data["genders"]),
            tool=Tool(data["tool"]) if data["tool"] else None,
        )


class Standing(StrEnum):
    """Where one line of a broadcast stands."""

    WAITING = "waiting"
    QUEUED = "queued"
    """A call or text to it is in the outbox, or at the carrier."""
    DONE = "done"


class Progress(StrEnum):
    """How far a line is, as it is told while a broadcast goes out: who of them wants no more is
    among the many who were not reached."""

    WAITING = "waiting"
    QUEUED = "queued"
    REACHED = "reached"
    SENT = "sent"
    NOT_REACHED = "not_reached"


@dataclass(frozen=True, slots=True)
class Prices:
    """What the carrier takes, in thousandths of `currency`; None where nobody has set it."""

    currency: str = "USD"
    segment: int | None = None
    """Of a text."""
    minute: int | None = None
    """Of a call; begun minutes count whole."""

    def of_text(self, segments: int) -> int | None:
        return None if self.segment is None else self.segment * segments

    def of_call(self, seconds: float) -> int | None:
        return None if self.minute is None else self.minute * max(1, -(-int(seconds) // 60))


@dataclass(frozen=True, slots=True)
class Spoken:
    """What goes out in one language, and what it takes."""

    heard_in: str
    """The language that it really is in: her own, or one that it falls back to."""
    seconds: int
    segments: int
    call_cost: int | None
    text_cost: int | None

    def cost(self, channel: str) -> int | None:
        return self.call_cost if channel == Way.VOICE else self.text_cost


Contents = Mapping[str, Spoken]
"""By the language of whoever it goes to."""


def contents_to_json(contents: Contents) -> dict[str, Any]:
    return {tag: asdict(each) for tag, each in contents.items()}


def contents_from_json(data: Mapping[str, Any]) -> dict[str, Spoken]:
    return {tag: Spoken(**each) for tag, each in data.items()}


@dataclass(frozen=True, slots=True)
class BroadcastRef:
    """A broadcast."""

    id: str
    programme: str
    title: str
    prompt: str
    """The key of what is played or written: `message.<slug>` or `broadcast.<id>`."""
    way: Way
    audience: Audience
    sender: str | None
    budget: int | None
    """In thousandths; None: no limit."""
    spent: int
    state: State
    stop_reason: StopReason | None
    contents: Contents
    created_at: dt.datetime
    started_at: dt.datetime | None
    planned_to: str
    is_planned: bool
    ended_at: dt.datetime | None

    def spoken(self, language: str) -> Spoken:
        """What goes out to whoever has this language; a language that came since it started has
        what the programme's first one has."""
        return self.contents.get(language) or next(iter(self.contents.values()))

    @property
    def is_own(self) -> bool:
        """Whether its words were made for it, not for the library."""
        return self.prompt == own_key(self.id)


def today_in(programme: Programme, now: dt.datetime) -> dt.date:
    """The day where the programme's people live."""
    return now.astimezone(ZoneInfo(programme.time_zone)).date()


def own_key(broadcast_id: str) -> str:
    """The prompt of words that were made for one broadcast."""
    return f"{MADE_HERE}{broadcast_id}"
