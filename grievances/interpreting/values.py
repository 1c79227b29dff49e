"""Interpreting as plain values, and the rules that need no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

SPANISH: Final = "es"
"""What case managers read, and what search sees."""

LEASE: Final = dt.timedelta(hours=1)
"""So long an item is one interpreter's; whoever needs longer takes it again."""

CHECKED_FROM: Final = 4
"""From this severity on a second interpreter confirms or corrects."""

GIVEN_UP_BY: Final = 2
"""Interpreters who could not make it out before nobody is asked any more."""

LONGEST_TEXT: Final = 6000
"""Characters of a transcript or of a translation."""


class State(StrEnum):
    """How far an item got, whoever has to look at it still."""

    WAITING = "waiting"
    RENDERED = "rendered"
    """One interpreter has put it into Spanish."""
    CHECKED = "checked"
    """A second one has confirmed or corrected it."""
    UNCLEAR = "unclear"
    """Several could not make it out."""


class Because(StrEnum):
    """Why an interpreter hands an item back."""

    LATER = "later"
    """No time now: it may be offered to the same again."""
    KNOWS_THEM = "knows_them"
    """The voice or the matter is of somebody whom the interpreter knows."""
    OTHER_LANGUAGE = "other_language"
    UNCLEAR = "unclear"


class Told(StrEnum):
    """How the page of a case marks what an interpreter wrote."""

    WANTED = "wanted"
    """It waits at the desk."""
    UNCHECKED = "unchecked"
    """It is severe, and only one interpreter has heard it."""
    WRITTEN = "written"
    CHECKED = "checked"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Item:
    """Something to be interpreted, as the queue lists it: nothing of whose it is."""

    id: str
    language: str
    is_recording: bool
    seconds: int | None
    said_at: dt.datetime
    needs_check: bool
    """It is rendered already: what is wanted is the second pair of ears."""
    is_urgent: bool
    """Severe: it comes first."""
    held_until: dt.datetime | None
    """Set where it is held by whoever asked."""


@dataclass(frozen=True, slots=True)
class Work:
    """An item that an interpreter holds, with what is to be heard or read of it."""

    item: Item
    media: str | None
    """Key of the sound in `storage.media`; None for what was written."""
    text: str | None
    before: Words | None
    """What the first interpreter wrote, where this is the check."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an interpreter wrote. `transcript` is None for what was written to begin with."""

    transcript: str | None
    spanish: str


@dataclass(frozen=True, slots=True)
class Interpreted:
    """What the page of a case shows of one statement."""

    told: Told
    words: Words | None


@dataclass(frozen=True, slots=True)
class LanguageReport:
    """How the desk stands in one language. Durations are medians, None where nothing was done."""

    language: str
    waiting: int
    unchecked: int
    unclear: int
    oldest: dt.datetime | None
    """When the oldest that waits was said."""
    done: int
    """Rendered within the time that is reported on."""
    at_work: dt.timedelta | None
    """From taking an item to keeping it."""
    until_spanish: dt.timedelta | None
    """From being said to being in Spanish for the first time."""


def needs_interpreter(language: str) -> bool:
    """Whether what is said in this language is put into Spanish without anybody's asking."""
    return language.partition("-")[0] != SPANISH


def told_of(state: State, *, is_severe: bool) -> Told:
    """How an item is marked; what became severe later is unchecked again until it is checked."""
    match state:
        case State.WAITING:
            return Told.WANTED
        case State.RENDERED:
            return Told.UNCHECKED if is_severe else Told.WRITTEN
        case State.CHECKED:
            return Told.CHECKED
        case State.UNCLEAR:
            return Told.UNCLEAR


def median_of(seconds: list[float]) -> dt.timedelta | None:
    """The median of durations in seconds; None of none."""
    return dt.timedelta(seconds=median(seconds)) if seconds else None
