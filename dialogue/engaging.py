"""What a conversation was to whoever had it, noted when it is over (`measures`).

Calls are noted when the carrier tells their end; the texts of a day when a day has gone by without
another. Of a conversation whose number nobody shall know nothing is noted at all.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, func, select, update

from contacts.about import about
from contacts.tools import note_tools
from contacts.values import Gender as Told
from dialogue.models import TurnRow
from dialogue.turns import RESUMABLE_FOR
from measures import operations as measures
from measures.values import OURS, BegunBy, Gender, tools_of
from programmes.queries import Versions
from storage.services import Services

_TABLE: Any = TurnRow.__table__
_COUNTED = {Told.WOMAN: Gender.WOMAN, Told.MAN: Gender.MAN}


def note_call(
    connection: Connection,
    leg: str,
    *,
    services: Services,
    versions: Versions,
    person_id: str | None,
) -> None:
    """Note the engagement that a call was, if it was one; `person_id` is whose, where known."""
    rows = connection.execute(
        select(TurnRow.script, TurnRow.channel, TurnRow.state, TurnRow.at)
        .where(TurnRow.leg == leg)
        .order_by(TurnRow.n)
    ).all()
    states = [row.state for row in rows if row.state is not None]
    if not states or any(state["facts"].get("anonymous") for state in states):
        return
    programme = versions.get(connection, states[-1]["programme"])
    told = about(connection, person_id).gender if person_id else None
    day = rows[0].at.astimezone(ZoneInfo(programme.time_zone)).date()
    tools = tools_of(row.script for row in rows)
    if person_id is not None:
        note_tools(connection, person_id, programme=programme.slug, tools=tools, day=day)
    measures.note(
        connection,
        vault=services.vault,
        programme=programme.slug,
        day=day,
        channel=rows[0].channel,
        begun_by=BegunBy.US if rows[0].script in OURS else BegunBy.HER,
        language=states[-1]["language"],
        gender=_COUNTED.get(told, Gender.REST) if told else Gender.REST,
        tools=tools,
        person_id=person_id,
    )


def note_texts(services: Services, versions: Versions) -> int:
    """Note the texts of every line that has been silent for a day; return how many lines. Before
    their turns are erased."""
    now = services.clock()
    with services.database.writing() as connection:
        legs = _end_texts(connection, now)
        for leg in legs:
            person = _whose(connection, leg)
            note_call(connection, leg, services=services, versions=versions, person_id=person)
    return len(legs)


def _end_texts(connection: Connection, now: dt.datetime) -> list[str]:
    """The legs of texts that are over since now: each is somebody's who asks first."""
    silent = (
        select(TurnRow.leg)
        .where(TurnRow.channel == "sms", TurnRow.is_over.is_(False))
        .group_by(TurnRow.leg)
        .having(func.max(TurnRow.at) <= now - RESUMABLE_FOR)
        .limit(200)
    )
    ended = connection.execute(
        update(_TABLE)
        .where(TurnRow.leg.in_(silent.scalar_subquery()), TurnRow.is_over.is_(False))
        .values(is_over=True)
        .returning(TurnRow.leg)
    )
    return sorted(set(ended.scalars()))


def _whose(connection: Connection, leg: str) -> str | None:
    """The last who was known on a leg."""
    states = connection.execute(
        select(TurnRow.state).where(TurnRow.leg == leg).order_by(TurnRow.n.desc())
    ).scalars()
    known = (state["facts"].get("person") for state in states if state is not None)
    return next((str(person) for person in known if person), None)
