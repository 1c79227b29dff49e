"""`python -m bench.cases`: 100,000 cases with 1,000,000 steps of history, on PostgreSQL.

The work view, a list with filters and a search by words are opened as a case manager opens them.
Each is at most 8 statements, none of which reads all cases or all histories (as PostgreSQL plans
them), and takes at most twice what its own statements take bare, with the same rows rendered from
memory. Fails beyond a bar.

`python -m bench.cases 10000` is a tenth of it. Rows are written by COPY: it is reading that is
measured.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from random import Random
from typing import Any

import psycopg
from flask import Flask, template_rendered
from flask.testing import FlaskClient
from sqlalchemy import Engine, event

from app.factory import create_app
from app.house import House, build
from app.publishing import publish
from app.schema import migrate
from app.settings import ROOT, read_settings
from bench import servers
from grievances.search.words import token
from programmes.reader import read
from staff import operations as staff
from staff.values import Affiliation, Role

CASES, EVENTS = 100_000, 10
"""Cases, and steps in the history of each."""
MOST_RATIO, MOST_STATEMENTS = 2.0, 8
RUNS = 15
NEVER_WHOLE = ("grievance_case", "case_event", "case_word")

EMAIL, PASSWORD = "bench@example.org", "a long password of the bench"
_WORDS, _WORDS_EACH, _RARE = 3000, 12, 700
_STATES = ("received", "acknowledged", "triaged", "needs_information", "investigating")
_OPEN = 0.05
"""Of all cases: the others were closed in the years before."""
PATHS = {
    "work view": "/staff/cases",
    "list with filters": "/staff/cases?state=all&queue=environment&severity=4&kind=grievance",
    "filtered search": f"/staff/cases?q=palabra{_RARE}&severity=2&state=all",
    "search of a frequent word": "/staff/cases?q=palabra0",
}


@dataclass(frozen=True, slots=True)
class Said:
    """One statement as it went to the database."""

    text: str
    parameters: Any

    @property
    def is_read(self) -> bool:
        """A search is noted in the trail as well: what writes is counted, and not run again."""
        return self.text.lstrip().startswith(("SELECT", "WITH"))


def main(cases: int = CASES) -> int:
    with servers.postgresql() as url, servers.folder() as here:
        environ = servers.settings(url, here=here, token="b" * 32)
        migrate(url)
        house = build(read_settings(environ))
        try:
            began = time.perf_counter()
            settle(house, url, cases)
            _say(
                f"{cases} cases and {cases * EVENTS} steps of history written in "
                f"{time.perf_counter() - began:.0f} s"
            )
            beyond = pages(house, url)
        finally:
            house.services.database.close()
    for each in beyond:
        _say(f"bench: beyond its bar: {each}")
    return 1 if beyond else 0


def pages(house: House, url: str) -> list[str]:
    """Open each page, and tell what is beyond its bar."""
    app = create_app(house)
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/staff/sign-in", data={"email": EMAIL, "password": PASSWORD})
    with house.services.database.reading() as connection:
        engine = connection.engine
    with psycopg.connect(url, autocommit=True) as bare:
        return [
            told
            for name, path in PATHS.items()
            for told in _page(name, path, app=app, client=client, engine=engine, bare=bare)
        ]


def _page(
    name: str,
    path: str,
    *,
    app: Flask,
    client: FlaskClient,
    engine: Engine,
    bare: psycopg.Connection[Any],
) -> Iterator[str]:
    with listening(engine) as said, _rendered(app) as rendered, client:
        answer = client.get(path)
        assert answer.status_code == 200, answer.status_code
        shown = answer.text.count("case-link")
        template, context = rendered[-1]
        statements = list(said)
        reads = [each for each in statements if each.is_read]
        plans = [plan(bare, each) for each in reads]
        ours, floors = [], []
        for _ in range(RUNS):
            ours.append(_took(lambda: client.get(path)))
            floors.append(
                _took(lambda: _bare(bare, reads)) + _took(lambda: template.render(context))
            )
    whole = sorted(
        {table for plan in plans for table in NEVER_WHOLE if f"Seq Scan on {table}" in plan}
    )
    ratio = statistics.median(ours) / statistics.median(floors)
    _say(
        f"PostgreSQL: {name}: {statistics.median(ours) * 1000:.1f} ms for {shown} cases, bare SQL "
        f"and rendering {statistics.median(floors) * 1000:.1f} ms, ratio {ratio:.2f}, bar "
        f"{MOST_RATIO}; {len(statements)} statements, bar {MOST_STATEMENTS}; read whole: "
        f"{', '.join(whole) or 'none'}; load {' '.join(f'{n:.1f}' for n in os.getloadavg())}"
    )
    if not shown:
        yield f"{name}: it lists nothing"
    if ratio > MOST_RATIO:
        yield f"{name}: {ratio:.2f} > {MOST_RATIO}"
    if len(statements) > MOST_STATEMENTS:
        yield f"{name}: {len(statements)} > {MOST_STATEMENTS} statements"
    if whole:
        yield f"{name}: reads all of {', '.join(whole)}"
        yield from (plan for plan in plans if "Seq Scan on grievance_case" in plan)


def plan(bare: psycopg.Connection[Any], said: Said) -> str:
    rows = bare.execute(f"EXPLAIN {said.text}".encode(), said.parameters).fetchall()
    return "\n".join(str(row[0]) for row in rows)


def _bare(bare: psycopg.Connection[Any], statements: Iterable[Said]) -> None:
    for each in statements:
        bare.execute(each.text.encode(), each.parameters).fetchall()


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def listening(engine: Engine) -> Iterator[list[Said]]:
    """Every statement but BEGIN that is sent to the database meanwhile, with what it is given."""
    seen: list[Said] = []

    def note(_connection: Any, _cursor: Any, text: str, parameters: Any, *_rest: Any) -> None:
        if text != "BEGIN":
            seen.append(Said(text, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@contextmanager
def _rendered(app: Flask) -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """Every template that is rendered meanwhile, with what stands in it."""
    seen: list[tuple[Any, dict[str, Any]]] = []

    def note(_app: Flask, template: Any, context: dict[str, Any], **_rest: Any) -> None:
        seen.append((template, context))

    template_rendered.connect(note, app)
    try:
        yield seen
    finally:
        template_rendered.disconnect(note, app)


# -- what it is measured on ------------------------------------------------------------------------


def settle(house: House, url: str, cases: int, *, events: int = EVENTS) -> None:
    """A programme, a case manager, and so many cases, of which most are closed."""
    now, vault = house.services.clock(), house.services.vault
    with house.services.database.writing() as connection:
        publish(connection, read(ROOT / "programmes" / "junin"), vault=vault, now=now)
        account_id = staff.add_account(
            connection,
            email=EMAIL,
            password=PASSWORD,
            role=Role.CASE_MANAGER,
            programme="junin",
            affiliation=Affiliation.INDEPENDENT,
            language="es",
            now=now,
        )
    random = Random(11)
    tokens = [token(vault, "junin", f"palabra{n}") for n in range(_WORDS)]
    ids = [f"{n:032x}" for n in range(cases)]
    with psycopg.connect(url) as raw, raw.cursor() as cursor:
        # What refers to what is right by the way it is made.
        cursor.execute("SET session_replication_role = replica")
        _copy(
            cursor,
            "grievance_case",
            _CASE,
            (_case(random, each, account_id, now, n) for n, each in enumerate(ids)),
        )
        _copy(cursor, "case_event", _EVENT, _events(ids, now, events))
        _copy(cursor, "statement", _STATEMENT, (_statement(each, now) for each in ids))
        _copy(
            cursor,
            "case_word",
            ("token", "case_id", "source"),
            (
                (tokens[n], each, f"s{each[1:]}")
                for each in ids
                # The first words are in many cases, the last in few.
                for n in {int(_WORDS * random.random() ** 3) for _ in range(_WORDS_EACH)}
            ),
        )
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("VACUUM ANALYZE")


_CASE = (
    "id", "code", "programme", "kind", "topic", "queue", "language", "channel", "pin_failures",
    "confirmed", "answer_by", "answering", "state", "severity", "district", "confidentiality",
    "reprisal_risk", "tier", "assignee_id", "due_at", "due_step", "version", "head", "opened_at",
    "first_read_at",
)  # fmt: skip
_EVENT = ("id", "case_id", "seq", "kind", "actor", "at", "facts", "previous", "link")
_STATEMENT = (
    "id", "case_id", "programme", "conversation", "kind", "language", "channel", "recording_id",
    "seconds", "said_at",
)  # fmt: skip


def _case(
    random: Random, case_id: str, account_id: str, now: dt.datetime, n: int
) -> tuple[object, ...]:
    is_open = random.random() < _OPEN
    opened = now - dt.timedelta(minutes=random.randrange(60, 60 * 24 * (30 if is_open else 900)))
    due = now + dt.timedelta(hours=random.randrange(-48, 400)) if is_open else None
    mine = is_open and random.random() < 0.02
    return (
        case_id, f"{n:08}", "junin", random.choice(("grievance", "grievance", "question")), None,
        random.choice(("environment", "company", "ombuds")), random.choice(("es", "quy")), "voice",
        0, True, "by_call", "open" if is_open and random.random() < 0.5 else "answered",
        random.choice(_STATES) if is_open else "closed", random.choice((1, 2, 2, 3, 3, 4, 5)), None,
        "confidential", "none", 1, account_id if mine else (None if is_open else account_id), due,
        "resolution" if due else None, EVENTS, "", opened, opened,
    )  # fmt: skip


def _events(ids: list[str], now: dt.datetime, events: int) -> Iterator[tuple[object, ...]]:
    facts, link = json.dumps({}), "0" * 64
    for case_id in ids:
        for seq in range(1, events + 1):
            yield (
                f"{seq:02x}{case_id[2:]}", case_id, seq, "opened" if seq == 1 else "noted",
                "system", now, facts, "", link,
            )  # fmt: skip


def _statement(case_id: str, now: dt.datetime) -> tuple[object, ...]:
    source = f"s{case_id[1:]}"
    return (source, case_id, "junin", source, "grievance", "es", "voice", source, 20, now)


def _copy(
    cursor: psycopg.Cursor[Any],
    table: str,
    columns: tuple[str, ...],
    rows: Iterable[tuple[object, ...]],
) -> None:
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN".encode()) as copy:
        for row in rows:
            copy.write_row(row)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:2])))
