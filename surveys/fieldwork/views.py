"""What staff see of fieldwork while it goes on and after: counts that tell of nobody.

Live counts are rounded down to whole fives, and are "under 5" below: whoever looks twice learns no
single person's fate. Rates are whole per cent, and wait until no letter is under 5. Once it is over
counts are exact, but those under 5: of these there are two at least, so that none is the rest of a
sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from disclosure.values import RULE
from surveys.fieldwork.quotas import Fill
from surveys.outcomes import (
    E_FORMULA,
    FORMULAS,
    Disposition,
    Group,
    eligibility,
    rates,
    tally,
)

STEP = 5
_LIVE_BASE = 101


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code with how many lines have it; None: under 5."""

    code: str
    group: Group
    count: int | None
    at_least: bool


@dataclass(frozen=True, slots=True)
class RateRow:
    """A rate, its formula, and what it is in whole per cent; None where it is not told."""

    name: str
    formula: str
    per_cent: int | None


@dataclass(frozen=True, slots=True)
class QuotaRow:
    """A group: at least so many, None for under 5."""

    of: str
    name: str
    target: int
    at_least: int | None
    is_full: bool


def code_rows(counts: Mapping[Disposition, int], *, is_over: bool) -> list[CodeRow]:
    """Every code that a line has."""
    present = {code: count for code, count in counts.items() if count}
    hidden = {code for code, count in present.items() if count < STEP}
    if is_over and len(hidden) == 1 and len(present) > 1:
        # A single one would be what is missing from the sum.
        rest = present.keys() - hidden
        hidden.add(min(rest, key=lambda code: (present[code], code)))
    return [
        CodeRow(code.value, code.group, *_told(present[code], code in hidden, is_over))
        for code in Disposition
        if code in present
    ]


def _told(count: int, is_hidden: bool, is_over: bool) -> tuple[int | None, bool]:
    if is_over:
        return (None, False) if is_hidden else (count, False)
    return (None, False) if count < STEP else (count - count % STEP, True)


def rate_rows(counts: Mapping[Disposition, int], *, is_over: bool) -> list[RateRow]:
    """Every rate with its formula, and e; nothing is told of fewer than 30 lines, nor, while it
    goes on, of 100 or fewer: there a whole per cent gives the count away."""
    counted = tally(counts)
    letters = (counted.I, counted.P, counted.R, counted.NC, counted.O, counted.UO)
    is_small = any(0 < each < STEP for each in letters)
    base = counted.eligible + counted.unknown
    is_told = not is_small and base >= (RULE.percent_base if is_over else _LIVE_BASE)
    found = [("e", E_FORMULA, eligibility(counted))]
    found += [(rate.value, FORMULAS[rate], value) for rate, value in rates(counted).items()]
    return [
        RateRow(name, formula, _whole(value) if is_told else None) for name, formula, value in found
    ]


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else int(100 * value + Fraction(1, 2))


def quota_rows(found: Sequence[Fill]) -> list[QuotaRow]:
    return [
        QuotaRow(
            of=each.quota.of.value,
            name=each.quota.name,
            target=each.quota.target,
            at_least=None if each.complete < STEP else each.complete - each.complete % STEP,
            is_full=each.is_full,
        )
        for each in found
    ]
