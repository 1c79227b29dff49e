"""What our storage holds that could lead from a case to a line, whichever table it is in.

Nothing here names a table or a column that holds something: all tables are walked, every sealed
value is opened under the purposes that it was sealed for, every keyed hash of the number is made
again, and whatever waits in Valkey is unpacked. What is new is looked at without being told of.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import redis
from sqlalchemy import LargeBinary, select

from app.tables import METADATA
from contacts.queries import line_key, newcomer_key
from storage.vault import NotOurs, Vault, keyed_hash
from tests.dialogue.line import HERS, OURS, Line

SPELLINGS = (HERS, HERS[1:], HERS[3:])
UNSEALED = ("_salt", "public")
"""Ends of the names of columns whose bytes are what they are: random, or a key for everybody."""
_IDS = re.compile(r"(?<![0-9a-zA-Z])(?:[0-9a-f]{32}|(?:CA|SM|RE)\d{32}|\d{8})(?![0-9a-zA-Z])")
_HASH = 32
"""How much of a keyed hash is enough to know it by: some are kept shortened to that."""


class KnowingVault(Vault):
    """A vault that knows what it was used for."""

    def __init__(self, secret: str) -> None:
        super().__init__(secret)
        self.purposes: set[str] = set()
        self.tags: set[str] = set()
        """Of values that hold her number."""
        self.tagging: set[str] = set()

    def seal(self, purpose: str, plain: bytes) -> bytes:
        self.purposes.add(purpose)
        return super().seal(purpose, plain)

    def tag(self, purpose: str, value: str) -> str:
        made = super().tag(purpose, value)
        self.tagging.add(purpose)
        if HERS[3:] in value:
            self.tags.add(made)
        return made

    def opened(self, sealed: bytes) -> bytes | None:
        """What was sealed, for whatever purpose; None where it was not sealed here."""
        for purpose in sorted(self.purposes):
            try:
                return self.open(purpose, sealed)
            except NotOurs:
                continue
        return None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table with what it holds, sealed values opened."""

    table: str
    values: dict[str, Any]

    def texts(self) -> Iterator[str]:
        yield from _texts(self.values)

    def holds(self, marks: set[str]) -> bool:
        return any(mark in text for text in self.texts() for mark in marks)

    @property
    def ids(self) -> set[str]:
        return {each for text in self.texts() for each in _IDS.findall(text)}

    @property
    def moments(self) -> list[dt.datetime]:
        return [each for each in self.values.values() if isinstance(each, dt.datetime)]


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, each in value.items():
            yield str(name)
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, bytes):
        yield value.decode(errors="replace")
    elif value is not None and not isinstance(value, dt.datetime):
        yield str(value)


@dataclass(frozen=True, slots=True)
class Traces:
    """Everything that is stored for a line, as whoever has it all would look at it."""

    line: Line
    vault: KnowingVault

    def rows(self) -> list[Row]:
        """Every row of every table."""
        with self.line.reading() as connection:
            return [
                Row(table.name, {name: self._opened(table, name, each) for name, each in row})
                for table in METADATA.sorted_tables
                for found in connection.execute(select(table)).all()
                for row in [found._mapping.items()]
            ]

    def _opened(self, table: Any, name: str, value: Any) -> Any:
        if not isinstance(value, bytes) or name.endswith(UNSEALED):
            return value
        assert isinstance(table.c[name].type, LargeBinary)
        plain = self.vault.opened(value)
        assert plain is not None, f"{table.name}.{name} is sealed by something unknown here"
        return plain

    def marks(self, rows: list[Row]) -> set[str]:
        """The number, and every hash of it, keyed or not, that can be made of what is stored."""
        ways = {*SPELLINGS, f"{OURS}|{HERS}", f"{HERS}|{OURS}"}
        hashes = set(self.vault.tags)
        for purpose in self.vault.tagging | self.vault.purposes:
            hashes |= {Vault.tag(self.vault, purpose, way) for way in SPELLINGS}
        for place in range(1, 6):
            ways.add(line_key(self.vault, number=HERS, ordinal=place))
            ways.add(newcomer_key(self.vault, number=HERS, place=place))
        keys = {each for row in rows for each in row.values.values() if isinstance(each, bytes)}
        hashes |= {keyed_hash(key, way) for key in keys for way in ways | hashes}
        for spelling in SPELLINGS:
            hashes |= {
                hashlib.new(kind, spelling.encode()).hexdigest()
                for kind in ("md5", "sha1", "sha256", "sha512")
            }
        return {*SPELLINGS, *(each[:_HASH] for each in hashes)}

    def of_line(self) -> list[Row]:
        """Every row that can be reached from her number: by what holds it, and by shared ids."""
        rows = self.rows()
        marks = self.marks(rows)
        return joined(rows, [row for row in rows if row.holds(marks)])

    def of_case(self, code: str) -> list[Row]:
        """Every row that can be reached from the case of this code."""
        rows = self.rows()
        start = [r for r in rows if r.table == "grievance_case" and r.values["code"] == code]
        assert len(start) == 1
        return joined(rows, start)


def joined(rows: list[Row], start: list[Row]) -> list[Row]:
    """Every row that can be reached from these by the ids that rows share."""
    reached, ids = list(start), set[str]()
    left = [(row, row.ids) for row in rows if row not in start]
    new = {each for row in start for each in row.ids}
    while new:
        ids |= new
        found = [(row, its) for row, its in left if its & ids]
        left = [(row, its) for row, its in left if not its & ids]
        reached += [row for row, _ in found]
        new = {each for _, its in found for each in its} - ids
    return reached


def unpacked(client: redis.Redis) -> Iterator[str]:
    """Every key that Valkey holds, and everything under it; what is compressed is unpacked."""
    for key in client.scan_iter():
        yield key.decode(errors="replace")
        match client.type(key):
            case b"string":
                found: Any = [client.get(key)]
            case b"hash":
                found = [each for pair in client.hgetall(key).items() for each in pair]
            case b"list":
                found = client.lrange(key, 0, -1)
            case b"set":
                found = client.smembers(key)
            case b"zset":
                found = client.zrange(key, 0, -1)
            case other:
                raise AssertionError(f"a kind of value that this test cannot read: {other!r}")
        for each in found:
            yield each.decode(errors="replace")
            try:
                yield zlib.decompress(each).decode(errors="replace")
            except zlib.error:
                continue
