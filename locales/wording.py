"""The words of one prompt in one language."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wording:
    """One prompt in one language: as it is spoken, and as it is written in a text message."""

    say: str
    text: str
    reviewed: bool = False
    """Whether a speaker of the language has approved the words."""
