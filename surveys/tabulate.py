"""From responses to what may be shown of them. Pure.

Every table of a question counts the same people: those who finished. So all of them share their
columns' totals, and those of one question its rows' totals too, whichever people its columns are
of: all these are always shown (what is too small for that is merged first, `surveys.groups`). What
is hidden inside a table can then be worked out from no other (`surveys.tables` says why), nor from
what was shown while the round went on, nor from the difference.

Who broke off is counted apart, in a table that shares no count with these; counting those answers
too would make each question's base tell who left where.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from disclosure.merging import Earlier, Group
from disclosure.values import RULE, SMALL_AREA, Shown
from programmes.questions import YES
from surveys.coding.values import NOT_NAMED, UNCLEAR, Code
from surveys.figures import EVERYBODY, By, Figure, Figures, Kind
from surveys.groups import Answered, Places, answers, broad, districts, gender_of, genders, weeks
from surveys.queries import Given
from surveys.questionnaire import Asked, Order
from surveys.rows import row_of, rows_of
from surveys.tables import (
    DISTRICT,
    GENDER,
    Counts,
    Split,
    Where,
    awaited,
    by_people,
    by_row,
    by_week,
    in_whole,
    totals,
    with_per_cent,
)
from surveys.taking_part import break_off, figure, participants, women_share
from surveys.values import STEP

NOWHERE: Places = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Coded:
    """The codes of one open question, and which were settled of whom (by `Given.seed`)."""

    question: str
    codes: tuple[Code, ...]
    settled: Mapping[str, frozenset[str]]


def figures(
    responses: Sequence[Given],
    order: Order,
    coded: Sequence[Coded] = (),
    *,
    places: Places = NOWHERE,
    earlier: Sequence[Figures] = (),
) -> Figures:
    """The last tables of a round, protected beside all that was shown of it `earlier`.

    Each code of an open question is a table like an option of a multiple choice.
    """
    finished = [response for response in responses if response.is_complete]
    left = [response for response in responses if not response.is_complete]
    leaving = break_off(left, order)
    total = leaving.cells[-1][-1]
    leavers = total.count if isinstance(total, Shown) else None
    if len(finished) < RULE.minimum:
        shown = 0 if not finished else None
        began = leavers if not finished else None
        return Figures(shown, began, None, (figure(Kind.BREAK_OFF, leaving, None),))
    groups = genders(finished, order, [_genders_shown(each) for each in earlier])
    tables = _tables(finished, order, coded, broad(groups), places, earlier)
    tables.append(participants(finished, groups, order))
    tables.append(figure(Kind.BREAK_OFF, leaving, None))
    return Figures(
        finished=len(finished),
        began=None if leavers is None else len(finished) + leavers,
        women=women_share(groups, leaving) if order.gender else None,
        tables=tuple(tables),
    )


def interim(
    finished: Sequence[Given],
    order: Order,
    *,
    people: int,
    through: dt.date | None,
    earlier: Sequence[Figures] = (),
) -> Figures:
    """What is told before a round has ended: answers of whole weeks, in total, and no more.

    `finished` are those of the weeks up to `through`, `people` everybody who has finished: told in
    steps of ten. All else waits for the last results: what was shown before would have to be hidden
    in them.
    """
    about = tens(people)
    asked = [each for each in order.questions if not each.is_gender]
    if through is None or len(finished) < RULE.minimum:
        options = order.gender.options if order.gender else ()
        columns = tuple((name,) for name in options)
        return Figures(about, None, None, tuple(awaited(each, columns) for each in asked))
    counts = {each.name: Counter(row_of(each, one.answers) for one in finished) for each in asked}
    found = answers(
        {each.name: {row: counts[each.name][row] for row in rows_of(each)} for each in asked},
        order,
        {each.name: _rows_shown(earlier, each.name) for each in asked},
    )
    tables = [totals(each, len(finished)) for each in found.values()]
    groups = genders(finished, order, [_genders_shown(each) for each in earlier])
    cells = tuple(Shown(group.count) for group in groups)
    row = with_per_cent((*cells, Shown(len(finished))), [len(finished)] * (len(groups) + 1))
    tables.append(
        Figure(
            Kind.PARTICIPANTS,
            Kind.PARTICIPANTS,
            ((EVERYBODY,),),
            tuple(group.members for group in groups),
            (row, row),
        )
    )
    women = women_share(groups, None) if order.gender else None
    return Figures(about, None, women, tuple(tables), through)


def tens(people: int) -> int | None:
    """How many have finished, as far as it is told before the end; None for fewer than ten."""
    return people // STEP * STEP or None


def counted(shown: Figures) -> int:
    """How many people's answers are told in interim results."""
    groups = _genders_shown(shown)
    return sum(group.count for group in groups)


def _genders_shown(shown: Figures) -> Earlier:
    for table in shown.tables:
        if table.kind == Kind.PARTICIPANTS:
            return [
                Group(members, cell.count)
                for members, cell in zip(table.columns, table.cells[-1], strict=False)
                if isinstance(cell, Shown)
            ]
    return []


def _rows_shown(earlier: Sequence[Figures], name: str) -> list[Earlier]:
    """The groups of a question's answers as they were told before, in total."""
    found: list[Earlier] = []
    for shown in earlier:
        table = shown.question(name)
        told = [row[-1] for row in table.cells[:-1]] if table else []
        if table and all(isinstance(cell, Shown) for cell in told):
            found.append(
                [
                    Group(members, cell.count)
                    for members, cell in zip(table.rows, told, strict=True)
                    if isinstance(cell, Shown)
                ]
            )
    return found


# -- the last tables -------------------------------------------------------------------------------


def _tables(
    finished: Sequence[Given],
    order: Order,
    coded: Sequence[Coded],
    people: tuple[Group, ...],
    places: Places,
    earlier: Sequence[Figures],
) -> list[Figure]:
    home = next((each for each in order.questions if each.question.block == "district"), None)
    gender_at = {name: place for place, group in enumerate(people) for name in group.members}
    genders_of = [gender_at[gender_of(each, order)] for each in finished]
    homes = [row_of(home, each.answers) if home else "" for each in finished]
    areas = (
        districts(Counter(zip(homes, genders_of, strict=True)), rows_of(home), places)
        if home
        else ()
    )
    area_at = {name: place for place, group in enumerate(areas) for name in group.members}
    ends = [each.through for each in earlier if each.through is not None]
    stretches = weeks(finished, ends)
    week_at = {name: place for place, group in enumerate(stretches) for name in group.members}
    where: list[Where] = [
        (
            gender,
            area_at.get(there, 0),
            week_at.get(str(each.week), 0),
            sum(each.week is not None and each.week > end for end in ends),
        )
        for each, gender, there in zip(finished, genders_of, homes, strict=True)
    ]
    splits = [Split(By.GENDER, GENDER, people)]
    if len(areas) > 1:
        splits.append(Split(By.DISTRICT, DISTRICT, areas, SMALL_AREA))
    asked = [each for each in order.questions if not each.is_gender and each != home]
    counts: dict[str, Counts] = {
        each.name: Counter(
            (row_of(each, one.answers), at) for one, at in zip(finished, where, strict=True)
        )
        for each in asked
    }
    rows = {each.name: by_row(counts[each.name], rows_of(each)) for each in asked}
    shown_before = {each.name: _rows_shown(earlier, each.name) for each in asked}
    whole = frozenset(each.question for each in coded)
    joining: set[str] = set()
    while True:
        found = answers(rows, order, shown_before, joining=joining)
        made = {
            name: [by_people(each, counts[name], split, in_full=name in whole) for split in splits]
            for name, each in found.items()
        }
        narrow = {
            each.asked.question.name
            for name, each in found.items()
            if each.asked.item and each.is_told and any(one is None for one in made[name])
        } - joining
        if not narrow:
            break
        joining |= narrow
    tables: list[Figure] = []
    for name, each in found.items():
        by_gender, *others = made[name]
        tables.append(by_gender or totals(each, len(finished)))
        tables += [other for other in others if other is not None]
        weekly = by_week(each, counts[name], stretches, shown_before[name])
        tables += [weekly] if weekly else []
    if home and len(areas) > 1:
        living = Counter(zip(homes, genders_of, strict=True))
        columns = tuple(group.members for group in people)
        tables.append(in_whole(home, areas, living, columns))
    elif home:
        tables.append(totals(Answered(home, (), ()), len(finished)))
    for frame in coded:
        opened = found.get(frame.question)
        if opened is not None:
            tables += [
                one
                for code in frame.codes
                if code.name != UNCLEAR
                for one in _code(opened.asked, frame, code, finished, where, splits)
            ]
    return tables


def _code(
    question: Asked,
    coded: Coded,
    code: Code,
    finished: Sequence[Given],
    where: Sequence[Where],
    splits: Sequence[Split],
) -> list[Figure]:
    """Who named a theme, and everybody else together.

    Told apart, whoever gave no answer would be the same row in the table of every code, and a
    count hidden in one would be shown in another. `unclear` has no table: with it the counts would
    add up to those who answered, and the smallest could be had from the rest.
    """
    counts: Counts = Counter(
        (
            YES if code.name in coded.settled.get(each.seed, frozenset()) else NOT_NAMED,
            # Only who answered can have named it: answers are exchanged among those alone.
            (*at, rows_of(question).index(row_of(question, each.answers))),
        )
        for each, at in zip(finished, where, strict=True)
    )
    named = by_row(counts, (YES, NOT_NAMED))
    is_telling = any(RULE.is_telling(count, len(finished)) for count in named.values())
    groups = () if is_telling else tuple(Group((name,), count) for name, count in named.items())
    asked = replace(question, name=f"{question.name}.{code.name}")
    each = Answered(asked, (frozenset(named),), groups)
    by_gender, *others = (by_people(each, counts, split) for split in splits)
    tables = [by_gender or totals(each, len(finished), rows=tuple(named)), *others]
    return [replace(one, words=code.words) for one in tables if one is not None]
