"""To whom a broadcast goes: counted before it starts, read in batches of lines as it is planned.

Nothing here knows a number, and nothing looks at survey answers: there is no way from them to a
person. That somebody took part in a survey is known, and no more of it than the month.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, case, exists, func, or_, select

from broadcasts.values import Audience, Basis, Tool, Way
from contacts.models import Line, Person, ToolUse
from grievances.models import Case
from outreach.audience import TEXTS_ARRIVE, WISH, people
from outreach.values import Channel


@dataclass(frozen=True, slots=True)
class Count:
    """How many people and lines in one language, on one channel. A line counts once: in the
    language of whoever was on it first of those whom the broadcast is for."""

    language: str
    channel: Channel
    people: int
    lines: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """One line, and for whom it is contacted."""

    line_id: str
    person_id: str
    language: str
    channel: Channel


def channel_of(way: Way, texts_arrive: Any) -> ColumnElement[Any]:
    """How somebody is reached; SQL for a row of person, line and wish."""
    if way is Way.SMS:
        return case((texts_arrive, Channel.SMS.value), else_="")
    if way is Way.VOICE:
        return case((Line.id.is_not(None), Channel.VOICE.value))
    wants_text = and_(WISH.c.channel == Channel.SMS.value, texts_arrive)
    return case((wants_text, Channel.SMS.value), else_=Channel.VOICE.value)


def counts(
    connection: Connection,
    audience: Audience,
    *,
    programme: str,
    way: Way,
    languages: Sequence[str],
    before: dt.datetime,
) -> list[Count]:
    """How many it would go to, of those who came before `before`; the largest group first."""
    placed = (
        _people(audience, programme, way, languages, before)
        .add_columns(
            func.row_number()
            .over(partition_by=Person.line_id, order_by=Person.ordinal)
            .label("nth")
        )
        .subquery()
    )
    is_first = case((placed.c.nth == 1, 1), else_=0)
    lines = func.sum(is_first)
    rows = connection.execute(
        select(placed.c.language, placed.c.channel, func.count().label("people"), lines)
        .group_by(placed.c.language, placed.c.channel)
        .order_by(lines.desc(), placed.c.language)
    )
    return [Count(row[0], Channel(row[1]), row[2], row[3]) for row in rows]


def lines_after(
    connection: Connection,
    after: str,
    audience: Audience,
    *,
    programme: str,
    way: Way,
    languages: Sequence[str],
    before: dt.datetime,
    limit: int,
) -> tuple[list[Chosen], str | None]:
    """The lines that come after one, in the order of their ids, and the last of them; None where
    there is none any more. At most `limit` people are looked at."""
    rows = connection.execute(
        _people(audience, programme, way, languages, before)
        .where(Person.line_id > after)
        .order_by(Person.line_id, Person.ordinal)
        .limit(limit)
    ).all()
    chosen: dict[str, Chosen] = {}
    for line_id, person_id, language, channel in rows:
        if line_id not in chosen:
            chosen[line_id] = Chosen(line_id, person_id, language, Channel(channel))
    return list(chosen.values()), rows[-1][0] if rows else None


def _people(
    audience: Audience, programme: str, way: Way, languages: Sequence[str], before: dt.datetime
) -> Any:
    found = people(
        programme,
        channel=channel_of(way, TEXTS_ARRIVE),
        languages=languages,
        before=before,
        in_languages=audience.languages,
        genders=audience.genders,
        districts=audience.districts,
    )
    agreed = WISH.c.agreed.is_(True)
    if audience.basis is Basis.CONTACTED:
        agreed = or_(agreed, and_(WISH.c.agreed.is_(None), _has_case(programme)))
    if audience.tool is not None:
        agreed = and_(agreed, _has_used(programme, audience.tool))
    return found.where(agreed)


def _has_used(programme: str, tool: Tool) -> ColumnElement[bool]:
    used = exists().where(
        ToolUse.person_id == Person.id, ToolUse.programme == programme, ToolUse.tool == tool.value
    )
    # A case that staff took down is no use that was noted.
    return or_(used, _has_case(programme)) if tool is Tool.SUPPORT else used


def _has_case(programme: str) -> ColumnElement[bool]:
    return exists().where(Case.person_id == Person.id, Case.programme == programme)
