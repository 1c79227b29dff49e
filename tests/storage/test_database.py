"""The two doors of the database: what is kept at once, and what is kept together or not at all."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError

from storage import sqlite
from storage.database import Database

_INSERT = text("INSERT INTO note (id) VALUES (:id)")


@pytest.fixture
def notes(database: Database) -> Database:
    with database.writing() as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
    return database


def _kept(database: Database) -> list[int]:
    with database.reading() as connection:
        return _read(connection)


def _read(connection: Connection) -> list[int]:
    return list(connection.execute(text("SELECT id FROM note ORDER BY id")).scalars())


def _insert_and_fail(door: AbstractContextManager[Connection]) -> None:
    with door as connection:
        connection.execute(_INSERT, {"id": 1})
        raise LookupError


def test_a_transaction_is_kept_together(notes: Database) -> None:
    with notes.writing() as connection:
        connection.execute(_INSERT, {"id": 1})
        connection.execute(_INSERT, {"id": 2})
        assert _kept(notes) == []  # nobody else sees half of it
    assert _kept(notes) == [1, 2]


def test_a_transaction_that_fails_leaves_nothing(notes: Database) -> None:
    with pytest.raises(LookupError):
        _insert_and_fail(notes.writing())
    assert _kept(notes) == []


def test_a_transaction_on_a_connection_that_read_before_is_one_of_its_own(notes: Database) -> None:
    with notes.reading() as connection:
        assert _read(connection) == []
        with notes.writing(connection) as same:
            assert same is connection
            same.execute(_INSERT, {"id": 1})
            assert _kept(notes) == []
        assert _kept(notes) == [1]


def test_a_connection_whose_transaction_failed_can_be_read_on(notes: Database) -> None:
    with notes.reading() as connection:
        assert _read(connection) == []
        with pytest.raises(LookupError):
            _insert_and_fail(notes.writing(connection))
        assert _read(connection) == []
        connection.execute(_INSERT, {"id": 2})
        assert _kept(notes) == [2]  # kept at once


def test_a_connection_never_comes_back_with_a_transaction_open(notes: Database) -> None:
    with notes.reading() as connection:
        connection.execute(text("BEGIN"))
        connection.execute(_INSERT, {"id": 1})
    assert _kept(notes) == []


def test_on_sqlite_a_writer_waits_for_the_one_before(sqlite_url: str) -> None:
    database, writing, may_end = Database(sqlite_url), threading.Event(), threading.Event()

    def write_first() -> None:
        with database.writing() as connection:
            connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
            writing.set()
            may_end.wait()

    def write_second() -> None:
        with database.writing() as connection:
            connection.execute(_INSERT, {"id": 1})

    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(write_first)
        writing.wait()
        second = threads.submit(write_second)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.05)
        may_end.set()
        first.result()
        second.result()
    assert _kept(database) == [1]
    database.close()


def test_on_sqlite_nobody_waits_for_ever(sqlite_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "BUSY", 0.05)
    database = Database(sqlite_url)
    with database.writing(), pytest.raises(OperationalError, match="locked"):
        database.writing().__enter__()
    database.close()
