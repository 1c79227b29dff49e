"""Questionnaires as frozen values, and what the operations answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from programmes.values import Programme

DONT_KNOW = "dont_know"
REFUSED = "refused"
ALWAYS = (DONT_KNOW, REFUSED)
"""What every question can be answered with besides its options (keys 5 and 6)."""

WOMAN, MAN, OTHER, UNSAID = "woman", "man", "gender_other", "gender_unsaid"
NOT_STATED = "not_stated"
"""Who left before the question of gender."""

NO = "no"
GRACE = dt.timedelta(hours=1)
"""How long after the close who had begun may finish."""
KEY_LIFE = dt.timedelta(days=30)
"""After the close, until the round's key is destroyed (DOMAIN 6.5)."""
STEP = 10
"""How many more people must have finished before results are shown anew."""


class Status(StrEnum):
    """Where a person, or what she did, stands in a round."""

    NEW = "new"
    PARTIAL = "partial"
    OPEN = "open"
    DONE = "done"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Published:
    """The programme's open round. `differs`: it was left as it is and asks something else."""

    round_id: str
    is_new: bool
    differs: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """`new`, `partial`, `done` or `closed`; no round where there is none to answer."""

    status: Status
    round_id: str | None


@dataclass(frozen=True, slots=True)
class Opened:
    """`open` with the first question without an answer; else `done` or `closed`."""

    status: Status
    question: str | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """`open` with the question that follows, or None after the last; `closed` keeps nothing."""

    status: Status
    question: str | None


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of a published questionnaire."""

    name: str
    options: tuple[str, ...]
    is_gender: bool

    @property
    def answers(self) -> tuple[str, ...]:
        """Everything it can be answered with, in the order in which it is shown."""
        return (*self.options, *ALWAYS)


@dataclass(frozen=True, slots=True)
class Order:
    """The questions of a round, as they follow each other."""

    questions: tuple[Asked, ...]

    def find(self, name: str) -> Asked | None:
        return next((question for question in self.questions if question.name == name), None)

    def after(self, name: str) -> str | None:
        """The question that follows, None after the last."""
        names = [question.name for question in self.questions]
        rest = names[names.index(name) + 1 :]
        return rest[0] if rest else None

    def first_without(self, answered: Sequence[str]) -> str | None:
        """The first question that is not among `answered`."""
        return next((each.name for each in self.questions if each.name not in answered), None)

    @property
    def gender(self) -> Asked | None:
        return next((question for question in self.questions if question.is_gender), None)


def order(rows: Sequence[Mapping[str, Any]]) -> Order:
    """The questions as `Round.questions` keeps them."""
    return Order(tuple(Asked(row["name"], tuple(row["options"]), row["gender"]) for row in rows))


def frozen(programme: Programme) -> dict[str, Any] | None:
    """The programme's questionnaire with every wording that belongs to it, None without one."""
    survey = programme.survey
    if survey is None:
        return None
    keys = {f"question.{each.name}" for each in survey.questions}
    keys |= {f"option.{name}" for each in survey.questions for name in (*each.options, *ALWAYS)}
    return {
        "survey": survey.name,
        "title": dict(survey.title),
        "questions": [
            {"name": each.name, "options": list(each.options), "gender": each.is_gender}
            for each in survey.questions
        ],
        "languages": list(programme.languages),
        "wordings": {
            tag: {
                key: {"say": wording.say, "text": wording.text}
                for key, wording in sorted(words.items())
                if key in keys or key.startswith("survey.")
            }
            for tag, words in programme.wordings.items()
        },
    }


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 (hex) of the questionnaire, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
