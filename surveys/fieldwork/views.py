"""What staff see of fieldwork while it goes on and after: counts that tell of nobody.

Live counts are rounded down to whole fives, and are "under 5" below: whoever looks twice learns no
single person's fate. Live rates and the live share of women are reckoned from these alone. Once it
is over counts pass the guard, as those of answers do; a rate is told where it says nothing more of
what is hidden.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from disclosure.guard import Unprotectable, protect
from disclosure.values import RULE, Suppressed, Table
from surveys.fieldwork.quotas import Fill
from surveys.outcomes import (
    E_FORMULA,
    FORMULAS,
    Disposition,
    Group,
    Tally,
    eligibility,
    rates,
    tally,
)
from surveys.values import MAN, WOMAN

STEP = 5
_LIVE_BASE = 101
"""Lines from which rates of rounded counts are near enough to be of use."""

Counts = Mapping[Disposition, int]


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


@dataclass(frozen=True, slots=True)
class Recruited:
    """Who has finished so far: at least so many (None: under 5), and women's part of them.

    `of_all` counts whoever told neither as none and as all of them women, `of_known` leaves them
    out: the lowest and the highest whole per cent that the rounded counts allow, None of few.
    """

    women: int | None
    men: int | None
    others: int | None
    of_all: tuple[int, int] | None
    of_known: tuple[int, int] | None


def code_rows(counts: Counts, *, is_over: bool) -> list[CodeRow]:
    """Every code that a line has."""
    present = _present(counts)
    if not is_over:
        return [
            CodeRow(code.value, code.group, _rounded(count) or None, count >= STEP)
            for code, count in present.items()
        ]
    hidden = set[Disposition]().union(*_hidden(present))
    return [
        CodeRow(code.value, code.group, None if code in hidden else count, False)
        for code, count in present.items()
    ]


def rate_rows(counts: Counts, *, is_over: bool) -> list[RateRow]:
    """Every rate with its formula, and e; nothing is told of fewer than 30 lines, nor, while it
    goes on, of 100 or fewer."""
    counted = tally(counts)
    base = counted.eligible + counted.unknown
    present = _present(counts)
    if not is_over:
        present = {code: _rounded(count) + STEP // 2 for code, count in present.items()}
    found = _whole_rates(present)
    untold = set[str]()
    for moved in _as_well(present) if is_over else ():
        untold |= {name for name, value in _whole_rates(moved).items() if value != found[name]}
    is_told = base >= (RULE.percent_base if is_over else _LIVE_BASE)
    formulas = {"e": E_FORMULA} | {rate.value: text for rate, text in FORMULAS.items()}
    return [
        RateRow(name, formulas[name], value if is_told and name not in untold else None)
        for name, value in found.items()
    ]


def _present(counts: Counts) -> dict[Disposition, int]:
    return {code: counts[code] for code in Disposition if counts.get(code)}


def _rounded(count: int) -> int:
    return count - count % STEP


def _hidden(present: Counts) -> list[set[Disposition]]:
    """The codes that are hidden, in sets whose sums are known.

    Where every letter has five lines or more these are the letters, so that rates, which are made
    of letters, take nothing away from it; else all codes together.
    """
    letters: dict[Group, dict[Disposition, int]] = {}
    for code, count in present.items():
        letters.setdefault(code.group, {})[code] = count
    blocks: list[Counts] = list(letters.values())
    if any(RULE.is_small(sum(each.values())) for each in blocks):
        blocks = [present]
    return [_hidden_of(block) for block in blocks]


def _hidden_of(block: Counts) -> set[Disposition]:
    table = Table(
        tuple(code.value for code in block), ("lines",), tuple((n,) for n in block.values())
    )
    try:
        cells = protect(table, public_columns=True).cells
    except Unprotectable:
        return set(block)
    return {
        code
        for code, row in zip(block, cells, strict=False)
        if any(isinstance(cell, Suppressed) for cell in row)
    }


def _as_well(present: Counts) -> Iterator[Counts]:
    """What the counts may be as well, for all that the codes say: each hidden one as low and as
    high as the rule's protection wants, others of its set in exchange."""
    for hidden in _hidden(present):
        for code in hidden:
            low = min(present[code], RULE.protection)
            for by in (-low, RULE.protection - low):
                moved = dict(present)
                for other in sorted(hidden - {code}, key=present.__getitem__, reverse=True):
                    taken = min(by, moved[other])
                    moved[other] -= taken
                    moved[code] += taken
                    by -= taken
                yield moved


def _whole_rates(counts: Counts) -> dict[str, int | None]:
    counted: Tally = tally(counts)
    found = {"e": eligibility(counted)}
    found |= {rate.value: value for rate, value in rates(counted).items()}
    return {name: _whole(value) for name, value in found.items()}


def _whole(value: Fraction | None) -> int | None:
    return None if value is None else int(100 * value + Fraction(1, 2))


def recruited(finished: Mapping[str, int]) -> Recruited:
    """Who has finished, of how many there are by what they told of their gender."""
    women, men = (_rounded(finished.get(name, 0)) for name in (WOMAN, MAN))
    others = _rounded(sum(finished.values()) - finished.get(WOMAN, 0) - finished.get(MAN, 0))
    more = STEP - 1
    is_told = women + men + others >= RULE.percent_base

    def part(least: int, besides: int, most: int, without: int) -> tuple[int, int] | None:
        """From the fewest women among the most others to the most women among the fewest."""
        if not is_told:
            return None
        return 100 * least // (least + besides), -(-100 * most // (most + without))

    return Recruited(
        women or None,
        men or None,
        others or None,
        part(women, men + others + 2 * more, women + others + 2 * more, men),
        part(women, men + more, women + more, men),
    )


def quota_rows(found: Sequence[Fill]) -> list[QuotaRow]:
    return [
        QuotaRow(
            of=each.quota.of.value,
            name=each.quota.name,
            target=each.quota.target,
            at_least=_rounded(each.complete) or None,
            is_full=each.is_full,
        )
        for each in found
    ]
