"""What came of a broadcast, by language, gender and district: every table passes the guard.

Lines are counted, each with what is known of the person it was for. How many there are of each
`Reach` is seen above all tables: what is too small for that is put together first, and the guard is
told that these totals are known. Tables are made once it is over: two looks at something that
grows would tell what a single one hides.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, and_, case, func, select

from broadcasts.models import Recipient
from contacts.models import Person
from disclosure.guard import Unprotectable, protect, whole_per_cent
from disclosure.merging import Group, merge_small
from disclosure.values import RULE, Cell, Shown, Table
from outreach.attempts import Outcome
from outreach.values import Channel


class Reach(StrEnum):
    """How far a broadcast got with a line; each is counted in one of these."""

    HEARD = "heard"
    """A call, to the end."""
    ARRIVED = "arrived"
    """A text."""
    PARTLY = "partly"
    """She took the call, and heard less."""
    SENT = "sent"
    """A text of which nothing was heard since."""
    OPTED_OUT = "opted_out"
    NOT_REACHED = "not_reached"


LISTENERS = (Reach.HEARD, Reach.ARRIVED)

_REACH = case(
    (Recipient.outcome == Outcome.OPTED_OUT, Reach.OPTED_OUT.value),
    (Recipient.is_heard.is_(True), Reach.HEARD.value),
    (
        and_(Recipient.outcome == Outcome.REACHED, Recipient.channel == Channel.SMS),
        Reach.ARRIVED.value,
    ),
    (Recipient.outcome == Outcome.REACHED, Reach.PARTLY.value),
    (Recipient.outcome == Outcome.SENT, Reach.SENT.value),
    else_=Reach.NOT_REACHED.value,
)
_SPLITS: Mapping[str, Any] = {
    "language": Recipient.language,
    "gender": func.coalesce(Person.gender, ""),
    "district": func.coalesce(Person.district, ""),
}


@dataclass(frozen=True, slots=True)
class Row:
    """A group of people in a table: its cells, the total last, and per cent of it where it is
    large enough."""

    members: tuple[str, ...]
    cells: tuple[tuple[Cell, int | None], ...]


@dataclass(frozen=True, slots=True)
class Split:
    """One table: `of` is `language`, `gender` or `district`; no rows where nothing may be shown.

    The columns are those of the results.
    """

    of: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What came of a broadcast that is over. `groups` are reaches, some of them put together."""

    lines: int
    groups: tuple[Group, ...]
    listeners: int | None
    """None where so few listened that it is not told."""
    splits: tuple[Split, ...]


def lines_of(connection: Connection, broadcast_id: str) -> int:
    """How many lines are planned so far."""
    return connection.execute(
        select(func.count()).where(Recipient.broadcast_id == broadcast_id)
    ).scalar_one()


def results(connection: Connection, broadcast_id: str) -> Results | None:
    """The results of a broadcast that is over; None where so few lines were tried that nothing
    can be told without telling of single people."""
    counted: Counter[Reach] = Counter()
    for reach, count in connection.execute(
        select(_REACH, func.count()).where(Recipient.broadcast_id == broadcast_id).group_by(_REACH)
    ):
        counted[Reach(reach)] = count
    present = {reach.value: counted[reach] for reach in Reach if counted[reach]}
    groups = merge_small(present, partner=_with_those_not_reached)
    if not groups or any(RULE.is_small(group.count) for group in groups):
        return None
    listening = [group for group in groups if set(group.members) & set(LISTENERS)]
    is_mixed = any(not set(group.members) <= set(LISTENERS) for group in listening)
    return Results(
        lines=sum(counted.values()),
        groups=groups,
        listeners=None if is_mixed else sum(group.count for group in listening),
        splits=tuple(_split(connection, broadcast_id, of, groups) for of in _SPLITS),
    )


def _with_those_not_reached(_group: Group, others: Sequence[Group]) -> Group:
    """What is too small to be told joins the many who were not reached."""
    many = next((each for each in others if Reach.NOT_REACHED in each.members), None)
    return many or min(others, key=lambda other: other.count)


def _split(connection: Connection, broadcast_id: str, of: str, groups: tuple[Group, ...]) -> Split:
    column = _SPLITS[of]
    counted: Counter[tuple[str, str]] = Counter()
    people: Counter[str] = Counter()
    for who, reach, count in connection.execute(
        select(column, _REACH, func.count())
        .select_from(Recipient)
        .outerjoin(Person, Person.id == Recipient.person_id)
        .where(Recipient.broadcast_id == broadcast_id)
        .group_by(column, _REACH)
        .order_by(column)
    ):
        counted[who, reach] += count
        people[who] += count
    merged = tuple(each.members for each in merge_small(people))
    table = Table(
        rows=tuple("+".join(members) for members in merged),
        columns=tuple("+".join(group.members) for group in groups),
        counts=tuple(
            tuple(
                sum(counted[who, reach] for who in members for reach in group.members)
                for group in groups
            )
            for members in merged
        ),
    )
    try:
        cells = protect(table, public_columns=True).cells
    except Unprotectable:
        return Split(of, ())
    return Split(of, tuple(map(_row, (*merged, ()), cells)))


def _row(members: tuple[str, ...], cells: tuple[Cell, ...]) -> Row:
    total = cells[-1]
    base = total.count if isinstance(total, Shown) else 0
    return Row(
        members,
        tuple(
            (
                cell,
                whole_per_cent(cell.count, base)
                if isinstance(cell, Shown) and base >= RULE.percent_base
                else None,
            )
            for cell in cells
        ),
    )
