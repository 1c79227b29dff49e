"""Reads of engagements."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, func, select

from measures.models import EngagementRow
from measures.values import BegunBy, Engagement, Gender, Period, Tool


def engagements(connection: Connection, programme: str, period: Period) -> list[Engagement]:
    """Every engagement of a programme in a period, in no order."""
    rows = connection.execute(
        select(
            EngagementRow.day,
            EngagementRow.channel,
            EngagementRow.begun_by,
            EngagementRow.language,
            EngagementRow.gender,
            EngagementRow.tools,
            EngagementRow.participant,
        ).where(
            EngagementRow.programme == programme,
            EngagementRow.day.between(period.first, period.last),
        )
    )
    return [
        Engagement(
            day=row.day,
            channel=row.channel,
            begun_by=BegunBy(row.begun_by),
            language=row.language,
            gender=Gender(row.gender),
            tools=frozenset(Tool(name) for name in row.tools.split()),
            participant=row.participant,
        )
        for row in rows
    ]


def periods(connection: Connection, programme: str, *, today: dt.date) -> list[Period]:
    """The months and years with engagements that are over, the newest first, years last."""
    first, last = connection.execute(
        select(func.min(EngagementRow.day), func.max(EngagementRow.day)).where(
            EngagementRow.programme == programme
        )
    ).one()
    if first is None:
        return []
    years = range(last.year, first.year - 1, -1)
    months = [Period(year, month) for year in years for month in range(12, 0, -1)]
    found = [each for each in months if first <= each.last and each.first <= last]
    found += [Period(year) for year in years]
    return [each for each in found if each.has_ended(today)]
