"""Merging before hiding: what is too small to show joins something else, so that totals can stay.

A merged group tells of its parts no more than two hidden counts beside a shown sum would: merging
is the way of hiding that says so.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass

from disclosure.values import RULE, Rule


@dataclass(frozen=True, slots=True)
class Group:
    """Categories shown as one, in the order given, and how many people they hold."""

    members: tuple[str, ...]
    count: int


Partner = Callable[[Group, Sequence[Group]], Group]
"""Which of the other groups (at least one) a small group joins."""

Earlier = Sequence[Group]
"""The groups of the same people that were shown before, when there were fewer of them."""


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
        groups = joined(groups, (group, partner(group, others)), order)


def merge_telling(
    counts: Mapping[str, int],
    *,
    blocks: Sequence[Collection[str]] = (),
    earlier: Sequence[Earlier] = (),
    together: Collection[str] = (),
    partner: Partner = smallest,
    rule: Rule = RULE,
) -> tuple[Group, ...] | None:
    """Groups whose counts may all be shown, beside all that was shown `earlier`; in order.

    None of them is small, nor "none" or "all" of a few; nor is what any of them, or several at
    once, gained since an earlier showing. `together` are one from the start. Nothing joins
    across `blocks`, where there are any.
    None where that cannot be had. Where one group is left it holds everybody: it says nothing.
    """
    order = list(counts)
    groups = [Group((name,), count) for name, count in counts.items()]
    if together:
        groups = joined(groups, [each for each in groups if each.members[0] in together], order)
    while wrong := faulty(groups, earlier, rule):
        if len(wrong) == 1:
            (one,) = wrong
            block = next((set(each) for each in blocks if one.members[0] in each), set(order))
            others = [each for each in groups if each != one and block.issuperset(each.members)]
            # To join somebody helps more than to join nobody, save where "none" is the trouble.
            others = [each for each in others if each.count] or others
            if not others:
                return None
            wrong = (one, partner(one, others))
        groups = joined(groups, wrong, order)
    return tuple(groups)


def joined(
    groups: Sequence[Group], together: Collection[Group], order: Sequence[str]
) -> list[Group]:
    """The groups with some of them as one, at the place of the first."""
    members = tuple(sorted((name for group in together for name in group.members), key=order.index))
    at = min(groups.index(group) for group in together)
    rest = [group for group in groups if group not in together]
    rest.insert(at, Group(members, sum(group.count for group in together)))
    return rest


def faulty(
    groups: Sequence[Group], earlier: Sequence[Earlier], rule: Rule = RULE
) -> tuple[Group, ...]:
    """The first group that may not be shown, or several that have to be one; empty if none."""
    everybody = sum(group.count for group in groups)
    if len(groups) > 1:
        for group in sorted(groups, key=lambda group: group.count):
            if rule.is_telling(group.count, everybody):
                return (group,)
    for shown in earlier:
        gained = abs(everybody - sum(group.count for group in shown))
        for now, before in _side_by_side(groups, shown):
            if len(now) > 1 and len(before) > 1:
                return now
            more = abs(sum(g.count for g in now) - sum(g.count for g in before))
            if len(groups) > 1 and rule.is_telling(more, gained):
                return now
    return ()


def _side_by_side(
    groups: Sequence[Group], shown: Earlier
) -> list[tuple[tuple[Group, ...], tuple[Group, ...]]]:
    """The smallest sets of groups, now and then, that are made of the same categories."""
    left, found = list(groups), []
    while left:
        now, members = [left.pop(0)], set[str]()
        while not members >= {name for group in now for name in group.members}:
            members = {name for group in now for name in group.members}
            members |= {
                name for each in shown if members & set(each.members) for name in each.members
            }
            touching = [group for group in left if members & set(group.members)]
            now += touching
            left = [group for group in left if group not in touching]
        before = tuple(each for each in shown if members & set(each.members))
        found.append((tuple(now), before))
    return found
