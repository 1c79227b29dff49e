"""Migrations: the head is what the tables say, and every step can be taken back."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import create_engine, inspect

from app import schema
from storage.database import Base
from surveys import row_store
from surveys.models import Snapshot


def test_the_head_is_what_the_tables_say(database_url: str) -> None:
    assert schema.differences(database_url) == []


def test_again_changes_nothing(database_url: str) -> None:
    schema.migrate(database_url)
    assert schema.differences(database_url) == []


def test_down_to_nothing_and_up_again(database_url: str) -> None:
    schema.downgrade(database_url, "base")
    left = set(_tables(database_url)) & set(Base.metadata.tables)
    assert left == set()
    schema.migrate(database_url)
    assert schema.differences(database_url) == []


def test_rows_about_people_go_into_their_table_and_back(database_url: str) -> None:
    now = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)
    rows = [{"id": f"{n:016x}", "gender": "woman", "answer_water": "good"} for n in range(3)]
    schema.downgrade(database_url, "0033")
    tables = sa.MetaData()
    engine = sa.create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        tables.reflect(engine, only=["survey_round", "survey_snapshot"])
        with engine.begin() as connection:
            round_: dict[str, Any] = {
                "id": "r",
                "programme": "p",
                "survey": "s",
                "questionnaire": "h",
            }
            round_ |= {"content": {}, "questions": [], "opened_at": now, "is_pilot": False}
            connection.execute(sa.insert(tables.tables["survey_round"]).values(**round_))
            old: dict[str, Any] = {
                "id": "s",
                "round_id": "r",
                "number": 1,
                "completes": 3,
                "is_final": True,
            }
            old |= {"tables": {}, "rows": rows, "charts": {}, "made_at": now}
            connection.execute(sa.insert(tables.tables["survey_snapshot"]).values(**old))
        schema.migrate(database_url)
        with engine.connect() as connection:
            assert row_store.all_rows(connection, "s", ["gender", "answer_water"]) == rows
            kept = sa.select(Snapshot.columns, Snapshot.row_count)
            assert tuple(connection.execute(kept).one()) == (["gender", "answer_water"], 3)
        schema.downgrade(database_url, "0033")
        with engine.connect() as connection:
            back = sa.select(tables.tables["survey_snapshot"].c.rows)
            assert connection.execute(back).scalar_one() == rows
    finally:
        engine.dispose()


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_is_there(sqlite_url: str, table: str) -> None:
    assert table in _tables(sqlite_url)


def _tables(url: str) -> list[str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()
