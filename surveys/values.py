"""Questionnaires as frozen values, and what the operations answer."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from programmes.questionnaire import place_option
from programmes.questions import DONT_KNOW as DONT_KNOW
from programmes.questions import MISSING, QuestionKind, question_content
from programmes.questions import REFUSED as REFUSED
from programmes.values import Programme
from surveys.questionnaire import Asked as Asked
from surveys.questionnaire import Order as Order
from surveys.questionnaire import order as order

ALWAYS = MISSING
"""What every question is worded for besides its options (keys 5 and 6)."""

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
    options: tuple[str, ...] = ()
    """The options of that question in her order, where its author had them shuffled."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """`open` with the question that follows, or None after the last; `closed` keeps nothing."""

    status: Status
    question: str | None
    options: tuple[str, ...] = ()
    """As of `Opened`."""


@dataclass(frozen=True, slots=True)
class Words:
    """An open answer: what was written, or the carrier's id of what was said."""

    text: str | None = None
    recording: str | None = None
    seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Met:
    """What she met when she answered, by which an answer says exactly what it answers."""

    wording: str | None = None
    """Hash of the words of the question and its options."""
    sound: str | None = None
    """Hash of the question's recording; None for a text, a draft or a carrier's voice."""
    language: str = ""


def monday_of(day: dt.date) -> dt.date:
    """The Monday of its week: all that a response keeps of when it was given."""
    return day - dt.timedelta(days=day.weekday())


def frozen(programme: Programme) -> dict[str, Any] | None:
    """The programme's questionnaire with every wording that belongs to it, None without one."""
    survey = programme.survey
    if survey is None:
        return None
    keys = {f"question.{each.name}" for each in survey.questions}
    keys |= {
        f"option.{name}"
        for each in survey.questions
        for name in (*each.options, *each.ends, *ALWAYS)
    }
    asks_place = any(each.kind is QuestionKind.PLACE for each in survey.questions)
    places = {
        place_option(each.slug): [each.province, each.region]
        for each in programme.districts
        if asks_place and (each.province or each.region)
    }
    return ({"places": places} if places else {}) | {
        "survey": survey.name,
        "title": dict(survey.title),
        "questions": [question_content(each) for each in survey.questions],
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
