"""What a case keeps of its clocks is what its history tells."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from grievances import history, triage
from grievances.history import Event
from grievances.lifecycle import PERSON, Actor, Party, State
from grievances.models import Case
from grievances.operations import move
from grievances.values import Category
from programmes.clocks import Step
from programmes.operations import load
from tests.grievances.people import JUNIN, NOW, World

LIMA = ZoneInfo("America/Lima")
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """What the engines could differ in is tried in test_operations."""
    return sqlite_url


def kept(world: World, case_id: str) -> tuple[dt.date | None, str | None]:
    """The local day that is the last one in time, and what is due."""
    with world.database.reading() as connection:
        row = connection.execute(select(Case.due_at, Case.due_step).where(Case.id == case_id)).one()
    if row.due_at is None:
        return None, row.due_step
    return (row.due_at - dt.timedelta(seconds=1)).astimezone(LIMA).date(), row.due_step


def test_every_event_moves_what_is_due(world: World) -> None:
    rosa = Actor(Party.CASE_MANAGER, world.manager)
    case_id = world.case()  # Monday 23 November, and nobody knows how grave it is
    assert kept(world, case_id) == (dt.date(2026, 11, 25), Step.ACKNOWLEDGE)

    def goes(to: State, actor: Actor = rosa, *, hours: int, note: str | None = None) -> None:
        with world.database.writing() as connection:
            move(
                connection, case_id, vault=world.vault, to=to, actor=actor, note=note,
                now=NOW + hours * HOUR,
            )  # fmt: skip

    goes(State.ACKNOWLEDGED, hours=1)
    assert kept(world, case_id) == (dt.date(2026, 11, 26), Step.TRIAGE)
    with world.database.writing() as connection:
        triage.classify(
            connection, case_id, vault=world.vault, actor=rosa, category=Category.WATER,
            severity=1, district=None, now=NOW + 2 * HOUR,
        )  # fmt: skip
    assert kept(world, case_id) == (dt.date(2026, 11, 30), Step.TRIAGE)
    goes(State.TRIAGED, hours=3)
    assert kept(world, case_id) == (dt.date(2026, 12, 7), Step.PROGRESS)
    goes(State.NEEDS_INFORMATION, hours=4, note="¿Dónde fue?")
    assert kept(world, case_id) == (None, None)
    goes(State.INVESTIGATING, PERSON, hours=4 + 24)
    assert kept(world, case_id) == (dt.date(2026, 12, 10), Step.PROGRESS), "a day later, and feasts"
    with world.database.writing() as connection:
        history.note(
            connection, case_id, vault=world.vault, kind=Event.EXTENDED, actor=rosa,
            public_note="Falta el laboratorio.", now=NOW + 30 * HOUR,
        )  # fmt: skip
    goes(State.RESOLUTION_PROPOSED, hours=40, note="Agua en cisterna.")
    goes(State.ACCEPTED, PERSON, hours=41)
    goes(State.RESOLVED, hours=42)
    with world.database.reading() as connection:
        assert connection.execute(select(Case.wakes_at)).scalar_one() is not None


def test_days_of_the_programme_move_it_too(world: World) -> None:
    feast = replace(JUNIN.calendar, blocked=frozenset({dt.date(2026, 11, 24)}))
    with world.database.writing() as connection:
        load(connection, replace(JUNIN, calendar=feast, hash="b" * 64), now=NOW)
    assert kept(world, world.case()) == (dt.date(2026, 11, 26), Step.ACKNOWLEDGE)
