"""Approved answers as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

LONGEST_TEXT: Final = 1500
LONGEST_VALIDITY: Final = dt.timedelta(days=366)
"""After so long somebody looks at it again at the latest."""


class Standing(StrEnum):
    """Whether a version is offered."""

    DRAFT = "draft"
    """It waits for somebody else's approval."""
    APPROVED = "approved"
    EXPIRED = "expired"
    REPLACED = "replaced"
    """A later version was approved."""


@dataclass(frozen=True, slots=True)
class Content:
    """What a version says. `texts` and `media` are by language: words, and keys of recordings."""

    title: str
    topic: str | None
    category: str | None
    texts: Mapping[str, str]
    media: Mapping[str, str]
    source: str | None
    """The law, or whatever it rests on."""
    expires_on: dt.date


@dataclass(frozen=True, slots=True)
class Version:
    """One version of an answer; none is ever changed."""

    id: str
    answer_id: str
    number: int
    content: Content
    written_by: str
    writer_id: str
    written_at: dt.datetime
    approved_by: str | None
    approved_at: dt.datetime | None
    standing: Standing

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(sorted({*self.content.texts, *self.content.media}))


@dataclass(frozen=True, slots=True)
class Offered:
    """An approved answer in the language of a case."""

    version_id: str
    title: str
    text: str | None
    media: str | None
    is_about_it: bool
    """It is for the case's own topic or category."""
