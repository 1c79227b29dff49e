"""Questions of a survey as frozen values, and as the plain content that versions and rounds keep.

One question is asked in many ways: by keys, in digits, aloud, in a text. What it is does not depend
on them. Fields that say nothing are left out of the content, so that a question keeps its hash when
questions learn something new.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

DONT_KNOW, REFUSED = "dont_know", "refused"
MISSING = (DONT_KNOW, REFUSED)
"""What a question may be answered with instead of an answer (keys 5 and 6), never one code."""
YES, NO = "yes", "no"


class QuestionKind(StrEnum):
    """What an answer is."""

    CHOICE = "choice"
    """One of at most four options."""
    YES_NO = "yes_no"
    SCALE = "scale"
    """One key from `low` to `high`, whose ends have names."""
    NUMBER = "number"
    """A whole number from `low` to `high`."""
    MULTIPLE = "multiple"
    """Any of the options; by voice each is asked alone."""
    OPEN = "open"
    """Her own words, for people to code: they never leave."""
    DATE = "date"
    """A day from `low` to `high`, written as yyyymmdd."""
    PLACE = "place"
    """One of the programme's districts."""


ENTERED = (QuestionKind.SCALE, QuestionKind.NUMBER, QuestionKind.DATE)
"""Kinds that are answered in digits: 5 and 6 are numbers there, "do not know" is offered apart."""


@dataclass(frozen=True, slots=True)
class Question:
    """A survey question; its words are the prompt `question.<name>`."""

    name: str
    options: tuple[str, ...] = ()
    is_gender: bool = False
    kind: QuestionKind = QuestionKind.CHOICE
    low: int | None = None
    high: int | None = None
    bands: tuple[int, ...] = ()
    """Where the bands begin in which numbers are published; the first is `low`."""
    ends: tuple[str, ...] = ()
    """The options that name the lowest and the highest key of a scale."""
    missing: tuple[str, ...] = MISSING
    """Which of `MISSING` its author allows."""
    relevant: str = ""
    """It is asked where this holds of earlier answers (see `programmes.conditions`)."""
    is_shuffled: bool = False
    """Whether its options come in an order of each respondent's own."""
    group: str = ""
    """The block that it moves with."""
    shuffle: int = 0
    """Its blocks that change places share this number; 0 stays where it is."""
    codes: tuple[str, ...] = ()
    """The themes that open answers are coded by."""
    block: str = ""
    """The ready-made question that it is, as `gender` or `age_band`."""

    @property
    def items(self) -> tuple[str, ...]:
        """The options that are asked one by one: those of a multiple choice."""
        return self.options if self.kind is QuestionKind.MULTIPLE else ()

    @property
    def length(self) -> int:
        """The most digits of an answer that is entered."""
        return 8 if self.kind is QuestionKind.DATE else len(str(self.high or 0))

    def has(self, value: str) -> bool:
        """Whether `value` answers it, or, of a multiple choice, one of its items."""
        if value in self.missing:
            return True
        match self.kind:
            case QuestionKind.CHOICE | QuestionKind.YES_NO | QuestionKind.PLACE:
                return value in self.options
            case QuestionKind.MULTIPLE:
                return value in (YES, NO)
            case QuestionKind.SCALE | QuestionKind.NUMBER:
                return value.isascii() and value.isdecimal() and self._is_within(int(value))
            case QuestionKind.DATE:
                day = as_day(value)
                return day is not None and self._is_within(as_number(day))
            case QuestionKind.OPEN:
                return value == GIVEN
            case _:
                raise AssertionError(self.kind)

    def _is_within(self, number: int) -> bool:
        return (self.low is None or self.low <= number) and (
            self.high is None or number <= self.high
        )


GIVEN = "given"
"""What stands for an open answer wherever values stand: its words are kept apart."""


def as_day(value: str) -> dt.date | None:
    """The day of an answer, written 2026-11-01."""
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None


def as_number(day: dt.date) -> int:
    """The day as the whole number yyyymmdd, which is how bounds of dates are kept."""
    return day.year * 10_000 + day.month * 100 + day.day


_PLAIN = Question("")
_LATER = (
    *("low", "high", "bands", "ends", "missing", "relevant", "is_shuffled", "group", "shuffle"),
    *("codes", "block"),
)


def question_content(question: Question) -> dict[str, Any]:
    """What JSON can hold of a question."""
    content: dict[str, Any] = {
        "name": question.name,
        "options": list(question.options),
        "gender": question.is_gender,
    }
    if question.kind is not _PLAIN.kind:
        content["kind"] = question.kind.value
    for name in _LATER:
        value = getattr(question, name)
        if value != getattr(_PLAIN, name):
            content[name] = list(value) if isinstance(value, tuple) else value
    return content


def to_question(content: Mapping[str, Any]) -> Question:
    """The question whose content this is."""
    more: dict[str, Any] = {
        name: tuple(content[name]) if isinstance(content[name], list) else content[name]
        for name in _LATER
        if name in content
    }
    return Question(
        content["name"],
        tuple(content["options"]),
        is_gender=content["gender"],
        kind=QuestionKind(content.get("kind", _PLAIN.kind)),
        **more,
    )


def options_of(questions: Iterable[Mapping[str, Any]]) -> list[str]:
    """Every option that questions, as content, name: what is chosen, and the ends of scales."""
    return [option for each in questions for option in (*each["options"], *each.get("ends", ()))]
