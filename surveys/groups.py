"""Which people are told of together, and which answers, before anything is hidden. Pure.

Options join first, then places: a district another of its province, then of its region (DOMAIN
6.3). A survey's answers are never joined across a line by which another question was asked or
not: how many were asked is shown with that question.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from disclosure.merging import Earlier, Group, Partner, joined, merge_telling, smallest
from disclosure.values import RULE, SMALL_AREA
from programmes.conditions import Compare, Selected, holds, leaves, number, parse
from programmes.questions import NO, QuestionKind
from surveys.figures import NOT_ASKED
from surveys.queries import Given
from surveys.questionnaire import Asked, Order
from surveys.rows import edges_of, row_of_value, rows_of
from surveys.values import MAN, NOT_STATED, OTHER, UNSAID, WOMAN

REST = frozenset({OTHER, UNSAID, NOT_STATED})
_GENDERS = replace(RULE, small_base=0)
"""Who took part may all be women, and it may be said."""

MOST_STRETCHES = 6
"""Into how many stretches of weeks a long round is cut, about."""

Places = Mapping[str, tuple[str, str]]
"""Province and region of a district, by its option; empty texts where the programme gives none."""


def gender_of(response: Given, order: Order) -> str:
    """An option of the gender question; who would not or could not say is `gender_unsaid`."""
    question = order.gender
    if question is None:
        return UNSAID
    value = response.answers.get(question.name, NOT_STATED)
    return value if value in (*question.options, NOT_STATED) else UNSAID


def genders(
    finished: Sequence[Given], order: Order, earlier: Sequence[Earlier] = ()
) -> tuple[Group, ...]:
    """Groups of genders, each of nobody or of enough people to be shown in every table."""
    counts = Counter(gender_of(response, order) for response in finished)
    options = order.gender.options if order.gender else ()
    names = [*options, *(name for name in counts if name not in options)]
    groups = merge_telling(
        {name: counts[name] for name in names},
        earlier=earlier,
        partner=_gender_partner,
        rule=_GENDERS,
    )
    return tuple(
        group for group in groups or () if group.count or group.members in ((WOMAN,), (MAN,))
    )


def _gender_partner(group: Group, others: Sequence[Group]) -> Group:
    """Those of another or no stated gender are told together; if even they are few, they join the
    larger of women and men, whose figures change least by it. Few women, or men, join them."""
    rest = [other for other in others if REST.issuperset(other.members)]
    if rest:
        return min(rest, key=lambda other: other.count)
    if REST.issuperset(group.members):
        return max(others, key=lambda other: other.count)
    return min(others, key=lambda other: other.count)


def broad(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Groups for tables of answers: a base under 20 would have nearly every count hidden, and in
    each row one of women's or men's with it. So those few are told together with the larger."""
    few = [
        group
        for group in groups
        if REST.issuperset(group.members) and 0 < group.count < RULE.small_base
    ]
    rest = [group for group in groups if group not in few]
    if not few or not any(group.count for group in rest):
        return tuple(groups)
    larger = max(rest, key=lambda group: group.count)
    together = Group(
        larger.members + tuple(name for group in few for name in group.members),
        larger.count + sum(group.count for group in few),
    )
    return tuple(together if group == larger else group for group in rest)


def districts(
    pairs: Counter[tuple[str, int]], order: Sequence[str], places: Places
) -> tuple[Group, ...]:
    """Districts, together where fewer than ten people of a gender answered from one.

    `pairs` counts people by district and by the number of their group of genders. Districts from
    which nobody answered are left out.
    """
    counts = Counter[str]()
    for (place, _), count in pairs.items():
        counts[place] += count
    groups = [Group((name,), counts[name]) for name in order if counts[name]]
    columns = {column for _, column in pairs}

    def is_telling(group: Group) -> bool:
        cells = (sum(pairs[name, column] for name in group.members) for column in columns)
        return any(SMALL_AREA.is_telling(cell, group.count) for cell in cells) and len(columns) > 1

    def distance(group: Group, other: Group) -> int:
        ours, theirs = (
            [{places.get(name, ("", ""))[level] for name in each.members} for level in (0, 1)]
            for each in (group, other)
        )
        return next((level for level in (0, 1) if ours[level] == theirs[level] != {""}), 2)

    while len(groups) > 1:
        faulty = [
            group for group in groups if SMALL_AREA.is_small(group.count) or is_telling(group)
        ]
        if not faulty:
            break
        group = min(faulty, key=lambda group: group.count)
        others = [other for other in groups if other != group]
        other = min(others, key=lambda other: (distance(group, other), other.count))
        groups = joined(groups, (group, other), order)
    return tuple(groups)


def weeks(finished: Sequence[Given], ends: Collection[dt.date]) -> tuple[Group, ...]:
    """Stretches of weeks, each of twenty people or more; where results were shown before, they
    end where those ended."""
    if not finished or any(each.week is None for each in finished):
        return ()
    counts = Counter(str(each.week) for each in finished)
    order = sorted(counts)
    enough = max(RULE.small_base, len(finished) // MOST_STRETCHES)
    groups: list[Group] = [Group((), 0)]
    marks = sorted(str(end) for end in ends)
    for name in order:
        last = groups[-1]
        starts_new = any(last.members and last.members[-1] <= mark < name for mark in marks)
        if last.members and (starts_new if marks else True):
            groups.append(Group((), 0))
        last = groups.pop()
        groups.append(Group((*last.members, name), last.count + counts[name]))
    while len(groups) > 1:
        few = [group for group in groups if group.count < enough]
        if not few:
            break
        at = groups.index(min(few, key=lambda group: group.count))
        around = [groups[place] for place in (at - 1, at + 1) if 0 <= place < len(groups)]
        groups = joined(groups, (groups[at], min(around, key=lambda each: each.count)), order)
    return tuple(groups)


# -- answers ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Answered:
    """A question and how its rows are put together; `groups` is None where nothing may be told."""

    asked: Asked
    blocks: tuple[frozenset[str], ...]
    groups: tuple[Group, ...] | None

    @property
    def is_told(self) -> bool:
        """Whether its groups say anything: one group of all who answered does not."""
        if self.groups is None or len(self.groups) < 2:
            return False
        held = [group for group in self.groups if group.count]
        return len(held) > 1 or len(held[0].members) == 1


def answers(
    counts: Mapping[str, Mapping[str, int]],
    order: Order,
    earlier: Mapping[str, Sequence[Earlier]],
    *,
    joining: Collection[str] = (),
) -> dict[str, Answered]:
    """How the rows of every question are put together; `counts` are by question and row.

    `joining`: multiple choices whose "do not know" and "prefer not to say" are counted with "no".
    Whoever refuses one of the options in a text refuses all of them: those rows are shown for
    each option, or for none. Where it may not be told how many were asked, nothing is told of it.
    """
    joins, untold = set(joining), set[str]()
    while True:
        conditions = [
            each.question.relevant
            for each in order.questions
            if each.question.relevant and each.question.name not in untold
        ]
        found = {
            each.name: _answered(each, counts[each.name], conditions, earlier, joins, untold)
            for each in order.questions
            if each.name in counts
        }
        stuck = [each.asked for each in found.values() if each.groups is None]
        items = {each.question.name for each in stuck if each.item} - joins
        if items:
            joins |= items
            continue
        more = {
            child.question.name
            for each in stuck
            for child in order.questions
            if child.question.relevant
            and (child.name == each.name or _looks_at(child.question.relevant, each))
        } - untold
        if not more:
            return found
        untold |= more


def _answered(
    asked: Asked,
    counts: Mapping[str, int],
    conditions: Sequence[str],
    earlier: Mapping[str, Sequence[Earlier]],
    joins: Collection[str],
    untold: Collection[str],
) -> Answered:
    question = asked.question
    blocks = _blocks(asked, conditions)
    if question.name in untold:
        return Answered(asked, blocks, ())
    is_joined = question.name in joins
    if asked.item and not is_joined:
        alone = frozenset(question.missing)
        blocks = tuple(
            part
            for block in blocks
            for part in (block - alone, *(frozenset({name}) for name in sorted(block & alone)))
            if part
        )
    groups = merge_telling(
        counts,
        blocks=blocks,
        earlier=earlier.get(asked.name, ()),
        together=(NO, *question.missing) if asked.item and is_joined else (),
        partner=_row_partner(asked),
        rule=SMALL_AREA if question.kind is QuestionKind.PLACE else RULE,
    )
    if groups is not None and len(groups) > 1:
        straddles = any(
            not any(block.issuperset(group.members) for block in blocks) for group in groups
        )
        groups = None if straddles else groups
    return Answered(asked, blocks, groups)


def _row_partner(asked: Asked) -> Partner:
    """Who gave no answer joins who gave none; of what has an order, neighbours join."""
    question = asked.question
    rows = rows_of(asked)
    without = {*question.missing, NOT_ASKED}
    has_order = question.block == "age_band" or question.kind in (
        QuestionKind.SCALE,
        QuestionKind.NUMBER,
        QuestionKind.DATE,
    )

    def partner(group: Group, others: Sequence[Group]) -> Group:
        is_missing = without.issuperset(group.members)
        alike = [each for each in others if without.issuperset(each.members) is is_missing]
        if not has_order or is_missing or not alike:
            return smallest(group, alike or others)
        at = rows.index(group.members[0])
        return min(alike, key=lambda each: (abs(rows.index(each.members[0]) - at), each.count))

    return partner


def _blocks(asked: Asked, conditions: Sequence[str]) -> tuple[frozenset[str], ...]:
    """Rows that no condition tells apart; of each block the sum is known from what it led to."""
    tests = [
        leaf
        for condition in conditions
        for leaf in leaves(parse(condition))
        if _is_about(leaf, asked)
    ]
    marks: dict[str, set[tuple[bool, ...]]] = {row: set() for row in rows_of(asked)}
    for value in (*edges_of(asked), *(near for leaf in tests for near in _near(leaf))):
        if asked.takes(value):
            row = row_of_value(asked, value)
            marks[row].add(tuple(holds(leaf, {asked.name: value}) for leaf in tests))
    blocks: dict[tuple[object, ...], set[str]] = {}
    for row, found in marks.items():
        if row == NOT_ASKED:
            key: tuple[object, ...] = (NOT_ASKED,)
        else:
            key = next(iter(found)) if len(found) == 1 else (row,)
        blocks.setdefault(key, set()).add(row)
    return tuple(map(frozenset, blocks.values()))


def _is_about(leaf: Compare | Selected, asked: Asked) -> bool:
    if asked.item:
        return isinstance(leaf, Selected) and f"{leaf.question}.{leaf.option}" == asked.name
    return leaf.question == asked.name


def _looks_at(condition: str, asked: Asked) -> bool:
    return any(_is_about(leaf, asked) for leaf in leaves(parse(condition)))


def _near(leaf: Compare | Selected) -> tuple[str, ...]:
    """The answers around what a condition compares with."""
    value = leaf.value if isinstance(leaf, Compare) else leaf.option
    if "-" in value and number(value) is not None:
        try:
            day = dt.date.fromisoformat(value)
        except ValueError:
            return (value,)
        return (value, *((day + dt.timedelta(days=step)).isoformat() for step in (-1, 1)))
    found = number(value)
    if found is None:
        return (value,)
    whole = int(found)
    return tuple(str(whole + step) for step in (-1, 0, 1))
