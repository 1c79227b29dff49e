"""Who took part, who left where, and how many of them are women. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from disclosure.guard import protect, whole_per_cent
from disclosure.merging import Group, merge_small
from disclosure.values import RULE, ProtectedTable, Shown, Table
from surveys.figures import Figure, Kind, Members, Share
from surveys.groups import REST, gender_of
from surveys.queries import Given
from surveys.questionnaire import Order
from surveys.values import MAN, NOT_STATED, UNSAID, WOMAN


def participants(finished: Sequence[Given], groups: Sequence[Group], order: Order) -> Figure:
    languages = merge_small(dict(sorted(Counter(each.language for each in finished).items())))
    rows = [group.members for group in languages]
    found = Counter((response.language, gender_of(response, order)) for response in finished)
    columns = [group.members for group in groups]
    table = Table(
        tuple("+".join(members) for members in rows),
        tuple("+".join(members) for members in columns),
        tuple(
            tuple(sum(found[row, column] for row in rs for column in cs) for cs in columns)
            for rs in rows
        ),
    )
    return figure(Kind.PARTICIPANTS, protect(table, public_columns=True), rows)


def break_off(left: Sequence[Given], order: Order) -> ProtectedTable:
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


def figure(
    kind: Kind,
    table: ProtectedTable,
    members: Sequence[Members] | None,
) -> Figure:
    rows = tuple(members) if members else tuple((row,) for row in table.rows)
    columns = tuple(tuple(column.split("+")) for column in table.columns)
    if len(columns) == 1:
        # One group is everybody: its column would say the total twice.
        return Figure(kind, kind, rows, (), tuple(row[-1:] for row in table.cells))
    return Figure(kind, kind, rows, columns, table.cells)


def women_share(groups: Sequence[Group], break_off: ProtectedTable | None) -> Share | None:
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
        group.count if REST.issuperset(group.members) else few
        for group in groups
        if UNSAID in group.members
    )
    ends = list(zip(break_off.columns, break_off.cells[-1], strict=False)) if break_off else []
    left = {column: cell.count for column, cell in ends if isinstance(cell, Shown)}
    tells_all = break_off is not None and len(left) == len(ends)
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
