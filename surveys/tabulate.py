"""From responses to what may be shown of them. Pure.

Every table of a question counts the same people: those who finished. So all of them share their
columns' totals, which are always known (groups too small for that are merged first), and nothing
can be learned about one table from another. Who broke off is counted apart, in a table that shares
no count with them; counting those answers too would make each question's base tell who left where.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from disclosure.guard import protect, whole_per_cent
from disclosure.merging import Group, merge_small
from disclosure.values import RULE, ProtectedTable, Shown, Table
from programmes.questions import YES
from surveys.coding.values import NOT_NAMED, UNCLEAR, Code
from surveys.figures import Figure, Figures, Kind, Members, Share
from surveys.queries import Given
from surveys.questionnaire import Asked, Order
from surveys.rows import row_of, rows_of
from surveys.values import MAN, NOT_STATED, OTHER, UNSAID, WOMAN

_REST = frozenset({OTHER, UNSAID, NOT_STATED})


@dataclass(frozen=True, slots=True)
class Coded:
    """The codes of one open question, and which were settled of whom (by `Given.seed`)."""

    question: str
    codes: tuple[Code, ...]
    settled: Mapping[str, frozenset[str]]


def figures(responses: Sequence[Given], order: Order, coded: Sequence[Coded] = ()) -> Figures:
    """The tables of a round, protected (see `disclosure.guard` for what that leaves open).

    Each code of an open question is a table like an option of a multiple choice.
    """
    finished = [response for response in responses if response.is_complete]
    left = [response for response in responses if not response.is_complete]
    break_off = _break_off(left, order)
    total = break_off.cells[-1][-1]
    leavers = total.count if isinstance(total, Shown) else None
    if len(finished) < RULE.minimum:
        shown = 0 if not finished else None
        began = leavers if not finished else None
        return Figures(shown, began, None, (_figure(Kind.BREAK_OFF, break_off, None),))
    groups = _gender_groups(finished, order)
    broad = _broad(groups)
    tables = [
        _question(question, finished, broad, order)
        for question in order.questions
        if not question.is_gender
    ]
    tables += [
        _code(question, each, code, finished, broad, order)
        for each in coded
        if (question := order.find(each.question)) is not None
        for code in each.codes
        if code.name != UNCLEAR
    ]
    tables.append(_participants(finished, groups, order))
    tables.append(_figure(Kind.BREAK_OFF, break_off, None))
    return Figures(
        finished=len(finished),
        began=None if leavers is None else len(finished) + leavers,
        women=_women(groups, break_off) if order.gender else None,
        tables=tuple(tables),
    )


def gender_of(response: Given, order: Order) -> str:
    """An option of the gender question; who would not or could not say is `gender_unsaid`."""
    question = order.gender
    if question is None:
        return UNSAID
    value = response.answers.get(question.name, NOT_STATED)
    return value if value in (*question.options, NOT_STATED) else UNSAID


def _gender_groups(finished: Sequence[Given], order: Order) -> tuple[Group, ...]:
    """Groups of genders, each of nobody or of enough people to be shown in every table."""
    counts = Counter(gender_of(response, order) for response in finished)
    options = order.gender.options if order.gender else ()
    names = [*options, *(name for name in counts if name not in options)]
    groups = merge_small({name: counts[name] for name in names}, partner=_partner)
    return tuple(group for group in groups if group.count or group.members in ((WOMAN,), (MAN,)))


def _partner(group: Group, others: Sequence[Group]) -> Group:
    """Those of another or no stated gender are told together; if even they are few, they join the
    larger of women and men, whose figures change least by it. Few women, or men, join them."""
    rest = [other for other in others if _REST.issuperset(other.members)]
    if rest:
        return min(rest, key=lambda other: other.count)
    if _REST.issuperset(group.members):
        return max(others, key=lambda other: other.count)
    return min(others, key=lambda other: other.count)


def _broad(groups: Sequence[Group]) -> tuple[Group, ...]:
    """Groups for tables of answers: a base under 20 would have nearly every count hidden, and in
    each row one of women's or men's with it. So those few are told together with the larger."""
    few = [
        group
        for group in groups
        if _REST.issuperset(group.members) and 0 < group.count < RULE.small_base
    ]
    rest = [group for group in groups if group not in few]
    if not few or not any(group.count for group in rest):
        return tuple(groups)
    larger = max(rest, key=lambda group: group.count)
    joined = Group(
        larger.members + tuple(name for group in few for name in group.members),
        larger.count + sum(group.count for group in few),
    )
    return tuple(joined if group == larger else group for group in rest)


def _question(
    question: Asked, finished: Sequence[Given], groups: Sequence[Group], order: Order
) -> Figure:
    rows = [(row,) for row in rows_of(question)]
    pairs = [(row_of(question, each.answers), gender_of(each, order)) for each in finished]
    protected = _protected(pairs, rows, [group.members for group in groups])
    return _figure(Kind.QUESTION, protected, (rows, groups), name=question.name)


def _code(
    question: Asked,
    coded: Coded,
    code: Code,
    finished: Sequence[Given],
    groups: Sequence[Group],
    order: Order,
) -> Figure:
    """Who named a theme, and everybody else together.

    Told apart, whoever gave no answer would be the same row in the table of every code, and a
    count hidden in one would be shown in another. `unclear` has no table: with it the counts would
    add up to those who answered, and the smallest could be had from the rest.
    """
    rows = [(YES,), (NOT_NAMED,)]
    pairs = [
        (
            YES if code.name in coded.settled.get(each.seed, frozenset()) else NOT_NAMED,
            gender_of(each, order),
        )
        for each in finished
    ]
    protected = _protected(pairs, rows, [group.members for group in groups])
    name = f"{question.name}.{code.name}"
    figure = _figure(Kind.QUESTION, protected, (rows, groups), name=name)
    return replace(figure, words=code.words)


def _participants(finished: Sequence[Given], groups: Sequence[Group], order: Order) -> Figure:
    languages = merge_small(dict(sorted(Counter(each.language for each in finished).items())))
    rows = [group.members for group in languages]
    pairs = [(response.language, gender_of(response, order)) for response in finished]
    protected = _protected(pairs, rows, [group.members for group in groups])
    return _figure(Kind.PARTICIPANTS, protected, (rows, groups))


def _protected(
    pairs: Sequence[tuple[str, str]], rows: Sequence[Members], columns: Sequence[Members]
) -> ProtectedTable:
    found = Counter(pairs)
    table = Table(
        tuple("+".join(members) for members in rows),
        tuple("+".join(members) for members in columns),
        tuple(
            tuple(sum(found[row, column] for row in rs for column in cs) for cs in columns)
            for rs in rows
        ),
    )
    return protect(table, public_columns=True)


def _break_off(left: Sequence[Given], order: Order) -> ProtectedTable:
    """Who left, by the first question without an answer and by gender.

    Before the question of gender nobody has one, after it everybody has.
    """
    genders = list(order.gender.options) if order.gender else []
    columns = [WOMAN, MAN] if {WOMAN, MAN} <= set(genders) else []
    rest = tuple(name for name in genders if name not in columns)
    groups: list[Members] = [(name,) for name in columns] + ([rest] if rest else [])
    found: Counter[tuple[str | None, str]] = Counter(
        (asked.question.name, gender_of(each, order))
        for each in left
        if (asked := order.first_without(each.answers, each.seed)) is not None
    )
    names = [question.name for question in order.all]
    asked_at = next((i for i, each in enumerate(order.all) if each.is_gender), len(names))
    if not genders:
        counts = tuple(
            (sum(count for (at, _), count in found.items() if at == name),) for name in names
        )
        return protect(Table(tuple(names), (NOT_STATED,), counts))
    return protect(
        Table(
            tuple(names),
            tuple("+".join(members) for members in (*groups, (NOT_STATED,))),
            tuple(
                (*(None for _ in groups), found[name, NOT_STATED])
                if i <= asked_at
                else (*(sum(found[name, each] for each in members) for members in groups), None)
                for i, name in enumerate(names)
            ),
        )
    )


def _figure(
    kind: Kind,
    table: ProtectedTable,
    by: tuple[Sequence[Members], Sequence[Group]] | None,
    *,
    name: str | None = None,
) -> Figure:
    rows = tuple(by[0]) if by else tuple((row,) for row in table.rows)
    columns = tuple(tuple(column.split("+")) for column in table.columns)
    if len(columns) == 1:
        # One group is everybody: its column would say the total twice.
        return Figure(kind, name or kind, rows, (), tuple(row[-1:] for row in table.cells))
    return Figure(kind, name or kind, rows, columns, table.cells)


def _women(groups: Sequence[Group], break_off: ProtectedTable) -> Share | None:
    """Women's share from what is shown anyway, the unknown counted as none and as all of them.

    None where women and men are told together or the base is too small for a percentage.
    """
    hers = next((group for group in groups if WOMAN in group.members), None)
    if hers is None or MAN in hers.members:
        return None
    # Who had to join women or men are fewer than the minimum, and anybody knows that they are.
    few = RULE.minimum - 1
    women = hers.count if hers.members == (WOMAN,) else max(0, hers.count - few)
    base = sum(group.count for group in groups)
    unknown = sum(
        group.count if _REST.issuperset(group.members) else few
        for group in groups
        if UNSAID in group.members
    )
    left = {
        column: cell.count
        for column, cell in zip(break_off.columns, break_off.cells[-1], strict=False)
        if isinstance(cell, Shown)
    }
    tells_all = len(left) == len(break_off.columns)
    if tells_all:
        women += left.get(WOMAN, 0)
        base += sum(left.values())
        unknown += sum(count for name, count in left.items() if name not in (WOMAN, MAN))
    if base < RULE.percent_base:
        return None
    if not unknown:
        exact = whole_per_cent(women, base)
        return Share(exact, exact, base, of_all_who_began=tells_all)
    high = min(100, -(-100 * (women + unknown) // base))
    return Share((100 * women) // base, high, base, of_all_who_began=tells_all)
