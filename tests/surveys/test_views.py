"""What staff see of fieldwork: nothing that gives a single line's fate away."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product
from math import comb

import pytest

from disclosure.values import RULE
from surveys.fieldwork.views import code_rows, rate_rows, recruited
from surveys.outcomes import Disposition, eligibility, rates, tally

COMPLETE, REFUSED = Disposition("1.1"), Disposition("2.11")
Counts = Mapping[Disposition, int]


def told(counts: Counts, *, is_over: bool) -> dict[str, int | None]:
    return {row.name: row.per_cent for row in rate_rows(counts, is_over=is_over)}


def shown(counts: Counts) -> dict[Disposition, int | None]:
    return {Disposition(row.code): row.count for row in code_rows(counts, is_over=True)}


@pytest.mark.parametrize(
    ("complete", "refused", "live", "at_the_end"),
    [
        (24, 5, False, False),  # fewer than 30 lines
        (25, 5, False, True),
        (95, 5, False, True),
        (96, 5, True, True),
        (300, 4, True, False),  # four refused: their rate would tell how many
    ],
)
def test_rates_wait_until_they_tell_of_nobody(
    complete: int, refused: int, live: bool, at_the_end: bool
) -> None:
    counts = {COMPLETE: complete, REFUSED: refused}
    assert (told(counts, is_over=False)["REF1"] is not None) is live
    assert (told(counts, is_over=True)["REF1"] is not None) is at_the_end


def test_live_counts_and_rates_say_the_same_until_five_more_are_in() -> None:
    def live(complete: int, refused: int) -> tuple[object, object]:
        counts = {COMPLETE: complete, REFUSED: refused}
        return code_rows(counts, is_over=False), rate_rows(counts, is_over=False)

    assert live(120, 31) == live(124, 34)
    assert live(124, 34) != live(125, 34)


def sums(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    for first in product(range(total + 1), repeat=parts - 1):
        if sum(first) <= total:
            yield (*first, total - sum(first))


def whole(counts: Counts) -> dict[str, int | None]:
    counted = tally(counts)
    found: dict[str, Fraction | None] = {"e": eligibility(counted)}
    found |= {rate.value: value for rate, value in rates(counted).items()}
    return {
        name: None if value is None else int(100 * value + Fraction(1, 2))
        for name, value in found.items()
    }


def test_no_hidden_count_is_had_from_the_others_and_the_rates(full_size: bool) -> None:
    """An attacker goes through all that the hidden counts may be, and keeps what fits."""
    seed = random.randrange(10**6) if full_size else 20261123
    dice = random.Random(seed)
    attacked = with_rates = 0
    for _ in range(150):
        codes = dice.sample(list(Disposition), dice.randint(2, 6))
        counts = {code: dice.choice((1, 2, 3, 4, 6, 8, 12, 30)) for code in codes}
        seen, rated = shown(counts), told(counts, is_over=True)
        hidden = [code for code, count in seen.items() if count is None]
        rest = sum(counts[code] for code in hidden)
        known = {code: count for code, count in seen.items() if count is not None}
        if not hidden or sum(counts.values()) < RULE.minimum or (rest + 1) ** len(hidden) > 9000:
            continue
        assert comb(rest + len(hidden) - 1, rest) > 1, f"seed {seed}: {counts} tells itself"
        fitting = [
            guess
            for guess in sums(rest, len(hidden))
            if all(
                rated[name] in (None, value)
                for name, value in whole(known | dict(zip(hidden, guess, strict=True))).items()
            )
        ]
        for values in zip(*fitting, strict=True):
            assert max(values) - min(values) >= RULE.protection, f"seed {seed}: {counts}"
        attacked += 1
        with_rates += any(value is not None for value in rated.values())
    assert attacked > 20, f"seed {seed}"
    assert with_rates > 5, f"seed {seed}: hiding every rate is no guard"


def test_a_large_sample_keeps_its_rates_beside_a_small_code() -> None:
    codes = {"1.1": 2000, "2.11": 600, "2.20": 50, "2.33": 3, "3.12": 300, "3.13": 999, "3.16": 7}
    counts = {Disposition(code): count for code, count in codes.items()}
    assert shown(counts)[Disposition("2.33")] is None
    assert told(counts, is_over=True) == whole(counts)


def test_the_share_of_women_so_far_is_a_range_with_the_unknown_in_it() -> None:
    found = recruited({"woman": 221, "man": 184, "other": 40, "unsaid": 163})
    assert (found.women, found.men, found.others) == (220, 180, 200)
    assert found.of_all is not None
    assert found.of_known is not None
    low, high = found.of_all
    assert low <= 100 * 221 / 608 <= 100 * 424 / 608 <= high <= low + 36
    assert found.of_known[0] <= 100 * 221 / 405 <= found.of_known[1] <= found.of_known[0] + 3


def test_of_few_no_share_of_women_is_told() -> None:
    few = recruited({"woman": 4, "man": 27})
    assert few.women is None
    assert (few.of_all, few.of_known) == (None, None)
    assert recruited({}).men is None
