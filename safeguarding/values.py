"""What a report of violence may hold, and nothing else (DOMAIN 1.5)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any

LEAST_COUNT = 10
"""Below this a year is told as "received: yes" or "no", for the whole region, and never more."""

KEPT_FOR = dt.timedelta(days=365)
"""How long a report is kept, from the Monday of its week."""

LONGEST_WORDS = 4000
"""Characters of her own words."""


class Hour(StrEnum):
    """When she may be called."""

    MORNING = "slot_morning"
    AFTERNOON = "slot_afternoon"
    EVENING = "slot_evening"
    ANY = "slot_any"


class AgeBand(StrEnum):
    """An age, no finer than this."""

    CHILD = "under_18"
    YOUNG = "18_29"
    MIDDLE = "30_59"
    OLD = "60_over"


class Sex(StrEnum):
    """As she says it herself."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"


class Outcome(StrEnum):
    """What came of a report. It is never "resolved": that is not ours to say."""

    REFERRED_IN_24_H = "referred_in_24_h"
    REFERRED_LATER = "referred_later"
    NO_REFERRAL = "no_referral"
    NOT_REACHED = "not_reached"


class Why(StrEnum):
    """Why a report is opened: what the trail says of it."""

    TO_CALL = "to_call"
    TO_REFER = "to_refer"
    TO_REVIEW = "to_review"


@dataclass(frozen=True, slots=True)
class Consent:
    """That she agreed to be called: in which words, how she said so, and when."""

    version: str
    """Content hash of the programme's version."""
    language: str
    wording: str
    """Content hash of the words, or `operator` where somebody asked her in theirs."""
    answer: str
    at: str
    """ISO 8601, to the minute: by it the 24 hours are told. It is sealed like all the rest."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that may be kept, each only if it was given."""

    consent: Consent | None = None
    number: str | None = None
    """Where she may be called, E.164."""
    hour: Hour | None = None
    words: str | None = None
    project: str | None = None
    age_band: AgeBand | None = None
    sex: Sex | None = None
    outcome: Outcome | None = None

    def to_bytes(self) -> bytes:
        """What is sealed: the facts that are given, as JSON."""
        given: dict[str, Any] = {
            each.name: value
            for each in fields(self)
            if each.name != "consent" and (value := getattr(self, each.name)) is not None
        }
        if self.consent is not None:
            consent = self.consent
            given["consent"] = {each.name: getattr(consent, each.name) for each in fields(consent)}
        return _FACTS + json.dumps(given).encode()

    def with_later(self, later: Facts) -> Facts:
        """These, and what was given later in its place."""
        given = {
            each.name: value
            for each in fields(later)
            if (value := getattr(later, each.name)) is not None
        }
        return replace(self, **given)


_FACTS, _SOUND = b"F", b"S"
_TYPES: dict[str, Any] = {"hour": Hour, "age_band": AgeBand, "sex": Sex, "outcome": Outcome}


@dataclass(frozen=True, slots=True)
class Opened:
    """A report that a designated person has opened."""

    id: str
    week: dt.date
    facts: Facts
    sounds: tuple[bytes, ...] = ()
    """What she said, as WAV."""

    @property
    def is_done(self) -> bool:
        """Whether nothing is left to do: whoever was not reached is tried again."""
        return self.facts.outcome not in (None, Outcome.NOT_REACHED)


def sound_to_bytes(sound: bytes) -> bytes:
    """A recording as it is sealed."""
    return _SOUND + sound


def read_boxes(plain: Iterable[bytes]) -> tuple[Facts, tuple[bytes, ...]]:
    """What was sealed box by box, put together: the facts, and what she said."""
    facts, sounds = Facts(), []
    for each in plain:
        if each[:1] == _SOUND:
            sounds.append(each[1:])
            continue
        given = json.loads(each[1:])
        for name, kind in _TYPES.items():
            if name in given:
                given[name] = kind(given[name])
        if "consent" in given:
            given["consent"] = Consent(**given["consent"])
        facts = facts.with_later(Facts(**given))
    return facts, tuple(sounds)


@dataclass(frozen=True, slots=True)
class Designee:
    """Somebody of the role: designated, or still waiting for two who are."""

    account_id: str
    email: str
    is_designated: bool


@dataclass(frozen=True, slots=True)
class Received:
    """What the region is told of a year: a count of at least ten, or whether there was any."""

    year: int
    any: bool
    count: int | None


def week_of(now: dt.datetime) -> dt.date:
    """The Monday of the week: nothing finer is kept of when."""
    return now.date() - dt.timedelta(days=now.weekday())


def year_of(week: dt.date) -> int:
    """The year that a week is counted in (ISO 8601)."""
    return week.isocalendar().year
