"""A database that cannot be used for a while, whichever it is."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from tests.outside.leaks import leaked
from tests.outside.rimay import Rimay

_AWAY = "_away"


@contextmanager
def unusable_database(rimay: Rimay) -> Iterator[None]:
    """Inside, no table of the database is there, and no worker. What is logged meanwhile leaks
    nothing either, and is not held against the program."""
    rimay.stop_worker()
    lengths = {path: path.stat().st_size for path in rimay.folder.glob("*.log")}
    tables = _rename(rimay.database_url)
    try:
        yield
    finally:
        _rename(rimay.database_url, back=tables)
        logged = rimay.logs()
        for path, length in lengths.items():
            os.truncate(path, length)
        rimay.start_worker()
    assert not leaked(logged)


def _rename(url: str, *, back: list[str] | None = None) -> list[str]:
    if url.startswith("sqlite"):
        with sqlite3.connect(url.removeprefix("sqlite:///"), timeout=30) as connection:
            tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
            found = back or [
                str(name) for (name,) in connection.execute(f"{tables} AND name NOT LIKE 'sqlite%'")
            ]
            for name in found:
                connection.execute(_statement(name, is_back=back is not None))
        connection.close()
        return found
    with psycopg.connect(url) as server:
        found = back or [
            str(name)
            for (name,) in server.execute(
                "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
            )
        ]
        for name in found:
            server.execute(_statement(name, is_back=back is not None).encode())
    return found


def _statement(name: str, *, is_back: bool) -> str:
    here, there = (name + _AWAY, name) if is_back else (name, name + _AWAY)
    return f'ALTER TABLE "{here}" RENAME TO "{there}"'
