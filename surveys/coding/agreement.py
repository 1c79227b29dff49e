"""How far two coders agree: Cohen's kappa (Cohen 1960), exact. Pure.

An answer may have several codes, so two things are told: whether both chose the very same codes
(each set of codes counts as one category), and, for each code, whether both chose it or neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

FEWEST = 10
"""Answers coded twice, under which nothing is told: chance would say more than the coders."""

Pair = tuple[frozenset[str], frozenset[str]]
"""The codes of the first and of the second coder."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """`observed` from 0 to 1; `kappa` from -1 to 1, None where chance alone explains everything."""

    answers: int
    observed: Fraction
    kappa: Fraction | None


def cohen(pairs: Sequence[tuple[Hashable, Hashable]]) -> Agreement:
    """Agreement of two coders over the same answers. ValueError where there are none.

    kappa = (observed - expected) / (1 - expected), where `expected` is how often two coders with
    these habits would meet by chance. Where it is 1 (both used one and the same category) kappa is
    undefined.
    """
    if not pairs:
        raise ValueError("nothing is coded twice")
    total = len(pairs)
    observed = Fraction(sum(one == other for one, other in pairs), total)
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = Fraction(sum(first[each] * second[each] for each in first), total * total)
    kappa = (observed - expected) / (1 - expected) if expected != 1 else None
    return Agreement(total, observed, kappa)


def by_code(pairs: Sequence[Pair], codes: Iterable[str]) -> dict[str, Agreement]:
    """Agreement on each code alone: chosen or not."""
    return {code: cohen([(code in one, code in other) for one, other in pairs]) for code in codes}
