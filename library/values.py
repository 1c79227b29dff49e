"""Prompts as plain values: where each stands, who made it, and who must approve it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from locales.catalogues import prompts

EVERY_PROGRAMME = ""
"""The programme of a version that every programme may play."""

MADE_HERE = "broadcast."
"""How the keys of prompts begin that were made on a page and are in no file: see `is_made_here`."""

LONGEST = 180
"""Seconds of one prompt."""

LONGEST_WORDS = 4000
"""Characters of a transcript."""

_LEGAL = "message."


class State(StrEnum):
    """Where a prompt stands in one language."""

    MISSING = "missing"
    DRAFT = "draft"
    """Words that nobody has recorded."""
    RECORDED = "recorded"
    """Recorded, and not approved yet."""
    APPROVED = "approved"


class Origin(StrEnum):
    """How a version came."""

    PAGE = "page"
    UPLOAD = "upload"
    SHEET = "sheet"
    TELEPHONE = "telephone"
    FILE = "file"
    """From the programme's folder, changed there after the page's words."""


@dataclass(frozen=True, slots=True)
class Place:
    """One prompt in one language of one programme (`EVERY_PROGRAMME`: of all)."""

    programme: str
    language: str
    key: str


@dataclass(frozen=True, slots=True)
class Take:
    """A recording that was checked: telephone sound in `storage.media`."""

    media: str
    version: str
    """What names it in addresses: the first 16 hex digits of its SHA-256."""
    seconds: float
    level: float
    """Of its speech, in dBFS."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whose voice it is, and the day on which they agreed to its use."""

    name: str
    consented_on: dt.date


@dataclass(frozen=True, slots=True)
class Approval:
    """Somebody approved a version."""

    account_id: str
    email: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a prompt. Words and sound of a version never change."""

    id: str
    number: int
    say: str
    text: str | None
    """As written in a message; None where the written form is left as it was."""
    back_translation: str
    take: Take | None
    speaker: Speaker | None
    recorded_at: dt.datetime | None
    reviewer: str
    """Who of the language's speakers looked at the words; empty where nobody has."""
    origin: Origin
    changed_by: str
    """An e-mail; empty where no account did it."""
    changed_at: dt.datetime
    approvals: tuple[Approval, ...]
    is_current: bool
    is_live: bool
    """Approved, and what callers hear."""

    @property
    def state(self) -> State:
        if self.take is None:
            return State.DRAFT
        return State.APPROVED if self.is_live else State.RECORDED


def approvals_needed(key: str) -> int:
    """How many people must approve a version; legal content needs a second one."""
    return 2 if is_legal(key) else 1


def is_legal(key: str) -> bool:
    """Whether the prompt is content of a programme's library: rights, laws, channels."""
    return key.startswith(_LEGAL) and key not in prompts("es")


def is_made_here(key: str) -> bool:
    """Whether the prompt was made for one occasion: no part of how far a language is recorded."""
    return key.startswith(MADE_HERE) and key not in prompts("es")
