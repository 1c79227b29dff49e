"""The release as a workbook: data, codebook, method and what was hidden. Strings only where there
are words, so that no cell can be a formula."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from surveys.export import table_lines
from surveys.release.contents import Contents
from surveys.release.words import method_word

_WIDTH = 24


def workbook(contents: Contents) -> bytes:
    """XLSX. The first row of each sheet is its head."""
    out, labels = io.BytesIO(), contents.labels
    book = xlsxwriter.Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    book.set_properties({"title": labels.title, "comments": contents.name})

    def word(key: str) -> str:
        return method_word(labels, key)

    head = book.add_format({"bold": True, "bottom": 1})

    def sheet(name: str, header: Sequence[str], lines: Iterable[Sequence[str | int]]) -> Worksheet:
        made: Worksheet = book.add_worksheet(word(name))
        made.set_column(0, len(header), _WIDTH)
        made.freeze_panes(1, 0)
        for row, line in enumerate((header, *lines)):
            for column, value in enumerate(line):
                style = head if row == 0 else None
                if isinstance(value, int):
                    made.write_number(row, column, value, style)
                else:
                    made.write_string(row, column, value, style)
        return made

    header, *lines = table_lines(contents.round, contents.results, labels)
    sheet("data", [str(each) for each in header], lines)
    variables = contents.variables()
    sheet(
        "rows",
        ["id", *(each.name for each in variables)],
        ([row["id"], *(row[each.column] for each in variables)] for row in contents.results.rows),
    )
    sheet(
        "codebook",
        [
            word("question"),
            word("text"),
            word("name"),
            word("code"),
            word("label"),
            word("missing"),
        ],
        (
            [each.name, each.label, value, code, label, word("yes" if code < 0 else "no")]
            for each in variables
            for value, code, label in each.values
        ),
    )
    method = [(word(name), text) for name, text in contents.method()]
    spoken = [(f"{name} ({tag})", text) for name, tag, text in contents.wordings()]
    sheet("method", [word("name"), word("text")], [*method, *spoken])
    sheet("suppression", [word("table"), word("row"), word("group")], contents.hidden_cells())
    book.close()
    return out.getvalue()
