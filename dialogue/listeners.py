"""What is listened to and where calls end, by language and gender: past the guard, or not at all.

How often a message was played in all is public on the same page: here nothing may rest on hiding
it. Days that are not over are left out, so that nobody watches one call be counted.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, select

from dialogue.listening import MEN, REST, WOMEN
from dialogue.models import Heard, Left
from disclosure.guard import Unprotectable, protect
from disclosure.values import RULE, Shown, Table

GENDERS = (WOMEN, MEN, REST)

_Counts = dict[tuple[str, str, str], int]
"""By language, what was played or asked, and gender."""


@dataclass(frozen=True, slots=True)
class ByGender:
    """One line of a page: how a message or question fared with each of `GENDERS`.

    None stands where a count is hidden: it is small, or would give a small one away.
    """

    key: str
    language: str
    counts: tuple[int | None, ...]
    """Times played, or times asked."""
    rates: tuple[float | None, ...]
    """Seconds heard on average, or the part of calls that ended there; no part of a small base."""


def heard_by(connection: Connection, programme: str, *, before: dt.date) -> list[ByGender]:
    """How each message was listened to on the days before that one, with the seconds heard."""
    plays, seconds = _sums(
        connection,
        (Heard.language, Heard.message, Heard.gender),
        (Heard.plays, Heard.seconds),
        where=and_(Heard.programme == programme, Heard.day < before),
    )
    lines = []
    for language, keys in _keys(plays).items():
        shown = _shown({key: _of(plays, language, key) for key in keys})
        for key, counts in shown.items():
            rates = tuple(
                seconds[language, key, gender] / count if count else None
                for gender, count in zip(GENDERS, counts, strict=True)
            )
            lines.append(ByGender(key, language, counts, rates))
    return lines


def left_by(connection: Connection, programme: str, *, before: dt.date) -> list[ByGender]:
    """Where calls ended on the days before that one: the part of those who were asked."""
    asked, left = _sums(
        connection,
        (Left.language, Left.question, Left.gender),
        (Left.asked, Left.left),
        where=and_(Left.programme == programme, Left.day < before),
    )
    lines = []
    for language, keys in _keys(asked).items():
        bases = _shown({key: _of(asked, language, key) for key in keys})
        ends = _shown({key: _of(left, language, key) for key in bases})
        for key, counts in bases.items():
            rates = tuple(
                end / base if base and base >= RULE.percent_base and end is not None else None
                for base, end in zip(counts, ends.get(key, (None,) * len(GENDERS)), strict=True)
            )
            lines.append(ByGender(key, language, counts, rates))
    return lines


def _sums(
    connection: Connection,
    place: tuple[Any, Any, Any],
    counted: tuple[Any, Any],
    *,
    where: ColumnElement[bool],
) -> tuple[_Counts, _Counts]:
    """The sums of two columns, over all days, at each place."""
    rows = connection.execute(
        select(*place, *(func.sum(each) for each in counted)).where(where).group_by(*place)
    )
    first: _Counts = {}
    second: _Counts = {}
    for language, key, gender, one, other in rows:
        first[language, key, gender], second[language, key, gender] = one, other
    return first, second


def _keys(counts: _Counts) -> dict[str, list[str]]:
    keys: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for language, key, _ in sorted(counts):
        keys[language][key] = None
    return {language: list(of) for language, of in keys.items()}


def _of(counts: _Counts, language: str, key: str) -> tuple[int, ...]:
    return tuple(counts.get((language, key, gender), 0) for gender in GENDERS)


def _shown(counts: Mapping[str, tuple[int, ...]]) -> dict[str, tuple[int | None, ...]]:
    """The counts that may be seen, by key; a key whose total is too small is left out."""
    kept = {key: row for key, row in counts.items() if not RULE.is_small(sum(row))}
    if not kept:
        return {}
    rows = tuple(zip(*kept.values(), strict=True))
    try:
        table = protect(Table(GENDERS, tuple(kept), rows), public_columns=True)
    except Unprotectable:
        return dict.fromkeys(kept, (None,) * len(GENDERS))
    return {
        key: tuple(
            cell.count if isinstance(cell := table.cells[row][column], Shown) else None
            for row in range(len(GENDERS))
        )
        for column, key in enumerate(kept)
    }
