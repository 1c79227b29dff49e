"""The measures as CSV: one line for each count. Names alone, no words of a page."""

from __future__ import annotations

import csv
import io

from disclosure.values import Shown
from measures.indicators import Report
from measures.values import DEFINITIONS

SUPPRESSED = "suppressed"


def as_csv(programme: str, report: Report) -> bytes:
    """UTF-8 with its mark. Hidden is a word, zero a number."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(
        ("programme", "period", "definitions", "table", "row", "column", "count", "percent")
    )
    head = (programme, str(report.period), DEFINITIONS)
    for name, count in (("engagements", report.engagements), ("people", report.people)):
        if name == "people" or report.period.month is not None:
            writer.writerow((*head, name, "", "", SUPPRESSED if count is None else count, ""))
    if report.women is not None:
        writer.writerow((*head, "women", "at_least", "", "", report.women.low))
        writer.writerow((*head, "women", "at_most", "", "", report.women.high))
    for kind, table in report.tables.items():
        for row, cells in zip((*table.rows, "total"), table.cells, strict=True):
            for column, cell in zip((*table.columns, "total"), cells, strict=True):
                shown = (SUPPRESSED, "")
                if isinstance(cell, Shown):
                    shown = (str(cell.count), "" if cell.percent is None else str(cell.percent))
                writer.writerow((*head, kind, row, column, *shown))
    return b"\xef\xbb\xbf" + out.getvalue().encode()
