"""What is wrong with when questions are asked: conditions, blocks, shuffling. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from programmes.conditions import (
    BadCondition,
    Compare,
    Condition,
    Selected,
    holds,
    leaves,
    number,
    parse,
)
from programmes.questions import NO, YES, Question, QuestionKind
from programmes.said import N_, Said

MOST_CASES = 20_000
"""Combinations of earlier answers that are tried; a question that needs more is let through."""
_ORDERED = ("<", "<=", ">", ">=")
_NUMBERED = (QuestionKind.SCALE, QuestionKind.NUMBER, QuestionKind.DATE)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with one question: in its condition, or in where it stands."""

    question: str
    said: Said
    in_order: bool = False

    @property
    def message(self) -> str:
        """What it is, in English."""
        return str(self.said)


def faults(questions: Sequence[Question]) -> list[Fault]:
    """Every fault, in the order of the questions."""
    known = {each.name: each for each in questions}
    found: list[Fault] = []
    for place, question in enumerate(questions):
        before = {each.name for each in questions[:place] if _is_before(each, question)}
        found += [Fault(question.name, each) for each in _condition(question, known, before)]
        found += [Fault(question.name, each, True) for each in _order(questions, place)]
    if not found:
        found = [
            Fault(
                each.name,
                _said(N_("no answers before it lead to the question %(name)s"), name=each.name),
            )
            for each in questions
            if each.relevant and not _is_reachable(each, questions)
        ]
    return found


def _said(text: str, **names: str) -> Said:
    """A text with the names of questions and answers in quotes."""
    return Said(text, {key: repr(name) for key, name in names.items()})


def _is_before(earlier: Question, question: Question) -> bool:
    """Whether it comes earlier in whatever order: not where both may change places."""
    unit = earlier.group or earlier.name, question.group or question.name
    return not earlier.shuffle or earlier.shuffle != question.shuffle or unit[0] == unit[1]


def _condition(
    question: Question, known: Mapping[str, Question], before: set[str]
) -> Iterator[Said]:
    if not question.relevant:
        return
    try:
        condition = parse(question.relevant)
    except BadCondition as error:
        yield error.said
        return
    if question.is_gender:
        yield _said(N_("the question of gender is asked of everybody"))
    for leaf in leaves(condition):
        other = known.get(leaf.question)
        if other is None:
            yield _said(N_("there is no question %(name)s"), name=leaf.question)
        elif leaf.question not in before:
            if other is question:
                yield _said(N_("%(name)s cannot depend on itself"), name=question.name)
            else:
                text = N_("%(name)s cannot depend on %(other)s, which comes later")
                yield _said(text, name=question.name, other=leaf.question)
        else:
            yield from _leaf(leaf, other)


def _leaf(leaf: Compare | Selected, other: Question) -> Iterator[Said]:
    name = other.name
    if isinstance(leaf, Selected):
        if other.kind in _NUMBERED or other.kind is QuestionKind.OPEN:
            yield _said(N_("%(name)s has no options to be selected"), name=name)
        elif leaf.option not in other.options:
            yield _said(N_("%(name)s has no option %(option)s"), name=name, option=leaf.option)
        return
    if other.kind is QuestionKind.MULTIPLE:
        text = N_("%(name)s has several answers: write %(formula)s")
        formula = f"selected(${{{name}}}, {leaf.value!r})"
        yield Said(text, {"name": repr(name), "formula": formula})
    elif leaf.sign in _ORDERED:
        if other.kind not in _NUMBERED:
            text = N_("%(name)s is no number: %(sign)s says nothing of it")
            yield Said(text, {"name": repr(name), "sign": leaf.sign})
        elif number(leaf.value) is None:
            text = N_("%(value)s is no number to compare %(name)s with")
            yield _said(text, value=leaf.value, name=name)
    elif leaf.value and not other.has(leaf.value):
        text = N_("%(name)s cannot be answered with %(value)s")
        yield _said(text, name=name, value=leaf.value)


def _order(questions: Sequence[Question], place: int) -> Iterator[Said]:
    """Blocks and what changes places stand together, and the question of gender stays."""
    question = questions[place]
    if question.is_gender and question.shuffle:
        yield _said(N_("the question of gender keeps its place"))
    if place == 0:
        return
    last = questions[place - 1]
    earlier = questions[: place - 1]
    is_new_block = question.group and question.group != last.group
    if is_new_block and any(each.group == question.group for each in earlier):
        text = N_("the questions of the block %(name)s do not stand together")
        yield _said(text, name=question.group)
    is_new_set = question.shuffle and question.shuffle != last.shuffle
    if is_new_set and any(each.shuffle == question.shuffle for each in earlier):
        yield _said(N_("what changes places does not stand together"))


def _is_reachable(question: Question, questions: Sequence[Question]) -> bool:
    """Whether some answers lead to it: tried on those that make a difference to it."""
    conditions = {each.name: parse(each.relevant) for each in questions if each.relevant}
    needed: set[str] = set()
    waiting = [question.name]
    while waiting:
        condition = conditions.get(waiting.pop())
        for leaf in leaves(condition) if condition is not None else ():
            if leaf.question not in needed:
                needed.add(leaf.question)
                waiting.append(leaf.question)
    asked = [each for each in questions if each.name in needed]
    values = {each.name: _telling(each, conditions.values()) for each in asked}
    tried = 0

    def reaches(place: int, answers: Mapping[str, str]) -> bool:
        nonlocal tried
        if place == len(asked):
            tried += 1
            return tried > MOST_CASES or holds(conditions[question.name], answers)
        each = asked[place]
        condition = conditions.get(each.name)
        if condition is not None and not holds(condition, answers):
            return reaches(place + 1, answers)
        return any(reaches(place + 1, {**answers, **given}) for given in values[each.name])

    return reaches(0, {})


def _telling(question: Question, conditions: Collection[Condition]) -> list[dict[str, str]]:
    """Answers to a question, at least one of each sort that some condition tells apart."""
    told = [
        leaf
        for condition in conditions
        for leaf in leaves(condition)
        if leaf.question == question.name
    ]
    if question.kind is QuestionKind.MULTIPLE:
        cases: list[dict[str, str]] = [{}]
        for option in question.options:
            is_told = any(isinstance(leaf, Selected) and leaf.option == option for leaf in told)
            ways = (YES, NO) if is_told else (NO,)
            cases = [{**case, f"{question.name}.{option}": way} for case in cases for way in ways]
        return cases
    values = dict.fromkeys((*question.options, *question.missing))
    if question.kind is QuestionKind.OPEN:
        values["given"] = None
    if question.kind in _NUMBERED:
        edges = [question.low, question.high]
        for leaf in told:
            if isinstance(leaf, Compare) and (edge := number(leaf.value)) is not None:
                edges += [int(edge) - 1, int(edge), int(edge) + 1]
        for edge in edges:
            if edge is not None and (value := _as_answer(question, edge)) is not None:
                values[value] = None
    return [{question.name: value} for value in values]


def _as_answer(question: Question, edge: int) -> str | None:
    text = str(edge)
    if question.kind is QuestionKind.DATE:
        text = f"{text[:4]}-{text[4:6]}-{text[6:]}"
    return text if question.has(text) else None
