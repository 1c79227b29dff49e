"""Answers as rows of a table: bands for numbers and days, one mark for words, and "not asked".

What leaves is never finer than this, in a table as in a row about one person.
"""

from __future__ import annotations

from collections.abc import Sequence

from programmes.questions import GIVEN, QuestionKind, as_day, as_number
from surveys.figures import NOT_ASKED
from surveys.questionnaire import Answers, Asked, is_asked

MOST_VALUES = 10
"""Values of a number that are told apart where its author gives no bands."""
BANDS = 5
"""Equal bands in place of more."""


_WHO = frozenset({"gender", "age_band", "district", "language"})
"""Ready-made questions that say who somebody is."""
TOLD_OF_HER = {"district": "district", "age_band": "age_band", "language": "language"}
"""The columns of rows about people that these fill: what is spoken at home goes before what was
spoken on the call."""


def is_about_her(asked: Asked) -> bool:
    """Whether it says who she is: neighbours know, so that in a row about one person it is made
    coarser than an answer, or left out."""
    question = asked.question
    return asked.is_gender or question.kind is QuestionKind.PLACE or question.block in _WHO


def of_her(asked: Sequence[Asked]) -> dict[str, Asked]:
    """The questions that fill the columns of `TOLD_OF_HER`, by column."""
    return {
        column: each
        for block, column in TOLD_OF_HER.items()
        for each in asked
        if each.question.block == block
    }


def rows_of(asked: Asked) -> tuple[str, ...]:
    """Every row that its answers can fall into, in the order in which they are shown."""
    conditional = (NOT_ASKED,) if asked.question.relevant else ()
    return (*_answers(asked), *asked.question.missing, *conditional)


def row_of(asked: Asked, answers: Answers) -> str:
    """The row of somebody who finished. KeyError where she was asked and did not answer."""
    if not is_asked(asked.question, answers):
        return NOT_ASKED
    return row_of_value(asked, answers[asked.name])


def row_of_value(asked: Asked, value: str) -> str:
    """The row of an answer."""
    question = asked.question
    if value in question.missing or question.kind not in (QuestionKind.NUMBER, QuestionKind.DATE):
        return value
    number = _number(value)
    names = _answers(asked)
    starts = _starts(asked)
    if not starts:
        return names[0]
    place = sum(start <= number for start in starts) - 1
    return names[max(0, place)]


def edges_of(asked: Asked) -> tuple[str, ...]:
    """The first and last answer of each row of a number or a day; every other answer as it is."""
    question = asked.question
    if question.kind not in (QuestionKind.NUMBER, QuestionKind.DATE):
        return (*_answers(asked), *question.missing)
    starts = _starts(asked)
    ends = (*(_before(start, question.kind) for start in starts[1:]), question.high or 0)
    write = _day if question.kind is QuestionKind.DATE else str
    return (*(write(each) for each in (*starts, *ends)), *question.missing)


def _answers(asked: Asked) -> tuple[str, ...]:
    question = asked.question
    match question.kind:
        case QuestionKind.SCALE:
            return tuple(str(key) for key in range(question.low or 1, (question.high or 9) + 1))
        case QuestionKind.NUMBER | QuestionKind.DATE:
            starts = _starts(asked)
            if not starts:
                return (GIVEN,)
            ends = (*(_before(start, question.kind) for start in starts[1:]), question.high or 0)
            return tuple(
                _band(start, end, question.kind) for start, end in zip(starts, ends, strict=True)
            )
        case QuestionKind.OPEN:
            return (GIVEN,)
        case _:
            return asked.options


def _starts(asked: Asked) -> tuple[int, ...]:
    """Where bands begin: as their author says, else by what can be answered, never by what was."""
    question = asked.question
    if question.bands:
        return question.bands
    if question.low is None or question.high is None:
        return ()
    if question.kind is QuestionKind.DATE:
        first, last = question.low // 10_000, question.high // 10_000
        years = _cut(first, last)
        return (question.low, *(year * 10_000 + 101 for year in years[1:]))
    return _cut(question.low, question.high)


def _cut(low: int, high: int) -> tuple[int, ...]:
    count = high - low + 1
    if count <= MOST_VALUES:
        return tuple(range(low, high + 1))
    return tuple(low + count * band // BANDS for band in range(BANDS))


def _band(start: int, end: int, kind: QuestionKind) -> str:
    if kind is QuestionKind.DATE:
        return f"{_day(start)}/{_day(end)}"
    return str(start) if start >= end else f"{start}-{end}"


def _before(start: int, kind: QuestionKind) -> int:
    if kind is not QuestionKind.DATE:
        return start - 1
    day = as_day(_day(start))
    if day is None:
        raise ValueError("a band begins on a day")
    return as_number(day.fromordinal(day.toordinal() - 1))


def _day(number: int) -> str:
    return f"{number // 10_000:04}-{number // 100 % 100:02}-{number % 100:02}"


def _number(value: str) -> int:
    day = as_day(value) if "-" in value else None
    return as_number(day) if day is not None else int(value)
