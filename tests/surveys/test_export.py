"""The two files."""

from __future__ import annotations

import csv
import io
from random import Random
from typing import Any

from disclosure.microdata import microdata
from surveys.export import File, rows_file, tables_file
from surveys.figures import as_json
from surveys.labels import Labels
from surveys.queries import Results, RoundSummary
from surveys.tabulate import figures
from tests.surveys.people import CONTENT, NOW, ORDER, people


def made(content: dict[str, Any]) -> tuple[RoundSummary, Results]:
    responses = (
        people(40)
        + people(24, water="refused")
        + people(30, gender="man", water="water_bad")
        + people(21, gender="man")
        + people(3, gender="man", water="refused")
        + people(21, until=2)
    )
    finished = [each for each in responses if each.is_complete]
    rows = microdata(
        [
            {"gender": each.answers["gender"], "language": each.language}
            | {f"answer_{name}": each.answers[name] for name in ("water", "work", "trust")}
            for each in finished
        ],
        rng=Random(1),
    )
    round_ = RoundSummary("r", "junin", "perception", content, NOW, None, None)
    return round_, Results(1, False, as_json(figures(responses, ORDER)), rows, NOW)


def read(file: File) -> list[dict[str, str]]:
    assert file.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(file.content.decode("utf-8-sig"))))


def test_tables_tell_hidden_zero_refused_and_not_asked_apart() -> None:
    lines = read(tables_file(*made(CONTENT), Labels(CONTENT, "es")))
    water = {
        (line["row"], line["group"]): line["count"] for line in lines if line["table"] == "water"
    }
    assert water["refused", "man"] == "suppressed"
    assert water["refused", "total"] == "27"
    assert water["dont_know", "woman"] == "0"
    broken = [line for line in lines if line["table"] == "break_off"]
    assert "not_asked" in {line["count"] for line in broken}
    assert all("no es una muestra" in line["notice"] for line in lines)
    assert {line["as_of"] for line in lines} == {"2026-11-23"}
    assert {line["finished"] for line in lines} == {"118"}
    assert {line["by"] for line in lines} == {"gender"}
    assert all(line["percent"] == "suppressed" for line in lines if line["count"] == "suppressed")


def test_rows_are_marked_as_not_for_publication() -> None:
    file = rows_file(*made(CONTENT), Labels(CONTENT, "en"))
    lines = read(file)
    assert "not-for-publication" in file.name
    assert len(lines) == 118
    assert {*lines[0]} == {"id", "gender", "language", "water", "work", "trust", "use"}
    assert {line["use"] for line in lines} == {"Not for publication"}
    assert sum(line["water"] == "refused" for line in lines) == 27


def test_a_cell_cannot_start_a_formula() -> None:
    words = {"es": {"question.water": {"say": "", "text": '=HYPERLINK("x")'}}}
    content = CONTENT | {"wordings": words}
    lines = read(tables_file(*made(content), Labels(content, "es")))
    assert '\'=HYPERLINK("x")' in {line["table_label"] for line in lines}
    assert not any(value.startswith("=") for line in lines for value in line.values())
