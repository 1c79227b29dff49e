"""When a question is asked: a small language over earlier answers, read into data.

It is what XLSForm calls `relevant`, as far as it makes sense by telephone:

    ${water} = 'bad' and (${age} >= 18 or selected(${sources}, 'radio')) and not(${trust} = 'none')

Nothing is ever run as code. A question that was not asked is the empty text, as in XLSForm; "do not
know" and "prefer not to say" are the texts `dont_know` and `refused`, and no number.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from programmes.said import N_, Said

LONGEST = 1_000
"""Characters of a condition."""
DEEPEST = 20
"""Parentheses within each other."""


class BadCondition(ValueError):
    """It cannot be read; `said` says why, `place` counts the characters before it."""

    def __init__(self, text: str, place: int, **values: str | int) -> None:
        inner = Said(text, values)
        super().__init__(f"{inner} (character {place + 1})")
        self.said = Said(N_("%(why)s (character %(place)s)"), {"why": inner, "place": place + 1})
        self.place = place


@dataclass(frozen=True, slots=True)
class Compare:
    """An answer beside a text or a number."""

    question: str
    sign: str
    value: str


@dataclass(frozen=True, slots=True)
class Selected:
    """Whether an option is among the answers of a multiple choice, or is the answer of another."""

    question: str
    option: str


@dataclass(frozen=True, slots=True)
class Not:
    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Any_:
    parts: tuple[Condition, ...]


Condition = Compare | Selected | Not | All | Any_

_EQUAL = ("=", "!=")
_ORDERED: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "=", "!=": "!="}
_TOKEN = re.compile(
    r"""(?:
      \$\{\s*(?P<question>[A-Za-z_][\w.-]*)\s*\}
    | (?P<text>'[^']*'|"[^"]*")
    | (?P<number>-?\d+(?:\.\d+)?)
    | (?P<sign>!=|<=|>=|=|<|>)
    | (?P<mark>[(),])
    | (?P<word>[A-Za-z_][\w-]*)
    )\s*""",
    re.VERBOSE,
)


_NOT_UNDERSTOOD = N_("%(part)s is not understood here")


@lru_cache(maxsize=512)
def parse(text: str) -> Condition:
    """The condition that `text` says. Raises BadCondition."""
    if len(text) > LONGEST:
        raise BadCondition(
            N_("a condition holds at most %(most)s characters"), LONGEST, most=LONGEST
        )
    return _Reading(text).condition()


def holds(condition: Condition, answers: Mapping[str, str]) -> bool:
    """Whether it holds of these answers, by question (of a multiple choice, by item)."""
    match condition:
        case Compare(question=question, sign=sign, value=value):
            return _compare(answers.get(question, ""), sign, value)
        case Selected(question=question, option=option):
            item = answers.get(f"{question}.{option}")
            return item == "yes" if item is not None else answers.get(question) == option
        case Not(part=part):
            return not holds(part, answers)
        case All(parts=parts):
            return all(holds(part, answers) for part in parts)
        case Any_(parts=parts):
            return any(holds(part, answers) for part in parts)


def to_text(condition: Condition) -> str:
    """The condition as it is written; `parse` reads the same from it."""
    match condition:
        case Compare(question=question, sign=sign, value=value):
            return f"${{{question}}} {sign} {_literal(value)}"
        case Selected(question=question, option=option):
            return f"selected(${{{question}}}, {_literal(option, is_text=True)})"
        case Not(part=part):
            return f"not({to_text(part)})"
        case All(parts=parts):
            return " and ".join(
                f"({to_text(part)})" if isinstance(part, Any_) else to_text(part) for part in parts
            )
        case Any_(parts=parts):
            return " or ".join(map(to_text, parts))


def _literal(value: str, *, is_text: bool = False) -> str:
    if not is_text and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return value
    return f'"{value}"' if "'" in value else f"'{value}'"


def renamed(
    condition: Condition, name: Callable[[str], str], value: Callable[[str, str], str]
) -> Condition:
    """The condition with other names: of questions by `name`, of their answers by `value`."""
    match condition:
        case Compare(question=question, sign=sign, value=old):
            return Compare(name(question), sign, value(question, old))
        case Selected(question=question, option=old):
            return Selected(name(question), value(question, old))
        case Not(part=part):
            return Not(renamed(part, name, value))
        case All(parts=parts):
            return All(tuple(renamed(part, name, value) for part in parts))
        case Any_(parts=parts):
            return Any_(tuple(renamed(part, name, value) for part in parts))


def leaves(condition: Condition) -> tuple[Compare | Selected, ...]:
    """Everything in it that looks at an answer, in its order."""
    match condition:
        case Not(part=part):
            return leaves(part)
        case All(parts=parts) | Any_(parts=parts):
            return tuple(leaf for part in parts for leaf in leaves(part))
        case Compare() | Selected():
            return (condition,)


def _compare(answer: str, sign: str, value: str) -> bool:
    left, right = number(answer), number(value)
    if left is not None and right is not None:
        if sign in _EQUAL:
            return (left == right) is (sign == "=")
        return _ORDERED[sign](left, right)
    if sign in _EQUAL:
        return (answer == value) is (sign == "=")
    # A missing answer is neither more nor less than anything.
    return False


def number(text: str) -> float | None:
    """The number that a text is; of a day (2026-11-01) yyyymmdd."""
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        return float(text.replace("-", ""))
    return float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None


class _Reading:
    """One reading of one text, from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str, int]] = []
        place = len(text) - len(text.lstrip())
        while place < len(text):
            found = _TOKEN.match(text, place)
            if found is None or found.lastgroup is None:
                raise BadCondition(_NOT_UNDERSTOOD, place, part=repr(text[place : place + 12]))
            kind = found.lastgroup
            self.tokens.append((kind, found[kind], place))
            place = found.end()
        self.at = 0
        self.depth = 0

    def condition(self) -> Condition:
        if not self.tokens:
            raise BadCondition(N_("the condition is empty"), 0)
        found = self._any()
        if self.at < len(self.tokens):
            raise BadCondition(_NOT_UNDERSTOOD, self._place(), part=repr(self._seen()))
        return found

    def _any(self) -> Condition:
        parts = [self._all()]
        while self._take("word", "or"):
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Any_(tuple(parts))

    def _all(self) -> Condition:
        parts = [self._one()]
        while self._take("word", "and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        self.depth += 1
        if self.depth > DEEPEST:
            raise BadCondition(N_("too many parentheses within each other"), self._place())
        try:
            if self._take("mark", "("):
                return self._closed()
            if self._take("word", "not"):
                self._need("(")
                return Not(self._closed())
            if self._take("word", "selected"):
                return self._selected()
            return self._comparison()
        finally:
            self.depth -= 1

    def _closed(self) -> Condition:
        inner = self._any()
        self._need(")")
        return inner

    def _selected(self) -> Selected:
        self._need("(")
        question = self._next("question", N_("here belongs a question, as ${water}"))
        self._need(",")
        option = self._next("text", N_("here belongs an option in quotes"))[1:-1]
        self._need(")")
        return Selected(question, option)

    def _comparison(self) -> Compare:
        if self._kind() == "question":
            question = self._next("question", "")
            sign = self._next("sign", N_("here belongs a comparison, as ="))
            return Compare(question, sign, self._literal())
        value = self._literal()
        sign = self._next("sign", N_("here belongs a comparison, as ="))
        question = self._next("question", N_("here belongs a question, as ${water}"))
        return Compare(question, _MIRRORED[sign], value)

    def _literal(self) -> str:
        if self._kind() == "number":
            return self._next("number", "")
        return self._next("text", N_("here belongs a text in quotes, or a number"))[1:-1]

    def _kind(self) -> str | None:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else None

    def _seen(self) -> str:
        return self.tokens[self.at][1]

    def _place(self) -> int:
        return self.tokens[self.at][2] if self.at < len(self.tokens) else len(self.text)

    def _take(self, kind: str, value: str) -> bool:
        is_it = self._kind() == kind and self._seen() == value
        self.at += is_it
        return is_it

    def _need(self, mark: str) -> None:
        if not self._take("mark", mark):
            raise BadCondition(N_("%(mark)s is missing"), self._place(), mark=repr(mark))

    def _next(self, kind: str, wanted: str) -> str:
        if self._kind() == "word":
            raise BadCondition(
                N_("%(part)s is not known here"), self._place(), part=repr(self._seen())
            )
        if self._kind() != kind:
            raise BadCondition(wanted, self._place())
        value = self._seen()
        self.at += 1
        return value
