"""From the event log to what may be shown of it. Pure.

All tables about people share their columns (who came back and who did not), whose totals are shown
in each: so nothing can be learned about one from another. The same holds for those about
engagements, by channel.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from disclosure.guard import Unprotectable, protect, whole_per_cent
from disclosure.merging import merge_small
from disclosure.values import RULE, ProtectedTable, Shown, Table
from measures.values import BegunBy, Engagement, Gender, Period

RETURNED, ONCE = "returned", "once"
MANY = "3"
"""Three tools or more."""
EXPOSURES = (30, 90)
"""Days since the first engagement, for cohorts: newer users look less faithful than they are."""


class Kind(StrEnum):
    """What a table is about."""

    PEOPLE_BY_GENDER = "people_by_gender"
    PEOPLE_BY_TOOLS = "people_by_tools"
    PEOPLE_BY_EXPOSURE = "people_by_exposure"
    ENGAGEMENTS_BY_BEGINNING = "engagements_by_beginning"
    ENGAGEMENTS_BY_LANGUAGE = "engagements_by_language"


@dataclass(frozen=True, slots=True)
class Share:
    """Whole per cent: at least, and at most if everybody unknown counted too."""

    low: int
    high: int
    base: int


@dataclass(frozen=True, slots=True)
class Report:
    """One period. None: hidden, or too few."""

    period: Period
    engagements: int | None
    people: int | None
    women: Share | None
    tables: Mapping[Kind, ProtectedTable]


@dataclass(frozen=True, slots=True)
class _Profile:
    """One participant over a period."""

    gender: Gender
    has_returned: bool
    tools: int
    first: dt.date


def report(engagements: Sequence[Engagement], period: Period) -> Report:
    """The indicators of a period, protected."""
    profiles = [_profile(own) for own in _by_participant(engagements).values()]
    people: dict[Kind, list[tuple[str, str]]] = {
        Kind.PEOPLE_BY_GENDER: [(each.gender.value, _column(each)) for each in profiles],
        Kind.PEOPLE_BY_TOOLS: [
            (str(min(each.tools, int(MANY))), _column(each)) for each in profiles
        ],
    }
    if period.month is None:
        people[Kind.PEOPLE_BY_EXPOSURE] = [
            (_exposure(each, period), _column(each)) for each in profiles
        ]
    sessions: dict[Kind, list[tuple[str, str]]] = {}
    if period.month is not None:
        # Of a year they would be the sum of its months, one of which may be hidden.
        sessions[Kind.ENGAGEMENTS_BY_BEGINNING] = [
            (each.begun_by.value, each.channel) for each in engagements
        ]
        sessions[Kind.ENGAGEMENTS_BY_LANGUAGE] = [
            (each.language, each.channel) for each in engagements
        ]
    rows = {
        Kind.PEOPLE_BY_GENDER: [each.value for each in Gender],
        Kind.PEOPLE_BY_TOOLS: ["1", "2", MANY],
        Kind.PEOPLE_BY_EXPOSURE: [*(str(days) for days in reversed(EXPOSURES)), "0"],
        Kind.ENGAGEMENTS_BY_BEGINNING: [each.value for each in BegunBy],
        Kind.ENGAGEMENTS_BY_LANGUAGE: sorted({each.language for each in engagements}),
    }
    tables = {
        kind: table
        for kind, pairs in (people | sessions).items()
        if (table := _protected(pairs, rows[kind])) is not None
    }
    return Report(
        period=period,
        engagements=_shown(len(engagements)) if period.month is not None else None,
        people=_shown(len(profiles)),
        women=_women(tables.get(Kind.PEOPLE_BY_GENDER)),
        tables=tables,
    )


def _by_participant(engagements: Sequence[Engagement]) -> dict[str, list[Engagement]]:
    found: dict[str, list[Engagement]] = {}
    for each in engagements:
        if each.participant is not None:
            found.setdefault(each.participant, []).append(each)
    return found


def _profile(own: Sequence[Engagement]) -> _Profile:
    told = [each.gender for each in sorted(own, key=_day) if each.gender is not Gender.REST]
    return _Profile(
        gender=told[-1] if told else Gender.REST,
        has_returned=len({each.day for each in own}) > 1,
        tools=len({tool for each in own for tool in each.tools}),
        first=min(each.day for each in own),
    )


def _day(engagement: Engagement) -> dt.date:
    return engagement.day


def _column(profile: _Profile) -> str:
    return RETURNED if profile.has_returned else ONCE


def _exposure(profile: _Profile, period: Period) -> str:
    days = (period.last - profile.first).days
    return str(max((each for each in EXPOSURES if days >= each), default=0))


def _protected(pairs: Sequence[tuple[str, str]], rows: Sequence[str]) -> ProtectedTable | None:
    """The table of pairs of row and column; None where all together are too few."""
    found = Counter(pairs)
    sizes = Counter(column for _, column in pairs)
    groups = merge_small(dict(sorted(sizes.items())))
    if not groups or any(RULE.is_small(group.count) for group in groups):
        return None
    table = Table(
        tuple(rows),
        tuple("+".join(group.members) for group in groups),
        tuple(
            tuple(sum(found[row, name] for name in group.members) for group in groups)
            for row in rows
        ),
    )
    try:
        return protect(table, public_columns=True)
    except Unprotectable:
        return None


def _shown(count: int) -> int | None:
    return None if RULE.is_small(count) else count


def _women(table: ProtectedTable | None) -> Share | None:
    """Women's share of the participants; the unknown counted as none, and as all of them."""
    if table is None:
        return None
    counts = {
        row: cells[-1].count
        for row, cells in zip(table.rows, table.cells, strict=False)
        if isinstance(cells[-1], Shown)
    }
    if set(counts) != {each.value for each in Gender}:
        return None
    base = sum(counts.values())
    if base < RULE.percent_base:
        return None
    women, unknown = counts[Gender.WOMAN], counts[Gender.REST]
    if not unknown:
        exact = whole_per_cent(women, base)
        return Share(exact, exact, base)
    return Share(100 * women // base, min(100, -(-100 * (women + unknown) // base)), base)
