"""When results are renewed."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from disclosure.values import Shown
from storage.services import Services
from surveys import jobs, queries, row_store, snapshots
from surveys.figures import Figures, from_json
from surveys.models import SnapshotRow
from tests.surveys.people import NOW, Field, newest, renew


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Drawing takes half a second a picture; tests/surveys/test_charts.py draws some."""
    monkeypatch.setattr(snapshots, "chart", lambda figure, labels: f"<svg>{labels.language}</svg>")


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


def test_rows_come_with_the_last_results(field: Field) -> None:
    for number in range(10):
        field.finish(f"a{number}")
    renew(field)
    assert newest(field).rows == []
    field.close()
    renew(field)
    rows = newest(field).rows
    assert len(rows) == newest(field).row_count == 10
    assert {*rows[0]} == {
        "id",
        "gender",
        "language",
        "answer_water",
        "answer_work",
        "answer_trust",
    }


WEEK = dt.timedelta(days=7)


def totals(field: Field, name: str = "water") -> dict[str, int | None]:
    """A question's answers in total: None where hidden."""
    table = shown(field).question(name)
    assert table is not None
    return {
        "+".join(members): cells[-1].count if isinstance(cells[-1], Shown) else None
        for members, cells in zip(table.rows, table.cells, strict=False)
    }


def answer_in(field: Field, week: int, *, good: int, bad: int, **more: str) -> None:
    now = NOW + week * WEEK
    for number in range(good + bad):
        water = "water_good" if number < good else "water_bad"
        who = f"{week}-{number}-{sorted(more.items())}"
        gender = "woman" if number % 2 else "man"
        field.finish(who, now=now, **({"water": water, "gender": gender} | more))


def test_until_the_end_answers_are_told_of_whole_weeks_in_total(field: Field) -> None:
    answer_in(field, 0, good=20, bad=12)
    assert renew(field)
    assert shown(field).finished == 30
    assert set(totals(field).values()) == {None}
    assert renew(field, now=NOW + WEEK)
    assert shown(field).through == NOW.date()
    assert (totals(field)["water_good"], totals(field)["water_bad"]) == (20, 12)
    assert all(table.columns == () or table.kind == "participants" for table in shown(field).tables)
    answer_in(field, 1, good=10, bad=8)
    assert renew(field, now=NOW + WEEK)
    assert shown(field).finished == 50
    assert totals(field)["water_good"] == 20
    assert not renew(field, now=NOW + 2 * WEEK), "not twice as many"


def test_the_last_results_leave_out_the_few_who_came_after(field: Field) -> None:
    answer_in(field, 0, good=30, bad=20)
    assert renew(field, now=NOW + WEEK)
    answer_in(field, 1, good=1, bad=2)
    field.close(NOW + WEEK)
    assert renew(field, now=NOW + WEEK)
    assert newest(field).is_final
    assert (shown(field).finished, shown(field).through) == (50, NOW.date())
    assert totals(field)["water_good"] == 30
    assert len(newest(field).rows) == 50


def test_the_last_results_are_of_all_where_many_came_after(field: Field) -> None:
    answer_in(field, 0, good=30, bad=20)
    assert renew(field, now=NOW + WEEK)
    answer_in(field, 1, good=21, bad=18)
    answer_in(field, 1, good=2, bad=0, water="refused")
    field.close(NOW + WEEK)
    assert renew(field, now=NOW + WEEK)
    assert (shown(field).finished, shown(field).through) == (91, None)
    # Two refused since: told apart, the difference would say so.
    assert totals(field) == {
        "water_good": 51,
        "water_fair": 0,
        "water_bad+refused": 40,
        "dont_know": 0,
    }


def test_two_workers_make_one_snapshot(field: Field) -> None:
    for number in range(10):
        field.finish(f"a{number}")
    field.close()
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


def test_rows_are_read_in_their_order_a_batch_at_a_time(
    field: Field, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_store, "BATCH", 4)
    for number in range(10):
        field.finish(f"{number}")
    field.close()
    assert renew(field)
    last = newest(field)
    lots = list(row_store.batches(field.database, last.id, expected=last.row_count))
    assert [len(lot) for lot in lots] == [4, 4, 2]
    lines = [line for lot in lots for line in lot]
    read = [{"id": row_id} | dict(zip(last.columns, told, strict=True)) for row_id, told in lines]
    assert read == last.rows
    with field.database.writing() as connection:
        row_store.forget(connection, last.id)
    with pytest.raises(row_store.LostRows):
        list(row_store.batches(field.database, last.id, expected=last.row_count))


def test_who_comes_second_leaves_no_rows(field: Field) -> None:
    for number in range(10):
        field.finish(f"a{number}")
    field.close()
    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(lambda _: renew(field), range(2))) == 1
    with field.database.reading() as connection:
        kept = connection.execute(select(SnapshotRow.snapshot_id)).scalars().all()
    assert set(kept) == {newest(field).id}
    assert len(kept) == 10
