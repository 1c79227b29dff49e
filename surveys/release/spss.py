"""The rows about people for SPSS: numbers with labels, and missing codes of their own."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars
import pyreadstat

from surveys.labels import NOTICE
from surveys.release.contents import CODES, Contents

_LONGEST_NOTE = 80
"""Bytes of a line of a document in the file."""


def spss(contents: Contents) -> bytes:
    """The `.sav` file. Values below 0 are missing, each with its reason."""
    variables = contents.variables()
    rows = contents.results.rows
    frame = polars.DataFrame(
        {"id": [row["id"] for row in rows]}
        | {each.name: [each.code(row[each.column]) for row in rows] for each in variables}
    )
    notes = [text for name, text in contents.method() if name == NOTICE]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=contents.name[:60],
            column_labels=["id", *(each.label for each in variables)],
            variable_value_labels={
                each.name: {code: label for _, code, label in each.values} for each in variables
            },
            missing_ranges={
                each.name: [{"lo": min(CODES.values()), "hi": max(CODES.values())}]
                for each in variables
            },
            variable_measure=dict.fromkeys((each.name for each in variables), "nominal"),
            note=[line for note in notes for line in _lines(note)],
        )
        return path.read_bytes()


def _lines(text: str) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and len(f"{lines[-1]} {word}".encode()) <= _LONGEST_NOTE:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines
