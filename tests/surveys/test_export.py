"""The two files."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from random import Random
from typing import Any

from disclosure.microdata import microdata
from surveys.export import File, rows_stream, tables_file
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
    round_, results = made(CONTENT)
    columns = ["gender", "language", "answer_water", "answer_work", "answer_trust"]
    rows = [(row["id"], [row[name] for name in columns]) for row in results.rows]
    results = replace(results, columns=columns)
    stream = rows_stream(round_, results, Labels(CONTENT, "en"), [rows[:30], rows[30:]])
    lines = read(File(stream.name, b"".join(stream.chunks)))
    assert "not-for-publication" in stream.name
    assert [line["id"] for line in lines] == [row["id"] for row in results.rows]
    assert len(lines) == 118
    assert {*lines[0]} == {"id", "gender", "language", "water", "work", "trust", "use"}
    assert {line["use"] for line in lines} == {"Not for publication"}
    assert sum(line["water"] == "refused" for line in lines) == 27


def test_no_value_of_a_row_starts_a_formula() -> None:
    round_, results = made(CONTENT)
    results = replace(results, columns=["answer_age"])
    rows = [("1" * 16, ["-5"]), ("2" * 16, ["=1+1"]), ("3" * 16, ["18-29"])]
    stream = rows_stream(round_, results, Labels(CONTENT, "en"), [rows])
    lines = read(File(stream.name, b"".join(stream.chunks)))
    assert [line["age"] for line in lines] == ["'-5", "'=1+1", "18-29"]


def test_a_cell_cannot_start_a_formula() -> None:
    words = {"es": {"question.water": {"say": "", "text": '=HYPERLINK("x")'}}}
    content = CONTENT | {"wordings": words}
    lines = read(tables_file(*made(content), Labels(content, "es")))
    assert '\'=HYPERLINK("x")' in {line["table_label"] for line in lines}
    assert not any(value.startswith("=") for line in lines for value in line.values())
