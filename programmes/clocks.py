"""How long each step of a case may take: data of a programme, by severity.

Defaults and their sources: DOMAIN 1.4. In a file a step is one span for all severities, or one for
each: `{1: 15 business days, 2-5: 30 business days}`. What a file leaves out keeps its default.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from types import MappingProxyType
from typing import Any

from programmes.nodes import Field, did_you_mean

SEVERITIES = (1, 2, 3, 4, 5)


class Step(StrEnum):
    """What a clock waits for."""

    ACKNOWLEDGE = "acknowledge"
    """Somebody has looked at the case and taken it up."""
    TRIAGE = "triage"
    """Whether we take it on, and how, is told."""
    INTERIM = "interim"
    """A measure that keeps from harm until there is more."""
    PROGRESS = "progress"
    """How far it has got is told: the first time, and again after each time."""
    RESOLUTION = "resolution"
    """A resolution is proposed."""
    EXTENSION = "extension"
    """By how much the resolution may be put off, once, with its reason told."""
    APPEAL_DECISION = "appeal_decision"
    """Somebody else has decided."""
    APPEAL = "appeal"
    """As long as an outcome may be appealed."""
    REOPEN = "reopen"
    """As long as a closed case may be opened again."""
    CHECK_BACK = "check_back"
    """They are asked whether it holds."""
    ALERT = "alert"
    """Unacknowledged for so long, it is told to a supervisor at once."""


class Unit(StrEnum):
    """In what a span is measured."""

    BUSINESS_DAYS = "business days"
    """Up to the end of the last of them, there."""
    DAYS = "days"
    HOURS = "hours"
    STAFFED_HOURS = "staffed hours"
    """Those in which the programme's calendar is open."""


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time; no business days mean the same day, or the next one that is."""

    amount: int
    unit: Unit

    def __str__(self) -> str:
        if self == SAME_DAY:
            return "same day"
        unit = self.unit.value.removesuffix("s") if self.amount == 1 else self.unit.value
        return f"{self.amount} {unit}"

    @property
    def hours(self) -> dt.timedelta:
        return dt.timedelta(hours=self.amount)


SAME_DAY = Span(0, Unit.BUSINESS_DAYS)
NONE = "none"
"""Where a severity has no such clock."""

BySeverity = Mapping[int, Span | None]
Clocks = Mapping[Step, BySeverity]


def _all(span: Span | None) -> BySeverity:
    return MappingProxyType(dict.fromkeys(SEVERITIES, span))


def _bands(minor: Span | None, ordinary: Span | None, grave: Span | None) -> BySeverity:
    return MappingProxyType({1: minor, 2: ordinary, 3: ordinary, 4: grave, 5: grave})


def _bd(amount: int) -> Span:
    return Span(amount, Unit.BUSINESS_DAYS)


def _days(amount: int) -> Span:
    return Span(amount, Unit.DAYS)


def _hours(amount: int) -> Span:
    return Span(amount, Unit.HOURS)


DEFAULT_CLOCKS: Clocks = MappingProxyType(
    {
        Step.ACKNOWLEDGE: _bands(_bd(2), _bd(2), SAME_DAY),
        Step.TRIAGE: _bands(_bd(5), _bd(3), _hours(24)),
        Step.INTERIM: _bands(None, None, _hours(48)),
        Step.PROGRESS: _bands(_bd(10), _bd(10), _bd(5)),
        Step.RESOLUTION: _bands(_bd(15), _bd(30), _bd(30)),
        Step.EXTENSION: _all(_bd(15)),
        Step.APPEAL_DECISION: _bands(_bd(20), _bd(20), _bd(10)),
        Step.APPEAL: _all(_days(30)),
        Step.REOPEN: _all(_days(30)),
        Step.CHECK_BACK: _bands(_days(30), _days(30), _days(14)),
        Step.ALERT: _bands(None, None, Span(2, Unit.STAFFED_HOURS)),
    }
)
_UNITS = {unit.value: unit for unit in Unit} | {unit.value.removesuffix("s"): unit for unit in Unit}
_SPAN = re.compile(r"(\d{1,3}) ([a-z ]+)")
_BAND = re.compile(r"([1-5])(?:-([1-5]))?")


def read_clocks(field: Field) -> dict[str, Any]:
    """The content of `clocks`, without what is the default."""
    content: dict[str, Any] = {}
    for name, item in field.entries().items():
        if name not in list(Step):
            item.note(f"unknown clock {name!r}{did_you_mean(name, [each.value for each in Step])}")
            continue
        spans = _by_severity(item)
        if len(spans) == len(SEVERITIES) and clocks_of({name: spans}) != DEFAULT_CLOCKS:
            content[name] = spans
    return content


def _by_severity(item: Field) -> list[str]:
    if not item.is_record:
        span = _span(item)
        return [span] * len(SEVERITIES) if span else []
    spans: dict[int, str] = {}
    for band, member in item.entries().items():
        found = _BAND.fullmatch(band)
        first = int(found[1]) if found else 0
        last = int(found[2] or first) if found else 0
        if not first <= last or not first:
            member.note(f"{band!r} is no severity from 1 to 5, nor a range such as 2-3")
            continue
        span = _span(member)
        for severity in range(first, last + 1):
            if severity in spans:
                member.note(f"severity {severity} of {item.label} is given twice")
            spans[severity] = span
    missing = [str(each) for each in SEVERITIES if each not in spans]
    if missing:
        item.note(f"{item.label} says nothing of severity {', '.join(missing)}")
    return [spans[each] for each in sorted(spans)] if all(spans.values()) else []


def _span(item: Field) -> str:
    text = item.text()
    if not text or text == NONE:
        return text
    span = parse_span(text)
    if span is None or (span.amount == 0 and span != SAME_DAY):
        item.note(
            f"{text!r} is no span such as 2 business days, same day, 24 hours, 2 staffed hours, "
            "30 days or none"
        )
        return ""
    return str(span)


def parse_span(text: str) -> Span | None:
    """The span that was written, None where it is none."""
    if text == str(SAME_DAY):
        return SAME_DAY
    found = _SPAN.fullmatch(text)
    if found is None or found[2] not in _UNITS:
        return None
    return Span(int(found[1]), _UNITS[found[2]])


def clocks_of(content: Mapping[str, Any]) -> Clocks:
    """The clocks whose content this is; for what it leaves out, the default."""
    own: dict[Step, BySeverity] = {
        Step(name): MappingProxyType(dict(zip(SEVERITIES, map(parse_span, spans), strict=True)))
        for name, spans in content.items()
    }
    return MappingProxyType(dict(DEFAULT_CLOCKS) | own)


def clocks_content(clocks: Clocks) -> dict[str, Any]:
    """What JSON can hold of the clocks that are not the default."""
    return {
        step.value: [str(spans[each] or NONE) for each in SEVERITIES]
        for step, spans in clocks.items()
        if spans != DEFAULT_CLOCKS[step]
    }


def banded(spans: list[str]) -> Iterator[tuple[str, str]]:
    """Spans by severity as a file has them: neighbours that are the same in one range."""
    numbered = zip(SEVERITIES, spans, strict=True)
    for span, group in groupby(numbered, key=lambda each: each[1]):
        severities = [severity for severity, _ in group]
        first, last = severities[0], severities[-1]
        yield (str(first) if first == last else f"{first}-{last}"), span
