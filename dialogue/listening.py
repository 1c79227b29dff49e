"""What was listened to, and where calls end: counted from the turns of calls that are over.

A call is counted once, when the carrier has told its end, from what its answers really played;
what remains is counts by day, language, and gender as far as it is told (`dialogue.listeners` shows
them). Turns of a survey are erased before and counted by the survey itself.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, delete, func, select

from contacts.about import about
from contacts.values import Gender
from dialogue.models import CallEnd, Heard, Left, TurnRow
from storage.services import Services
from storage.upsert import insert_into

ENOUGH = 0.75
"""The part of a message from which it counts as heard to the end."""

FEWEST = 5
"""Below so many plays or askings a page shows none: few callers could be recognised."""

_BATCH = 50
_MESSAGE = "message."
_QUESTION_AFTER = "message.after"
_PLAYED = re.compile(r"/voice/prompts/([\w-]+)/([\w.%-]+)\.wav\?v=([0-9a-f]+)")

Seconds = Callable[[str, str, str], float | None]
"""How long the prompt of this key, language and version plays; None where it cannot be known."""

SlugOf = Callable[[Connection, str], str]
"""The programme of a version."""


WOMEN, MEN, REST = "woman", "man", "unknown"
"""Whom a count is of. Other answers are few: they are counted with those who gave none."""


class Place(NamedTuple):
    """What a count is of: a message or question, in a programme and a language, on a day."""

    programme: str
    key: str
    language: str
    day: dt.date
    gender: str = REST


@dataclass(slots=True)
class Tally:
    """Counts of one call, or of many."""

    plays: Counter[Place] = field(default_factory=Counter)
    seconds: Counter[Place] = field(default_factory=Counter)
    to_the_end: Counter[Place] = field(default_factory=Counter)
    asked: Counter[Place] = field(default_factory=Counter)
    left: Counter[Place] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Listened:
    """One line of the page: a message in a language, over all its days."""

    message: str
    language: str
    plays: int
    seconds: int
    to_the_end: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """One line of the page: a question in a language, over all its days."""

    question: str
    language: str
    asked: int
    left: int


def count_calls(services: Services, *, seconds_of: Seconds, slug_of: SlugOf) -> int:
    """Count the calls that have ended since the last time; return how many. Safe on two workers."""
    counted = 0
    while True:
        with services.database.writing() as connection:
            # Taken by deleting: what was counted is never counted again.
            legs = connection.execute(
                delete(CallEnd)
                .where(CallEnd.leg.in_(select(CallEnd.leg).limit(_BATCH).scalar_subquery()))
                .returning(CallEnd.leg, CallEnd.at)
            ).all()
            tally = Tally()
            for leg, over_at in legs:
                _count(connection, tally, leg, over_at, seconds_of, slug_of)
            _keep(connection, tally)
        counted += len(legs)
        if len(legs) < _BATCH:
            return counted


def _count(
    connection: Connection,
    tally: Tally,
    leg: str,
    over_at: dt.datetime,
    seconds_of: Seconds,
    slug_of: SlugOf,
) -> None:
    rows = connection.execute(
        select(TurnRow.state, TurnRow.answer, TurnRow.at)
        .where(TurnRow.leg == leg)
        .order_by(TurnRow.n)
    ).all()
    ends = [row.at for row in rows[1:]] + [over_at]
    gender = _gender_of(connection, [row.state for row in rows if row.state is not None])
    for place, (row, until) in enumerate(zip(rows, ends, strict=True), start=1):
        if row.state is None or row.answer is None:
            continue
        slug = slug_of(connection, row.state["programme"])
        where = (slug, row.state["language"], row.at.date())
        heard_for = max(0.0, (until - row.at).total_seconds())
        for key, listened, is_enough in _listened(row.answer, heard_for, seconds_of):
            at = Place(slug, key, where[1], where[2], gender)
            tally.plays[at] += 1
            tally.seconds[at] += round(listened)
            tally.to_the_end[at] += is_enough
        if (asked := row.state.get("asked")) is not None:
            at = Place(slug, asked["key"], where[1], where[2], gender)
            tally.asked[at] += 1
            tally.left[at] += place == len(rows)


def _gender_of(connection: Connection, states: list[Any]) -> str:
    """What the last who was known on a call has told of her gender, in what is counted."""
    people = [known for state in states if (known := state["facts"].get("person"))]
    told = about(connection, people[-1]).gender if people else None
    return told.value if told in (Gender.WOMAN, Gender.MAN) else REST


def _listened(
    answer: str, heard_for: float, seconds_of: Seconds
) -> Iterator[tuple[str, float, bool]]:
    """The messages that an answer played: how long each was heard, and whether long enough."""
    began = 0.0
    for language, key, version in _PLAYED.findall(answer):
        length = seconds_of(key, language, version)
        if length is None:
            return
        if key.startswith(_MESSAGE) and key != _QUESTION_AFTER:
            listened = min(length, max(0.0, heard_for - began))
            yield key.removeprefix(_MESSAGE), listened, listened >= ENOUGH * length
        began += length


def _keep(connection: Connection, tally: Tally) -> None:
    for place, plays in tally.plays.items():
        _add(
            connection,
            Heard,
            {"message": place.key, **_where(place)},
            plays=plays,
            seconds=tally.seconds[place],
            to_the_end=tally.to_the_end[place],
        )
    for place, asked in tally.asked.items():
        _add(
            connection,
            Left,
            {"question": place.key, **_where(place)},
            asked=asked,
            left=tally.left[place],
        )


def _where(place: Place) -> dict[str, Any]:
    return {
        "programme": place.programme,
        "language": place.language,
        "day": place.day,
        "gender": place.gender,
    }


def _add(connection: Connection, model: Any, where: dict[str, Any], **counts: int) -> None:
    table = model.__table__
    connection.execute(
        insert_into(connection, table)
        .values(**where, **counts)
        .on_conflict_do_update(
            index_elements=list(where),
            set_={name: table.c[name] + count for name, count in counts.items()},
        )
    )


def listened_to(connection: Connection, programme: str) -> list[Listened]:
    """How each message was listened to, the most played first; those played too rarely left out."""
    plays = func.sum(Heard.plays)
    rows = connection.execute(
        select(
            Heard.message,
            Heard.language,
            plays.label("plays"),
            func.sum(Heard.seconds).label("seconds"),
            func.sum(Heard.to_the_end).label("to_the_end"),
        )
        .where(Heard.programme == programme)
        .group_by(Heard.message, Heard.language)
        .having(plays >= FEWEST)
        .order_by(plays.desc(), Heard.message, Heard.language)
    )
    return [Listened(*row) for row in rows]


def left_at(connection: Connection, programme: str) -> list[Leaving]:
    """Where calls end, the largest part first; questions asked too rarely left out."""
    asked, left = func.sum(Left.asked), func.sum(Left.left)
    rows = connection.execute(
        select(Left.question, Left.language, asked.label("asked"), left.label("left"))
        .where(Left.programme == programme)
        .group_by(Left.question, Left.language)
        .having(asked >= FEWEST)
        .order_by((left * 1.0 / asked).desc(), Left.question, Left.language)
    )
    return [Leaving(*row) for row in rows]
