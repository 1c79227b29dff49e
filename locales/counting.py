"""How a language puts numbers and dates together from recorded clips: data of `language.yaml`.

    counting:
      alone: 29                     # up to here every number is a clip of its own
      rules:                        # from each number on: what is said of it, and with a rest
        30: 30 | 30 and >
        2000: < 1000 | < 1000 >
      rest: {1: with.1}             # what a rest is called, where that differs from counting
      date: day of month

`<` is how often the rule's power of ten is in the number, `>` the rest; any other word names a
clip.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

LARGEST = 9999
"""The largest number that is put together."""

_MONTHS = range(1, 13)
_Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """From `base` on: what is said where nothing is left over, and where something is."""

    base: int
    exact: _Parts
    more: _Parts

    @property
    def power(self) -> int:
        """The highest power of ten in the base."""
        return int(10 ** (len(str(self.base)) - 1))


@dataclass(frozen=True, slots=True)
class Counting:
    """A language's way to count, as clips. Rules are in falling order of their base."""

    alone: int
    rules: tuple[Rule, ...]
    rest: tuple[Rule, ...]
    """What a rest is called; the same as counting where it is empty."""
    date: _Parts

    def number(self, n: int) -> tuple[str, ...]:
        """The clips of a number from 0 to `LARGEST`. Raises ValueError beyond."""
        if not 0 <= n <= LARGEST:
            raise ValueError(f"only 0 to {LARGEST} can be put together, not {n}")
        return tuple(self._said(n, self.rules))

    def day(self, day: dt.date) -> tuple[str, ...]:
        """The clips of a date, without its year."""
        keys: list[str] = []
        for part in self.date:
            if part == "day":
                keys += self.number(day.day)
            else:
                keys.append(f"month.{day.month}" if part == "month" else f"number.{part}")
        return tuple(keys)

    def clips(self) -> frozenset[str]:
        """Every clip that some number or date needs."""
        days = (dt.date(2024, month, 1) for month in _MONTHS)
        numbers = (key for n in range(LARGEST + 1) for key in self.number(n))
        return frozenset((*numbers, *(key for day in days for key in self.day(day))))

    def _said(self, n: int, rules: tuple[Rule, ...]) -> Iterator[str]:
        if rules is self.rules and n <= self.alone:
            yield _clip(str(n))
            return
        rule = next(each for each in rules if each.base <= n)
        times, left = divmod(n, rule.power)
        for part in rule.more if left else rule.exact:
            if part == "<":
                yield from self._said(times, self.rules)
            elif part == ">":
                yield from self._said(left, self.rest or self.rules)
            else:
                yield _clip(part)


def read_counting(data: Mapping[str, Any]) -> Counting:
    """Counting as `language.yaml` says it. Raises ValueError where a number cannot be said."""
    found = Counting(
        alone=int(data["alone"]),
        rules=_rules(data["rules"]),
        rest=_rules(data.get("rest") or {}),
        date=tuple(str(data["date"]).split()),
    )
    if {"day", "month"} - set(found.date):
        raise ValueError("a date needs its day and its month")
    try:
        found.clips()
    except (StopIteration, RuntimeError, RecursionError) as error:
        raise ValueError("counting leaves out some number") from error
    return found


def is_clip(key: str) -> bool:
    """Whether a prompt is a part of numbers and dates: some languages have others than others."""
    return key.startswith(("number.", "month."))


def _rules(data: Mapping[Any, Any]) -> tuple[Rule, ...]:
    rules: list[Rule] = []
    for base, said in data.items():
        exact, _, more = str(said).partition("|")
        rules.append(Rule(int(base), tuple(exact.split()), tuple((more or exact).split())))
    return tuple(sorted(rules, key=lambda rule: -rule.base))


def _clip(name: str) -> str:
    return f"digit.{name}" if len(name) == 1 and name.isdecimal() else f"number.{name}"
