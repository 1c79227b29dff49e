"""When a question is asked, as rows of a form: a few comparisons, or the formula for all others."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from flask_babel import gettext as _

from app.finding_words import told
from programmes.conditions import (
    All,
    Any_,
    BadCondition,
    Compare,
    Condition,
    Not,
    Selected,
    parse,
    to_text,
)
from programmes.questions import ENTERED, Question, QuestionKind

ROWS = 3
"""Comparisons that a form holds; more are written as a formula."""
NUMBER = "#"
"""What stands for the answer in digits, as `age=#`."""


class How(StrEnum):
    """Which way of saying it was chosen."""

    ALWAYS = "always"
    ALL = "all"
    """Where all the rows hold."""
    ANY = "any"
    FORMULA = "formula"


class Sign(StrEnum):
    """What is compared."""

    IS = "is"
    NOT = "not"
    LEAST = "least"
    MOST = "most"


_SIGNS = {Sign.IS: "=", Sign.NOT: "!=", Sign.LEAST: ">=", Sign.MOST: "<="}


@dataclass(frozen=True, slots=True)
class Answers:
    """What an earlier question can be compared with: values of a list, each with what it says."""

    question: str
    values: tuple[str, ...]
    """Options, `dont_know` and `refused`, and `#` for a number that is typed beside it."""

    def entries(self) -> Iterator[tuple[str, str]]:
        for value in self.values:
            yield f"{self.question}={value}", value


def answers_of(questions: Iterable[Question]) -> list[Answers]:
    """What each of these can be compared with."""
    found = []
    for each in questions:
        options = each.options if each.kind not in ENTERED else (NUMBER,)
        missing = () if each.kind is QuestionKind.MULTIPLE else each.missing
        found.append(Answers(each.name, (*options, *missing)))
    return [each for each in found if each.values]


def filled(text: str) -> dict[str, str]:
    """The fields of a condition."""
    if not text:
        return {"how": How.ALWAYS}
    values = {"formula": text, "how": How.FORMULA.value}
    try:
        condition = parse(text)
    except BadCondition:
        return values
    parts = condition.parts if isinstance(condition, All | Any_) else (condition,)
    rows = [_row(part) for part in parts]
    if len(rows) > ROWS or None in rows:
        return values
    values["how"] = How.ANY if isinstance(condition, Any_) else How.ALL
    for place, row in enumerate(rows):
        for name, value in (row or {}).items():
            values[f"where_{place}_{name}"] = value
    return values


def _row(condition: Condition) -> dict[str, str] | None:
    match condition:
        case Compare(question=question, sign=sign, value=value) if sign in _SIGNS.values():
            name = next(each.value for each, written in _SIGNS.items() if written == sign)
            is_number = value.lstrip("-").replace("-", "").isdecimal()
            if is_number:
                return {"sign": name, "answer": f"{question}={NUMBER}", "number": value}
            return {"sign": name, "answer": f"{question}={value}"} if sign in ("=", "!=") else None
        case Selected(question=question, option=option):
            return {"sign": Sign.IS.value, "answer": f"{question}={option}"}
        case Not(part=Selected(question=question, option=option)):
            return {"sign": Sign.NOT.value, "answer": f"{question}={option}"}
        case _:
            return None


def read(
    given: Mapping[str, str], earlier: Sequence[Question], *, before: str
) -> tuple[str, dict[str, str], dict[str, str]]:
    """The condition of a form, its fields again, and what is wrong, by field.

    A condition that nobody touched stays as it was written (`before`).
    """
    values = {
        name: given.get(name, "").strip()[:1000]
        for name in ("how", "formula", *(f for row in range(ROWS) for f in _fields(row)))
    }
    faults: dict[str, str] = {}
    if values["how"] not in list(How):
        values["how"] = How.ALWAYS.value
    how = How(values["how"])
    if how is How.ALWAYS:
        return "", values, faults
    if how is How.FORMULA:
        text = " ".join(values["formula"].split())
        try:
            parse(text)
        except BadCondition as error:
            faults["formula"] = _("This formula cannot be read: %(why)s.", why=told(error.said))
        return text, values, faults
    known = {each.name: each for each in earlier}
    parts: list[Condition] = []
    for row in range(ROWS):
        part = _condition(values, row, known, faults)
        parts += [part] if part is not None else []
    if not parts:
        place = "where_0_answer" if earlier else "how"
        faults.setdefault(place, _("Choose the answer that it depends on."))
        return "", values, faults
    made: Condition = parts[0]
    if len(parts) > 1:
        made = All(tuple(parts)) if how is How.ALL else Any_(tuple(parts))
    is_same = _shown(filled(before)) == _shown(values)
    return before if is_same else to_text(made), values, faults


def _condition(
    values: Mapping[str, str], row: int, known: Mapping[str, Question], faults: dict[str, str]
) -> Condition | None:
    sign_field, answer_field, number_field = _fields(row)
    name, _equal, value = values[answer_field].partition("=")
    if not name:
        return None
    sign = Sign(values[sign_field]) if values[sign_field] in list(Sign) else Sign.IS
    other = known.get(name)
    if other is None:
        faults[answer_field] = _("Choose the answer that it depends on.")
        return None
    if value == NUMBER:
        number = values[number_field]
        if not other.has(number):
            faults[number_field] = _("Give a number that it can be answered with.")
        return Compare(name, _SIGNS[sign], number)
    if sign not in (Sign.IS, Sign.NOT):
        faults[sign_field] = _("Only a number can be more or less.")
        return None
    if not (other.has(value) or value in other.options):
        faults[answer_field] = _("Choose the answer that it depends on.")
        return None
    if other.kind is QuestionKind.MULTIPLE and value in other.options:
        chosen = Selected(name, value)
        return chosen if sign is Sign.IS else Not(chosen)
    return Compare(name, _SIGNS[sign], value)


def _fields(row: int) -> tuple[str, str, str]:
    return f"where_{row}_sign", f"where_{row}_answer", f"where_{row}_number"


def _shown(values: Mapping[str, str]) -> dict[str, str]:
    """What of a form's fields counts: empty rows do not."""
    kept = {"how": values.get("how", "")}
    for row in range(ROWS):
        sign, answer, number = _fields(row)
        if values.get(answer):
            kept |= {name: values.get(name, "") for name in (sign, answer)}
            kept[number] = values.get(number, "") if values[answer].endswith(NUMBER) else ""
    return kept
