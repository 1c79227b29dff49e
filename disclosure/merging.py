"""Merging before hiding: groups too small to show join others, so that totals can stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from disclosure.values import RULE, Rule


@dataclass(frozen=True, slots=True)
class Group:
    """Categories shown as one, in the order given, and how many people they hold."""

    members: tuple[str, ...]
    count: int


Partner = Callable[[Group, Sequence[Group]], Group]
"""Which of the other groups (at least one) a small group joins."""


def smallest(_group: Group, others: Sequence[Group]) -> Group:
    """Join the smallest of the others."""
    return min(others, key=lambda other: other.count)


def merge_small(
    counts: Mapping[str, int], *, partner: Partner = smallest, rule: Rule = RULE
) -> tuple[Group, ...]:
    """Groups of categories, none of which holds 1 to 4 people, in the order of `counts`.

    Empty categories join nobody and are kept. Where all together are too few, the one group that
    remains is too small: the caller shows nothing.
    """
    order = list(counts)
    groups = [Group((name,), count) for name, count in counts.items()]
    while True:
        small = [group for group in groups if rule.is_small(group.count)]
        others = [group for group in groups if group.count > 0]
        if not small or len(others) < 2:
            return tuple(groups)
        group = min(small, key=lambda group: group.count)
        others.remove(group)
        other = partner(group, others)
        members = tuple(sorted(group.members + other.members, key=order.index))
        at = min(groups.index(group), groups.index(other))
        groups = [each for each in groups if each not in (group, other)]
        groups.insert(at, Group(members, group.count + other.count))
