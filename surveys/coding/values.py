"""Code frames, and what came of a coding."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from surveys.errors import SurveyError

UNCLEAR = "unclear"
"""A code of every frame: nothing in it can be understood, or it answers another question."""
NOT_NAMED = "not_named"
"""The row of everybody who did not name a theme: who said something else, or nothing at all."""
MOST_CODES = 30
LONGEST_LABEL = 80
CODERS = 2
_NAME = re.compile(r"[a-z][a-z0-9_]{0,38}")


class NoFrame(SurveyError, ValueError):
    """A frame that cannot be: it drops a code in use, or names one badly or twice. Says why."""


class Outcome(StrEnum):
    """What came of a coding."""

    KEPT = "kept"
    SETTLED = "settled"
    CONFLICT = "conflict"
    TOO_LATE = "too_late"
    """Two others were faster, she has coded it before, or it is gone."""


class Settled(StrEnum):
    """How codes were settled."""

    AGREED = "agreed"
    """Both chose the same, each without the other."""
    TOGETHER = "together"
    """Both chose the same once they had seen each other's."""
    THIRD = "third"
    """A third person decided."""


@dataclass(frozen=True, slots=True)
class Code:
    """A theme, named once and for all; its labels can be reworded."""

    name: str
    es: str
    en: str

    @property
    def words(self) -> Mapping[str, str]:
        return {"es": self.es, "en": self.en}


@dataclass(frozen=True, slots=True)
class Frame:
    """The codes of one question. Version 0 is what the questionnaire names."""

    version: int
    codes: tuple[Code, ...]

    def takes(self, names: Sequence[str]) -> bool:
        """Whether an answer can be coded so: one code or more, `unclear` never with another."""
        known = {each.name for each in self.codes}
        alone = UNCLEAR not in names or len(names) == 1
        return bool(names) and len(set(names)) == len(names) and known.issuperset(names) and alone


_UNCLEAR = Code(
    UNCLEAR, "No se entiende o responde otra cosa", "Unclear, or answers something else"
)


def frame(version: int, codes: Sequence[Code]) -> Frame:
    """A frame of these codes, and `unclear`. Raises NoFrame."""
    names = [each.name for each in codes]
    if len(set(names)) < len(names) or len(names) > MOST_CODES:
        raise NoFrame("a code stands in it twice, or there are too many")
    for each in codes:
        if not _NAME.fullmatch(each.name) or each.name in (UNCLEAR, NOT_NAMED):
            raise NoFrame(f"{each.name!r} is no name of a code")
        if not all(0 < len(label) <= LONGEST_LABEL for label in (each.es, each.en)):
            raise NoFrame(f"{each.name!r} lacks a label, or has one that is too long")
    return Frame(version, (*codes, _UNCLEAR))


def from_content(version: int, kept: Sequence[Mapping[str, Any]]) -> Frame:
    """A frame as it is kept."""
    return frame(version, [Code(each["name"], each["es"], each["en"]) for each in kept])


def as_content(frame: Frame) -> list[dict[str, str]]:
    """What JSON keeps of a frame: `unclear` is in every one and in none of these."""
    return [
        {"name": each.name, "es": each.es, "en": each.en}
        for each in frame.codes
        if each.name != UNCLEAR
    ]
