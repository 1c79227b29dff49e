"""A pilot is answered, timed, and thrown away."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.vault import Vault
from surveys import operations, pilots, queries
from surveys.models import Answer, PilotRun, Response, RoundKey
from surveys.values import Status
from tests.surveys.people import ANSWERS, NAMES, NOW, Field, programme


def test_a_pilot_leaves_its_times_alone(database: Database, vault: Vault) -> None:
    field = Field(database, vault)
    with database.writing() as connection:
        pilots.begin(connection, round_id=field.round_id)
    for place, who in enumerate("abc"):
        field.begin(who)
        for name in NAMES:
            later = NOW + dt.timedelta(seconds=60 * (place + 1))
            field.answer(who, name, ANSWERS[name], now=later)
    field.begin("d")
    with database.writing() as connection:
        assert queries.unfinished_rounds(connection) == []
        times = pilots.end(connection, round_id=field.round_id, now=NOW)
    assert times == [pilots.Times("voice", "es", began=4, finished=3, median=120)]
    with database.reading() as connection:
        for kept in (Response, Answer, RoundKey):
            assert connection.execute(select(func.count()).select_from(kept)).scalar() == 0
        runs = connection.execute(select(PilotRun.begun_at, PilotRun.seconds)).all()
        assert sorted(run.seconds for run in runs if run.seconds) == [60, 120, 180]
        assert len(runs) == 4, "who did not finish is counted still"
        assert {run.begun_at for run in runs} == {None}
        assert queries.rounds(connection, "junin") == []
    assert field.answer("a", "water", "water_bad").status is Status.CLOSED
    with database.writing() as connection:
        after = operations.publish(connection, vault=vault, programme=programme(), now=NOW)
    assert after is not None
    assert after.is_new


def test_what_people_have_answered_is_no_pilot(sqlite_database: Database, vault: Vault) -> None:
    field = Field(sqlite_database, vault)
    field.begin("a")
    with sqlite_database.writing() as connection:
        with pytest.raises(pilots.NotAPilot, match="have answered"):
            pilots.begin(connection, round_id=field.round_id)
        with pytest.raises(pilots.NotAPilot, match="no pilot"):
            pilots.end(connection, round_id=field.round_id, now=NOW)
    with sqlite_database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(PilotRun)).scalar() == 0
