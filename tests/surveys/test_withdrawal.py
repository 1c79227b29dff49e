"""Who takes her answers back is gone from the database, and not to be found by her absence."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.vault import Vault
from surveys import operations, snapshots, withdrawal
from surveys.models import Answer, Response
from tests.surveys.people import NOW, Field, newest, renew

LATER = NOW + dt.timedelta(hours=2)


@pytest.fixture(autouse=True)
def _no_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "chart", lambda figure, labels: "<svg/>")


@pytest.fixture
def field(sqlite_database: Database, vault: Vault) -> Field:
    return Field(sqlite_database, vault)


def withdraw(field: Field, who: str) -> int:
    with field.database.writing() as connection:
        return withdrawal.withdraw(
            connection, vault=field.vault, programme_slug="junin", line_key=who
        )


def test_her_answers_go_and_nobody_elses(field: Field) -> None:
    field.finish("a")
    field.finish("b")
    assert (withdraw(field, "a"), withdraw(field, "a"), withdraw(field, "c")) == (1, 0, 0)
    with field.database.reading() as connection:
        (left,) = connection.execute(select(Response.id)).scalars()
        assert set(connection.execute(select(Answer.response_id)).scalars()) == {left}


def test_she_can_until_the_key_is_destroyed(field: Field) -> None:
    field.finish("a")
    field.finish("b")
    field.close()
    assert withdraw(field, "a") == 1
    with field.database.writing() as connection:
        operations.destroy_keys(connection, now=NOW + dt.timedelta(days=31))
    assert withdraw(field, "b") == 0


WEEK = dt.timedelta(days=7)


def test_last_results_never_differ_by_who_withdrew(field: Field) -> None:
    for number in range(30):
        field.finish(f"p{number}", work="work_less" if number % 2 else "work_more")
    assert renew(field, NOW + WEEK)
    before = newest(field)
    assert [len(table["columns"]) for table in before.tables["tables"]] == [0, 0, 0, 2]
    withdraw(field, "p3")
    field.finish("late", now=NOW + WEEK, work="work_less")
    field.close(NOW + WEEK)
    assert renew(field, NOW + 2 * WEEK)
    after = newest(field)
    assert after.is_final
    assert (after.tables, after.rows) == (before.tables, [])


def test_among_ten_who_changed_she_is_hidden(field: Field) -> None:
    for number in range(30):
        field.finish(f"p{number}")
    assert renew(field, NOW + WEEK)
    withdraw(field, "p3")
    for number in range(12):
        field.finish(f"late{number}", now=NOW + WEEK)
    field.close(NOW + WEEK)
    assert renew(field, NOW + 2 * WEEK)
    assert newest(field).tables["finished"] == 41
