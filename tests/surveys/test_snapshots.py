"""When results are renewed."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from random import Random

import pytest

from storage.services import Services
from surveys import jobs, queries, snapshots
from surveys.figures import Figures, from_json
from surveys.queries import Results
from tests.surveys.people import NOW, Field


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes half a second a picture; tests/surveys/test_charts.py draws some."""
    monkeypatch.setattr(snapshots, "chart", lambda figure, labels: f"<svg>{labels.language}</svg>")


def renew(field: Field, *, now: dt.datetime = NOW) -> bool:
    return snapshots.renew_snapshot(field.database, round_id=field.round_id, now=now, rng=Random(1))


def newest(field: Field) -> Results:
    with field.database.reading() as connection:
        found = queries.results(connection, field.round_id)
    assert found is not None
    return found


def shown(field: Field) -> Figures:
    return from_json(newest(field).tables)


def test_ten_more_people_make_a_snapshot(field: Field) -> None:
    for number in range(9):
        field.finish(f"a{number}")
    assert not renew(field)
    field.finish("tenth")
    assert renew(field)
    assert shown(field).finished == 10
    field.finish("eleventh")
    assert not renew(field)
    assert shown(field).finished == 10


def test_who_broke_off_does_not_count_towards_ten(field: Field) -> None:
    for number in range(12):
        field.begin(f"a{number}")
    assert not renew(field)


def test_the_last_snapshot_is_made_at_once_where_nobody_can_finish_any_more(field: Field) -> None:
    for number in range(6):
        field.finish(f"a{number}")
    field.close()
    assert renew(field)
    assert newest(field).is_final
    assert not renew(field, now=NOW + dt.timedelta(days=1))


def test_the_last_snapshot_waits_for_who_may_still_finish(field: Field) -> None:
    for number in range(6):
        field.finish(f"a{number}")
    field.begin("late")
    field.close()
    assert not renew(field, now=NOW + dt.timedelta(minutes=59))
    assert renew(field, now=NOW + dt.timedelta(minutes=61))
    assert newest(field).is_final


def test_a_round_of_fewer_than_five_shows_nothing(field: Field) -> None:
    for number in range(4):
        field.finish(f"a{number}")
    field.close()
    assert renew(field)
    assert shown(field).finished is None
    assert [table.name for table in shown(field).tables] == ["break_off"]
    assert newest(field).rows == []


def test_rows_hold_answers_gender_and_language_alone(field: Field) -> None:
    for number in range(10):
        field.finish(f"a{number}")
    renew(field)
    rows = newest(field).rows
    assert len(rows) == 10
    assert {*rows[0]} == {
        "id",
        "gender",
        "language",
        "answer_water",
        "answer_work",
        "answer_trust",
    }


def test_two_workers_make_one_snapshot(field: Field) -> None:
    for number in range(10):
        field.finish(f"a{number}")
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: renew(field), range(2))) == 1
    assert newest(field).number == 1


def test_jobs_renew_every_round_and_forget_old_keys(services: Services) -> None:
    field = Field(services.database, services.vault)
    for number in range(10):
        field.finish(f"a{number}")
    assert jobs.renew_snapshots(services) == 1
    assert jobs.renew_snapshots(services) == 0
    field.close(services.clock() - dt.timedelta(days=31))
    jobs.forget(services)
    with services.database.reading() as connection:
        assert queries.keyed_round(connection, field.round_id, vault=services.vault) is None
    assert jobs.renew_snapshots(services) == 1
