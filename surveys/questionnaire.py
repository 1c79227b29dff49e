"""A frozen questionnaire as it is gone through: what is asked of whom, in which order. Pure.

Everything is decided from the answers that are kept, never from what a conversation remembers.
Whatever is random follows from a seed (the response's id), so that who comes back meets the same
order as before.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from programmes.conditions import holds, parse
from programmes.questions import NO, YES, Question, QuestionKind, to_question

Answers = Mapping[str, str]
"""Values by what was asked: a question's name, or `question.option` of a multiple choice."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked at one time: a question, or one option of a multiple choice."""

    name: str
    question: Question
    item: str = ""

    @property
    def options(self) -> tuple[str, ...]:
        return (YES, NO) if self.item else self.question.options

    @property
    def is_gender(self) -> bool:
        return self.question.is_gender

    @property
    def is_district(self) -> bool:
        """Whether it is the ready-made question of where she lives."""
        return self.question.kind is QuestionKind.PLACE and self.question.block == "district"

    @property
    def is_demographic(self) -> bool:
        """Whether she may have told it before (`surveys.known`)."""
        return self.is_gender or self.is_district

    @property
    def answers(self) -> tuple[str, ...]:
        """Every name it can be answered with, in the order in which it is shown."""
        return (*self.options, *self.question.missing)

    def takes(self, value: str) -> bool:
        """Whether it can be answered so."""
        return self.question.has(value)


@dataclass(frozen=True, slots=True)
class Order:
    """The questions of a round, in the order of the questionnaire."""

    all: tuple[Question, ...]
    questions: tuple[Asked, ...] = field(init=False)
    """What is asked at one time each."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "questions", tuple(_asked(self.all)))

    def find(self, name: str) -> Asked | None:
        return next((each for each in self.questions if each.name == name), None)

    def items_of(self, name: str) -> tuple[Asked, ...]:
        """What a multiple choice asks, one by one; nothing for any other question."""
        return tuple(each for each in self.questions if each.item and each.question.name == name)

    @property
    def is_plain(self) -> bool:
        """Whether everybody is asked everything, in one order."""
        return not any(each.relevant or each.shuffle for each in self.all)

    @property
    def gender(self) -> Asked | None:
        return next((question for question in self.questions if question.is_gender), None)

    def of(self, seed: str) -> tuple[Asked, ...]:
        """Everything that may be asked, in this respondent's order."""
        ordered: list[Question] = []
        for number, members in groupby(self.all, key=lambda each: each.shuffle):
            blocks = [tuple(block) for _, block in groupby(members, key=_unit)]
            if number:
                blocks.sort(key=lambda block: _rank(seed, _unit(block[0])))
            ordered += [each for block in blocks for each in block]
        asked: list[Asked] = []
        for question in ordered:
            items = _asked((question,))
            if question.is_shuffled and question.items:
                items = iter(sorted(items, key=lambda each: _rank(seed, each.name)))
            asked += items
        return tuple(asked)

    def path(self, answers: Answers, seed: str) -> tuple[Asked, ...]:
        """What is asked of her, as far as her answers tell."""
        return tuple(each for each in self.of(seed) if is_asked(each.question, answers))

    def after(self, names: Collection[str], answers: Answers, seed: str) -> Asked | None:
        """What is asked after the last of `names`, None at the end.

        What she told before and agreed to have taken is not asked again.
        """
        path = self.path(answers, seed)
        places = [place for place, each in enumerate(path) if each.name in names]
        if not places:
            return self.first_without(answers, seed)
        rest = path[places[-1] + 1 :]
        known = (each for each in rest if not (each.is_demographic and each.name in answers))
        return next(known, None)

    def first_without(self, answers: Answers, seed: str = "") -> Asked | None:
        """The first that she is asked and has not answered."""
        return next((each for each in self.path(answers, seed) if each.name not in answers), None)

    def on_path(self, answers: Answers) -> dict[str, str]:
        """The answers to what is asked of her: a corrected one may have closed a way."""
        kept: dict[str, str] = {}
        for each in self.questions:
            if each.name in answers and is_asked(each.question, kept):
                kept[each.name] = answers[each.name]
        return kept


def order(rows: Sequence[Mapping[str, Any]]) -> Order:
    """The questions as `Round.questions` keeps them."""
    return Order(tuple(map(to_question, rows)))


def is_asked(question: Question, answers: Answers) -> bool:
    """Whether the answers so far lead to it."""
    return not question.relevant or holds(parse(question.relevant), answers)


def options_in_order(question: Question, seed: str) -> tuple[str, ...]:
    """A question's options as this respondent meets them."""
    if not question.is_shuffled:
        return question.options
    if question.kind is QuestionKind.MULTIPLE:
        # As its items are: each is asked under its own name.
        return tuple(
            sorted(question.options, key=lambda each: _rank(seed, f"{question.name}.{each}"))
        )
    return tuple(sorted(question.options, key=lambda each: _rank(seed, each)))


def _asked(questions: Sequence[Question]) -> Iterator[Asked]:
    for question in questions:
        if question.kind is not QuestionKind.MULTIPLE:
            yield Asked(question.name, question)
        for item in question.items:
            yield Asked(f"{question.name}.{item}", question, item)


def _unit(question: Question) -> str:
    return question.group or question.name


def _rank(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
