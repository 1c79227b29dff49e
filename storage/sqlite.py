"""How SQLite is opened: what every connection is told, and how it waits for its turn to write.

SQLite's own waiting looks again ever more seldom, a tenth of a second apart in the end, and who
comes late looks at once: under load the one who waits longest waits on, until it gives up. Here
everybody looks equally often, so that each has the same chance.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Self

BUSY = 8.0
"""How long a statement waits for another's transaction to end, in seconds. The carrier waits 15."""

_LOOKS_APART = 0.002
_WAITS = frozenset((sqlite3.SQLITE_BUSY, sqlite3.SQLITE_BUSY_RECOVERY))
"""Not SQLITE_BUSY_SNAPSHOT: what was read is stale, and no waiting mends that."""


class PatientConnection(sqlite3.Connection):
    """A connection whose statements wait up to `BUSY` for the lock, each with the same chance.

    It must be opened with `timeout=0`. Raises sqlite3.OperationalError when the time is over.
    """

    def cursor(self, factory: Any = None) -> Any:
        return super().cursor(factory or _PatientCursor)


class _PatientCursor(sqlite3.Cursor):
    def execute(self, sql: str, parameters: Any = (), /) -> Self:
        give_up_at: float | None = None
        while True:
            try:
                return super().execute(sql, parameters)
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in _WAITS:
                    raise
                now = time.monotonic()
                give_up_at = give_up_at or now + BUSY
                if now >= give_up_at:
                    raise
            time.sleep(_LOOKS_APART)

    # Not executemany: outside a transaction a second run would repeat the rows of the first.


def prepare(connection: Any, _record: object) -> None:
    """Tell a new connection how it keeps what is written."""
    connection.isolation_level = None  # we say BEGIN ourselves, or nothing at all
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    # The log is synced at every commit; moving it into the file can wait for 16 MB of it.
    cursor.execute("PRAGMA wal_autocheckpoint=4000")
    cursor.execute("PRAGMA foreign_keys=ON")
    # What is deleted is overwritten, not only left to be used again.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()
