"""A report as CSV, one line for each number, and as a PDF to print and pin up."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import typst

from disclosure.values import Shown
from grievances.indicators.values import DEFINITIONS, Count, Days, Report, Share, Value

SUPPRESSED = "suppressed"


def as_csv(programme: str, report: Report) -> bytes:
    """UTF-8 with its mark; names alone, no words of a page. Hidden is a word, zero a number."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ("programme", "period", "definitions", "table", "row", "measure", "value", "base")
    )
    head = (programme, str(report.period), DEFINITIONS)
    for figure, value in report.figures.items():
        for measure, number, base in _numbers(value):
            writer.writerow((*head, "figures", figure, measure, number, base))
    for kind, table in report.tables.items():
        for row, cells in zip((*table.rows, "total"), table.cells, strict=True):
            cell = cells[0]
            number = cell.count if isinstance(cell, Shown) else SUPPRESSED
            writer.writerow((*head, kind, row, "count", number, ""))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _numbers(value: Value | None) -> Iterator[tuple[str, int | str, int | str]]:
    match value:
        case None:
            yield "", SUPPRESSED, ""
        case Count(count):
            yield "count", count, ""
        case Share(percent, base):
            yield "percent", percent, base
        case Days(half, nine_tenths, base, still_open):
            yield "median_days", "not_reached" if half is None else half, base
            yield "p90_days", "not_reached" if nine_tenths is None else nine_tenths, base
            yield "still_open", SUPPRESSED if still_open is None else still_open, base


@dataclass(frozen=True, slots=True)
class Printed:
    """A report in words: figures as name, value and what it is of; tables as title and rows."""

    title: str
    subtitle: str
    language: str
    figures: Sequence[tuple[str, str, str]]
    tables: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    definitions: Sequence[str]

    def pdf(self) -> bytes:
        """On A4, all text as text, so that it can be read aloud."""
        figures = _table(
            [(name, f"{value} ({of})" if of else value) for name, value, of in self.figures]
        )
        tables = "".join(f"== {_text(title)}\n{_table(rows)}" for title, rows in self.tables)
        notes = "".join(f"- {_text(each)}\n" for each in self.definitions)
        source = (
            f"#set document(title: {_string(self.title)}, date: none)\n"
            f"#set text(lang: {_string(self.language[:2])}, size: 10pt)\n"
            '#set page(paper: "a4", margin: 2cm, numbering: "1 / 1")\n'
            f"= {_text(self.title)}\n{_text(self.subtitle)}\n\n{figures}{tables}\n{notes}"
        )
        return bytes(typst.compile(source.encode(), format="pdf", ignore_system_fonts=True))


def _table(rows: Sequence[tuple[str, str]]) -> str:
    cells = "".join(f"[{_text(name)}], [{_text(value)}],\n" for name, value in rows)
    return (
        "#table(columns: (1fr, auto), align: (left, right), stroke: (x: none, y: 0.4pt),\n"
        f"{cells})\n"
    )


def _text(words: str) -> str:
    """Words as Typst's content: a string stays what it says."""
    return f"#{_string(words)}"


def _string(words: str) -> str:
    escaped = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", " ")
    return f'"{escaped}"'
