"""From the facts of cases to what may be shown of them. Pure.

Quarters have figures, years have tables. A year's figure is shown only where those of all its
quarters are: else one that is hidden could be had by subtraction. Tables of a year have one column
each and the same total, which is shown: none tells about another.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence

from disclosure.guard import Unprotectable, protect, whole_per_cent
from disclosure.values import RULE, SMALL_AREA, ProtectedTable, Rule, Table
from grievances.indicators.survival import time_by
from grievances.indicators.values import (
    AGE_BANDS,
    Count,
    Days,
    Facts,
    Figure,
    Kind,
    Period,
    Report,
    Share,
    Value,
)
from grievances.lifecycle import CloseCode
from grievances.values import Category

COLUMN = "cases"
UNKNOWN = "unknown"
STILL_OPEN = "still_open"
OTHER = Category.OTHER.value

_RESTRICTED = frozenset({Category.WOMENS_SAFETY.value, Category.REPRISAL.value})
"""Counted under "other": that there was one at all could endanger whoever brought it."""
_LOST = frozenset({CloseCode.WITHDRAWN, CloseCode.UNREACHABLE})
_UP_TO = (15, 30, 60)


def report(
    period: Period,
    *,
    as_of: dt.datetime,
    end: dt.date,
    facts: Mapping[Period, Sequence[Facts]],
) -> Report:
    """The report of a period, as its last day `end` left it.

    `facts` has, for the period and for each of its quarters, all cases received before its end, as
    they stood then.
    """
    figures = figures_of(facts[period], period, end)
    if period.quarter is None:
        for quarter in period.quarters:
            own = figures_of(facts[quarter], quarter, _last_day(quarter))
            figures = {
                name: value if own[name] is not None else None for name, value in figures.items()
            }
    tables = _tables_of_year if period.quarter is None else _tables_of_quarter
    return Report(period, as_of, figures, tables(facts[period], period))


def figures_of(facts: Sequence[Facts], period: Period, end: dt.date) -> dict[Figure, Value | None]:
    """The figures of a period; None is hidden."""
    own = [each for each in facts if _is_of(each, period)]
    decided = sum(each.accepted + each.refused for each in own)
    satisfied = Counter(each.satisfaction for each in own if each.satisfaction)
    codes = Counter(each.close_code for each in own)
    counts = {
        Figure.RECEIVED: len(own),
        Figure.OPEN: sum(each.open_for is not None for each in facts),
        Figure.APPEALED: sum(bool(each.appealed) for each in own),
        Figure.REOPENED: sum(bool(each.reopened) for each in own),
        Figure.REFERRED: codes[CloseCode.REFERRED],
        Figure.WITHDRAWN_OR_UNREACHABLE: sum(codes[code] for code in _LOST),
        Figure.REPRISALS: sum(each.reprisal for each in own),
    }
    shares = {
        Figure.ACKNOWLEDGED_IN_TIME: _in_time(each.acknowledged_in_time for each in own),
        Figure.OUTCOME_IN_TIME: _in_time(each.outcome_in_time for each in own),
        Figure.ACCEPTED: (sum(each.accepted for each in own), decided),
        Figure.SATISFIED: (satisfied["satisfied"], satisfied.total()),
    }
    days = {
        Figure.DAYS_TO_ACKNOWLEDGE: _days(own, lambda each: each.acknowledged_on, end),
        Figure.DAYS_TO_OUTCOME: _days(own, lambda each: each.outcome_on, end),
    }
    found: dict[Figure, Value | None] = {name: _count(count) for name, count in counts.items()}
    found |= {name: _share(*pair) for name, pair in shares.items()}
    found |= days
    return {name: found[name] for name in Figure}


def age_band(business_days: int) -> str:
    """The band of `AGE_BANDS` that an age is in."""
    return AGE_BANDS[sum(business_days > most for most in _UP_TO)]


def _last_day(period: Period) -> dt.date:
    month = 12 if period.quarter is None else 3 * period.quarter
    first_after = dt.date(period.year + month // 12, month % 12 + 1, 1)
    return first_after - dt.timedelta(days=1)


def _is_of(case: Facts, period: Period) -> bool:
    own = Period.of(case.received_on)
    return own in period.quarters


def _in_time(known: Iterable[bool | None]) -> tuple[int, int]:
    settled = [each for each in known if each is not None]
    return sum(settled), len(settled)


def _count(count: int) -> Count | None:
    return None if RULE.is_small(count) else Count(count)


def _share(count: int, base: int) -> Share | None:
    if base < RULE.percent_base:
        return None
    return Share(whole_per_cent(count, base), base)


def _days(
    own: Sequence[Facts], reached: Callable[[Facts], dt.date | None], end: dt.date
) -> Days | None:
    if len(own) < RULE.percent_base:
        return None
    durations = [
        ((_until(each, reached(each), end) - each.received_on).days, reached(each) is not None)
        for each in own
    ]
    waiting = sum(reached(each) is None and each.closed_on is None for each in own)
    return Days(
        half=time_by(durations, 0.5),
        nine_tenths=time_by(durations, 0.9),
        base=len(own),
        still_open=None if RULE.is_small(waiting) else waiting,
    )


def _until(case: Facts, reached: dt.date | None, end: dt.date) -> dt.date:
    """When it got there; else when it was seen last: at its close, or at the end."""
    return reached or case.closed_on or end


# Tables ------------------------------------------------------------------------------------------


def _tables_of_quarter(facts: Sequence[Facts], _period: Period) -> dict[Kind, ProtectedTable]:
    ages = [age_band(each.open_for) for each in facts if each.open_for is not None]
    return _made({Kind.BY_AGE: (AGE_BANDS, ages, RULE)})


def _tables_of_year(facts: Sequence[Facts], period: Period) -> dict[Kind, ProtectedTable]:
    own = [each for each in facts if _is_of(each, period)]
    categories = _merged([_category(each) for each in own if each.category or _is_grievance(each)])
    tables: dict[Kind, tuple[Sequence[str], Sequence[str], Rule]] = {
        Kind.BY_CATEGORY: (_rows(categories), categories, RULE)
    }
    of_all: dict[Kind, tuple[Callable[[Facts], str], Rule]] = {
        Kind.BY_KIND: (lambda each: each.kind, RULE),
        Kind.BY_DISTRICT: (lambda each: each.district or UNKNOWN, SMALL_AREA),
        Kind.BY_GENDER: (lambda each: each.gender, RULE),
        Kind.BY_LANGUAGE: (lambda each: each.language, RULE),
        Kind.BY_CHANNEL: (lambda each: each.channel, RULE),
        Kind.BY_CONFIDENTIALITY: (lambda each: each.confidentiality, RULE),
        Kind.BY_OUTCOME: (lambda each: each.close_code or STILL_OPEN, RULE),
    }
    for kind, (read, rule) in of_all.items():
        found = [read(each) for each in own]
        tables[kind] = (_rows(found), found, rule)
    return _made(tables)


def _made(
    tables: Mapping[Kind, tuple[Sequence[str], Sequence[str], Rule]],
) -> dict[Kind, ProtectedTable]:
    """Those that can be protected, each with its total shown."""
    made: dict[Kind, ProtectedTable] = {}
    for kind, (rows, found, rule) in tables.items():
        counts = Counter(found)
        table = Table(tuple(rows), (COLUMN,), tuple((counts[row],) for row in rows))
        try:
            if rows and not rule.is_small(counts.total()):
                made[kind] = protect(table, rule=rule, public_columns=True)
        except Unprotectable:
            continue
    return made


def _rows(found: Sequence[str]) -> tuple[str, ...]:
    """Names in one order, the largest first: of equal ones as they are spelled."""
    counts = Counter(found)
    return tuple(sorted(counts, key=lambda name: (-counts[name], name)))


def _is_grievance(case: Facts) -> bool:
    return case.kind == "grievance"


def _category(case: Facts) -> str:
    if case.category is None:
        return UNKNOWN
    return OTHER if case.category in _RESTRICTED else case.category


def _merged(categories: Sequence[str]) -> list[str]:
    """Small categories joined with "other", before anything is hidden."""
    counts = Counter(categories)
    small = {name for name, count in counts.items() if RULE.is_small(count)}
    return [OTHER if name in small else name for name in categories]
