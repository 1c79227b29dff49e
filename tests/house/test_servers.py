"""The databases of tests are what they promise: fresh, committing, with every table, on both."""

from __future__ import annotations

import datetime as dt

import pytest
import redis
from sqlalchemy import func, inspect, select

from storage.database import Base, Database
from storage.outbox import Outbox, add_text
from storage.queues import Work
from storage.services import Services
from tests.clock import FakeClock


@pytest.mark.parametrize("run", ["first", "second"])
def test_every_test_starts_empty_and_commits(services: Services, run: str) -> None:
    with services.database.writing() as connection:
        add_text(
            connection, sender=run, line_id="line", sealed_body=b"sealed", now=services.clock()
        )
    with services.database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(Outbox)).scalar_one() == 1


def test_the_schema_holds_every_table(database: Database) -> None:
    tables = set(inspect(database.engine).get_table_names())
    assert tables >= set(Base.metadata.tables) >= {"outbox", "survey_response"}


def test_the_bell_rings_on_a_real_valkey(services: Services, valkey_url: str) -> None:
    services.bell.ring(Work.OUTBOX)
    with redis.Redis.from_url(valkey_url) as client:
        assert client.llen("rq:queue:outbox") == 1


def test_time_moves_only_when_told(clock: FakeClock) -> None:
    before = clock()
    assert clock() == before
    clock.advance(dt.timedelta(minutes=5))
    assert clock() - before == dt.timedelta(minutes=5)
