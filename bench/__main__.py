"""`make bench`: the rate of a turn as a ratio to a bare endpoint's, on both databases.

Within a run the floor and both kinds of turn are measured in short slices, one after the other, so
that whatever else the machine does meets all of them alike. Fails below a bar.
"""

from __future__ import annotations

import math
import os
import secrets
import statistics
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field

from app.settings import ROOT
from bench import load, servers, statements
from bench.calls import Walk, around_menus, call, through_survey
from programmes.reader import read

RUNS = 7
SLICES = 4
SECONDS = 0.5
"""How long a slice of one kind is measured; a run has so many slices of each."""
_AHEAD = 1.5
"""How many more turns are prepared than the run before had."""


@dataclass(slots=True)
class Kind:
    """One kind of turn, its bar, and what was measured of it."""

    name: str
    walk: Walk
    bar: float | None
    """None for the floor itself."""
    calls: int = load.CALLERS
    """How many calls are prepared for a run: as many as it will need."""
    runs: list[load.Measured] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)


def main() -> int:
    began = time.monotonic()
    _say(
        f"bench: {RUNS} runs of {SLICES} interleaved slices of {SECONDS:g} s of each kind,"
        f" {load.CALLERS} requests at once"
    )
    below: list[str] = []
    databases: tuple[tuple[str, Callable[[], AbstractContextManager[str]]], ...] = (
        ("SQLite", servers.sqlite),
        ("PostgreSQL", servers.postgresql),
    )
    for name, start in databases:
        with start() as url:
            below += _report(name, _measure(url))
    _say(f"\nbench: {time.monotonic() - began:.0f} s")
    for each in below:
        _say(f"bench: below its bar: {each}")
    return 1 if below else 0


def _kinds() -> list[Kind]:
    survey = read(ROOT / "programmes" / "junin").survey
    questions = [each.name for each in survey.questions] if survey else []
    around = around_menus(times=6)
    return [
        Kind("floor", around, None),
        Kind("turn", around, 1.0),
        Kind("turn, every second an effect", through_survey(questions), 0.8),
    ]


def _measure(url: str) -> list[Kind]:
    """Run everything on the empty database at `url`."""
    token, kinds = secrets.token_hex(16), _kinds()
    with servers.folder() as here:
        environ = servers.settings(url, here=here, token=token)
        servers.set_up(environ)
        with (
            servers.gunicorn("bench.floor:create_app()", environ, here=here) as floor,
            servers.gunicorn("wsgi:app", environ, here=here) as rimay,
        ):
            for each in range(RUNS + 1):
                measured = _run(kinds, floor, rimay, token)
                for kind, of_kind in zip(kinds, measured, strict=True):
                    kind.calls = _calls_for(kind, of_kind)
                    if each > 0:  # the first warms up
                        kind.runs.append(of_kind)
        for kind in kinds[1:]:
            kind.statements = statements.per_turn(kind.walk, environ)
    return kinds


def _run(kinds: list[Kind], floor: int, rimay: int, token: str) -> list[load.Measured]:
    """One run: calls are led to where measuring starts, then all kinds take turns."""
    places = []
    for kind in kinds:
        port = floor if kind.bar is None else rimay
        # The floor asks no questions.
        checked = kind.bar is not None
        calls = [
            call(kind.walk, token=token, port=port, is_checked=checked) for _ in range(kind.calls)
        ]
        load.run(port, load.shared_out([before for before, _ in calls]))
        places.append((port, load.shared_out([after for _, after in calls])))
    measured = [load.Measured() for _ in kinds]
    for each in range(SLICES):
        order = list(range(len(kinds)))
        # Forwards and backwards, so that no kind always comes after the same one.
        for index in order if each % 2 else reversed(order):
            port, shares = places[index]
            measured[index] += load.run(port, shares, seconds=SECONDS)
    return measured


def _calls_for(kind: Kind, last: load.Measured) -> int:
    """As many calls as will last a run at the rate of the one before."""
    turns = last.rate * SLICES * SECONDS * _AHEAD
    shares = math.ceil(turns / len(kind.walk.measured) / load.CALLERS)
    return load.CALLERS * max(1, shares)


def _report(database: str, kinds: list[Kind]) -> list[str]:
    """Print what was measured; return what is below its bar."""
    load_average = " ".join(f"{each:.1f}" for each in os.getloadavg())
    _say(f"\n{database}, full durability; load {load_average}")
    _say(_row("", "ratio", "spread", "bar", "turns/s", "p50 ms", "p99 ms", "client", "statements"))
    below = []
    for kind in kinds:
        pairs = zip(kind.runs, kinds[0].runs, strict=True)
        ratios = sorted(ours.rate / floors.rate for ours, floors in pairs)
        ratio = statistics.median(ratios)
        waits = sorted(wait * 1000 for run in kind.runs for wait in run.waits)
        counts = kind.statements
        _say(
            _row(
                kind.name,
                f"{ratio:.2f}",
                f"{ratios[0]:.2f} to {ratios[-1]:.2f}",
                "" if kind.bar is None else f"{kind.bar:.1f}",
                f"{statistics.median(run.rate for run in kind.runs):.0f}",
                f"{_percentile(waits, 50):.1f}",
                f"{_percentile(waits, 99):.1f}",
                f"{statistics.median(run.cpu / run.seconds for run in kind.runs):.0%}",
                f"{statistics.mean(counts):.1f}, at most {max(counts)}" if counts else "",
            )
        )
        if kind.bar is not None and ratio < kind.bar:
            below.append(f"{database}, {kind.name}: {ratio:.2f} < {kind.bar:.1f}")
    return below


def _row(name: str, *cells: str) -> str:
    widths = (6, 13, 5, 8, 7, 7, 7, 17)
    padded = (f"{cell:>{width}}" for cell, width in zip(cells, widths, strict=True))
    return f"  {name:32}{' '.join(padded)}".rstrip()


def _percentile(ordered: list[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
