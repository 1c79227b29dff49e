"""The database and its two doors: `reading()` and `writing()`.

A transaction that begins with a read and later writes exists nowhere: on SQLite it would be
refused at once when two meet, on PostgreSQL it would decide on stale facts. Think first through
`reading()`, write last through `writing()`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass

from sqlalchemy import Connection, DateTime, Engine, MetaData, create_engine, event, make_url
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

from storage import sqlite


@dataclass(frozen=True, slots=True)
class Budgets:
    """Every time-out of one webhook, in seconds; together below the carrier's 15 s."""

    pool: float = 2
    lock: float = 3
    statement: float = 5
    busy: float = sqlite.BUSY


BUDGETS = Budgets()

_NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table of the house derives from."""

    metadata = MetaData(naming_convention=_NAMING)


class UtcDateTime(TypeDecorator[dt.datetime]):
    """An aware moment, kept and given back in UTC. A naive one is refused with ValueError."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        return value.astimezone(dt.UTC)

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None:
            return None
        # SQLite keeps no zone; what was written is UTC.
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Database:
    """One engine with two doors. `url` is `sqlite:///…` or `postgresql://…`."""

    def __init__(self, url: str, *, pool_size: int = 8) -> None:
        self.engine = _engine(url, pool_size)
        # The drivers begin nothing by themselves; on SQLite a transaction takes the lock at once.
        self._begin = "BEGIN IMMEDIATE" if self.is_sqlite else "BEGIN"

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection on which every statement stands alone, kept at once.

        A write through it is a mistake, but for a turn that is one row and nothing else.
        """
        with self.engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self, on: Connection | None = None) -> Iterator[Connection]:
        """One transaction: committed when the block ends, rolled back when it raises.

        `on` is a connection of `reading()` to write on, so that nobody holds two; what was read
        on it before is no part of the transaction.
        """
        with nullcontext(on) if on is not None else self.engine.connect() as connection:
            connection.rollback()  # SQLAlchemy counts a transaction from the first read on
            with connection.begin():
                connection.exec_driver_sql(self._begin)
                yield connection

    def close(self) -> None:
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() == "postgresql":
        parsed = parsed.set(drivername="postgresql+psycopg")
        milliseconds = {"lock_timeout": BUDGETS.lock, "statement_timeout": BUDGETS.statement}
        options = " ".join(f"-c {name}={int(s * 1000)}" for name, s in milliseconds.items())
        return create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=BUDGETS.pool,
            pool_pre_ping=False,
            connect_args={"options": options, "connect_timeout": 3},
            hide_parameters=True,  # an error that is logged must not quote what was said
            isolation_level="AUTOCOMMIT",
        )
    if parsed.get_backend_name() != "sqlite":
        raise ValueError("DATABASE_URL must begin with sqlite:/// or postgresql://")
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=BUDGETS.pool,
        connect_args={
            "factory": sqlite.PatientConnection,
            "timeout": 0,
            "check_same_thread": False,
        },
        hide_parameters=True,
    )
    event.listen(engine, "connect", sqlite.prepare)
    return engine
