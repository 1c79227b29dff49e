"""Drawing a sample, and putting each of its lines down once.

Every line that may be drawn has a place that follows from the round's seed; the first N places are
the sample. Whoever is killed in between draws the same one again.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

from sqlalchemy import Connection, literal, update

from contacts.models import Person
from outreach.audience import TEXTS_ARRIVE, WISH, people
from outreach.values import Channel
from programmes.calendar import Calendar
from storage.ids import new_id
from storage.upsert import insert_into
from surveys.fieldwork.models import Fieldwork, SampledLine
from surveys.fieldwork.queries import field
from surveys.fieldwork.values import (
    Basis,
    Field,
    FieldSlot,
    Standing,
    State,
    Way,
    next_in,
)

BATCH = 500
"""Lines put down in one transaction."""

_LINES: Any = SampledLine.__table__


@dataclass(frozen=True, slots=True)
class Drawn:
    """One line, and who of it is asked for."""

    line_id: str
    person_id: str
    language: str
    gender: str | None
    district: str | None


def draw(connection: Connection, here: Field, *, languages: Sequence[str]) -> list[Drawn]:
    """The sample of a round that has started, in the order of its places; a list is none to draw.

    A shared phone is one line, and counts as whoever was on it first of those who may be asked.
    """
    sample = here.plan.sample
    if sample.basis is Basis.LIST or here.started_at is None:
        return []
    by_text = here.plan.way is Way.SMS
    rows = connection.execute(
        people(
            here.programme,
            channel=literal(Channel.SMS.value if by_text else Channel.VOICE.value),
            languages=languages,
            before=here.started_at,
            in_languages=sample.languages,
            genders=sample.genders,
            districts=sample.districts,
        )
        .add_columns(Person.gender, Person.district)
        .where(WISH.c.agreed.is_(True), *([TEXTS_ARRIVE] if by_text else []))
        .order_by(Person.line_id, Person.ordinal)
    )
    first: dict[str, Drawn] = {}
    for row in rows:
        first.setdefault(
            row.line_id, Drawn(row.line_id, row.person_id, row.language, row.gender, row.district)
        )
    size = len(first) if sample.size is None else sample.size
    return heapq.nsmallest(size, first.values(), key=lambda each: _place(here.seed, each.line_id))


def put_down(
    connection: Connection,
    round_id: str,
    drawn: Sequence[Drawn],
    *,
    calendar: Calendar,
    is_last: bool,
) -> None:
    """Put lines of the sample down; those that are there already stay as they are."""
    here = field(connection, round_id, held=True)
    if here.state is not State.RUNNING or here.is_planned or here.started_at is None:
        return
    from_when = max(here.started_at, here.plan.opens_at or here.started_at)
    rows = []
    for each in drawn:
        slots = slots_for(here.seed, each.line_id, attempts=len(here.plan.channels))
        row = new_line(here, each, slots)
        rows.append(row | {"due_at": next_in(calendar, slots[0], from_when)})
    if rows:
        connection.execute(
            insert_into(connection, _LINES).on_conflict_do_nothing(
                index_elements=["round_id", "line_id"]
            ),
            rows,
        )
    if is_last:
        connection.execute(
            update(Fieldwork).where(Fieldwork.round_id == round_id).values(is_planned=True)
        )


def new_line(here: Field, each: Drawn, slots: Sequence[str]) -> dict[str, Any]:
    """A row of the sample that nobody has tried."""
    return {
        "id": new_id(),
        "round_id": here.round_id,
        "line_id": each.line_id,
        "person_id": each.person_id,
        "gender": each.gender,
        "district": each.district,
        "language": each.language,
        "state": Standing.WAITING.value,
        "slots": " ".join(slots),
        "attempts": 0,
        "is_announced": False,
    }


def slots_for(seed: str, line_id: str, *, attempts: int) -> tuple[str, ...]:
    """In which part of the week each attempt at this line is made: drawn, each another one."""
    random = Random(_place(seed, f"{line_id}:slots"))  # noqa: S311 - a draw that can be repeated
    slots = [each.value for each in FieldSlot]
    random.shuffle(slots)
    return tuple(slots[:attempts])


def _place(seed: str, name: str) -> str:
    return hashlib.sha256(f"{seed}:{name}".encode()).hexdigest()
