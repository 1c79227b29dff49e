"""Migrations: the head is what the tables say, and every step can be taken back."""

from __future__ import annotations

import pytest
from sqlalchemy import create_engine, inspect

from app import schema
from storage.database import Base


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


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_is_there(sqlite_url: str, table: str) -> None:
    assert table in _tables(sqlite_url)


def _tables(url: str) -> list[str]:
    engine = create_engine(url.replace("postgresql://", "postgresql+psycopg://"))
    try:
        return inspect(engine).get_table_names()
    finally:
        engine.dispose()
