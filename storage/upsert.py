"""Insert or find, insert or change: the same words on both databases."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite


def insert_into(connection: Connection, table: Any) -> Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return insert_for(connection.dialect.name, table)


def insert_for(dialect: str, table: Any) -> Any:
    """The same for a dialect's name: for a statement that is made once."""
    make: Any = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return make(table)
