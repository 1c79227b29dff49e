"""`python -m bench.results`: a million responses of ten answers, on PostgreSQL.

The file of rows about people, as it leaves by page or command, is compared with a bare loop: a
server-side cursor over the very same rows, in the same order, into `csv.writer`. Each runs in a
process of its own, whose memory is measured. The page of the results is opened by a supervisor, and
its statements are counted. Fails beyond a bar.

The rows are written by COPY as `surveys.row_store` keeps them: it is the leaving that is measured.
"""

from __future__ import annotations

import csv
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from sqlalchemy import Engine, event, insert

from app.factory import create_app
from app.house import House, build
from app.publishing import publish
from app.schema import migrate
from app.settings import ROOT, read_settings
from bench import servers
from programmes.reader import read
from staff import operations as staff
from staff.values import LANGUAGES, Affiliation, Role
from storage.database import Database
from storage.ids import new_id
from surveys import queries, row_store
from surveys.charts import chart
from surveys.export import rows_stream
from surveys.figures import Kind, as_json
from surveys.labels import Labels
from surveys.models import Snapshot
from surveys.queries import Given, RoundSummary
from surveys.questionnaire import order
from surveys.tabulate import figures

PEOPLE, ANSWERS = 1_000_000, 10
MOST_RATIO, MOST_MEMORY, MOST_STATEMENTS = 2.0, 300, 12
RUNS = 3
_SAMPLE = 2000
"""Responses that the tables are worked out from: a page is as large for any number of people."""
_WORDS = ("better", "same", "worse", "scale_very", "scale_some", "scale_none", "dont_know")
_EMAIL, _PASSWORD = "bench@example.org", "a long password of the bench"


def main(people: int = PEOPLE) -> int:
    with servers.postgresql() as url, servers.folder() as here:
        environ = servers.settings(url, here=here, token="b" * 32)
        migrate(url)
        house = build(read_settings(environ))
        began = time.perf_counter()
        try:
            settle(house, url, people)
            _say(
                f"{people} rows of {ANSWERS} answers written in {time.perf_counter() - began:.0f} s"
            )
            beyond = [*_file(environ, url, people), *_page(house)]
        finally:
            house.services.database.close()
    for each in beyond:
        _say(f"bench: beyond its bar: {each}")
    return 1 if beyond else 0


# -- what is measured -----------------------------------------------------------------------------


def _file(environ: dict[str, str], url: str, people: int) -> list[str]:
    """The file beside the bare loop, one after the other, in processes of their own."""
    floors, ours, memory = [], [], 0.0
    for _ in range(RUNS):
        floors.append(_run("bare", environ, url)[0])
        took, peak = _run("file", environ, url)
        ours.append(took)
        memory = max(memory, peak)
    pairs = [mine / floor for mine, floor in zip(ours, floors, strict=True)]
    ratio = statistics.median(pairs)
    _say(
        f"PostgreSQL: file of {people} rows in {statistics.median(ours):.1f} s, bare loop "
        f"{statistics.median(floors):.1f} s, ratio {ratio:.2f} ({min(pairs):.2f}-{max(pairs):.2f}),"
        f" bar {MOST_RATIO}; {memory:.0f} MB at the most, bar {MOST_MEMORY}; load "
        + " ".join(f"{each:.1f}" for each in os.getloadavg())
    )
    found = (
        (ratio <= MOST_RATIO, f"the file: {ratio:.2f} > {MOST_RATIO}"),
        (memory < MOST_MEMORY, f"its memory: {memory:.0f} MB >= {MOST_MEMORY} MB"),
    )
    return [told for holds, told in found if not holds]


def _run(what: str, environ: dict[str, str], url: str) -> tuple[float, float]:
    """Seconds, and megabytes of its process at the most."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.results", what, url],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        check=True,
    )
    took, peak = done.stdout.split()
    return float(took), float(peak)


def _page(house: House) -> list[str]:
    """Statements of the page of results, opened twice, and how often a picture is drawn for it."""
    app = create_app(house)
    with house.services.database.writing() as connection:
        staff.add_account(
            connection,
            email=_EMAIL,
            password=_PASSWORD,
            role=Role.SUPERVISOR,
            programme="junin",
            affiliation=Affiliation.INDEPENDENT,
            language="es",
            now=house.services.clock(),
        )
    app.config["WTF_CSRF_ENABLED"] = False
    client = app.test_client()
    client.post("/staff/sign-in", data={"email": _EMAIL, "password": _PASSWORD})
    with house.services.database.reading() as connection:
        (round_,) = queries.rounds(connection, "junin")
        engine = connection.engine
    worst, waits = 0, []
    for _ in range(2):
        began = time.perf_counter()
        with counting(engine) as statements:
            answer = client.get(f"/staff/surveys/{round_.id}")
        waits.append(time.perf_counter() - began)
        assert answer.status_code == 200, answer.status_code
        worst = max(worst, len(statements))
    _say(
        f"PostgreSQL: page of the results in {min(waits) * 1000:.0f} ms, {worst} statements, bar "
        f"{MOST_STATEMENTS}; its pictures were drawn with the snapshot"
    )
    return [] if worst <= MOST_STATEMENTS else [f"the page: {worst} > {MOST_STATEMENTS} statements"]


@contextmanager
def counting(engine: Engine) -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile."""
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


# -- in processes of their own ---------------------------------------------------------------------


def bare(url: str, out: Path) -> None:
    """The same rows in the same order, and nothing looked at."""
    with (
        psycopg.connect(url) as connection,
        connection.cursor(name="rows") as cursor,
        out.open("w", newline="") as file,
    ):
        cursor.itersize = row_store.BATCH
        writer = csv.writer(file)
        cursor.execute('SELECT id, "values" FROM survey_snapshot_row ORDER BY snapshot_id, id')
        for row_id, values in cursor:
            writer.writerow((row_id, *values))


def file(url: str, out: Path) -> None:
    """The file as the page and the command make it."""
    database = Database(url)
    with database.reading() as connection:
        (round_,) = queries.rounds(connection, "junin")
        newest = queries.results(connection, round_.id)
    assert newest is not None
    batches = row_store.batches(database, newest.id, expected=newest.row_count)
    stream = rows_stream(round_, newest, Labels(round_.content, "es"), batches)
    with out.open("wb") as written:
        written.writelines(stream.chunks)
    database.close()


def alone(what: str, url: str) -> None:
    """Do one of the two, and print how long it took and what the process held at the most."""
    out = Path(os.environ["HOME"]) / f"{what}.csv"
    began = time.perf_counter()
    {"bare": bare, "file": file}[what](url, out)
    took = time.perf_counter() - began
    lines = sum(1 for _ in out.open())
    assert lines >= PEOPLE // 1000, lines
    print(took, _peak())


def _peak() -> float:
    """Megabytes that this program held at the most; `getrusage` counts what began it, too."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if "VmHWM" in line) / 1024


# -- what it is measured on ------------------------------------------------------------------------


def settle(house: House, url: str, people: int) -> None:
    """A survey that has ended, its last snapshot, and so many rows of ten answers."""
    now = house.services.clock()
    with house.services.database.writing() as connection:
        publish(
            connection, read(ROOT / "programmes" / "junin"), vault=house.services.vault, now=now
        )
    with house.services.database.reading() as connection:
        round_ = queries.open_round(connection, "junin")
    assert round_ is not None
    snapshot_id = new_id()
    columns = ["gender", "language", *(f"answer_question_{n}" for n in range(ANSWERS))]
    _copy(url, snapshot_id, people)
    with house.services.database.writing() as connection:
        connection.execute(
            insert(Snapshot).values(
                id=snapshot_id,
                round_id=round_.id,
                number=1,
                completes=people,
                is_final=True,
                withdrawn=0,
                columns=columns,
                row_count=people,
                made_at=now,
                **_shown(round_),
            )
        )


def _shown(round_: RoundSummary) -> dict[str, Any]:
    random = Random(5)
    asked = order(round_.content["questions"])
    given = [
        Given(
            random.choice(round_.content["languages"]),
            True,
            {each.name: random.choice(each.options) for each in asked.questions},
        )
        for _ in range(_SAMPLE)
    ]
    shown = figures(given, asked)
    charts = {
        language: {
            each.name: chart(each, Labels(round_.content, language))
            for each in shown.tables
            if each.kind is Kind.QUESTION
        }
        for language in LANGUAGES
    }
    return {"tables": as_json(shown), "charts": charts}


def _copy(url: str, snapshot_id: str, people: int) -> None:
    random = Random(7)
    ids = sorted({f"{random.getrandbits(64):016x}" for _ in range(people)})
    told = [
        json.dumps(
            [
                random.choice(("woman", "man", "gender_unsaid")),
                random.choice(("es", "quy")),
                *(random.choice(_WORDS) for _ in range(ANSWERS)),
            ]
        )
        for _ in range(10_000)
    ]
    with psycopg.connect(url) as connection, connection.cursor() as cursor:
        into = 'COPY survey_snapshot_row (snapshot_id, id, "values") FROM STDIN'
        with cursor.copy(into) as copy:
            for row_id in ids:
                copy.write_row((snapshot_id, row_id, random.choice(told)))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE survey_snapshot_row")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] in (["bare"], ["file"]):
        alone(*sys.argv[1:3])
        sys.exit(0)
    sys.exit(main(*map(int, sys.argv[1:2])))
