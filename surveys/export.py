"""A snapshot as two CSV files: the tables as shown, and, not for publication, shuffled rows.

UTF-8 with a byte order mark, so that spreadsheets read accents; no cell can start a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from disclosure.values import Cell, NotAsked, Shown, Suppressed
from surveys.figures import EVERYBODY, NOT_ASKED, SUPPRESSED, Figure, Kind, Members, from_json
from surveys.labels import NOT_FOR_PUBLICATION, NOTICE, Labels
from surveys.queries import Results, RoundSummary
from surveys.questionnaire import order
from surveys.row_store import Line
from surveys.rows import is_about_her, of_her

TOTAL = "total"
LOW_BASE = "low_base"
"""In place of a per cent whose base is too small."""
_MARK = b"\xef\xbb\xbf"
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = str | int


@dataclass(frozen=True, slots=True)
class File:
    """A file to download."""

    name: str
    content: bytes


def tables_file(round_: RoundSummary, results: Results, labels: Labels) -> File:
    """`table_lines` as a file."""
    return File(_file_name(round_, results, "tables"), as_csv(table_lines(round_, results, labels)))


def table_lines(round_: RoundSummary, results: Results, labels: Labels) -> list[Sequence[Value]]:
    """One line for each count of each table, as shown, below a head. Hidden, not asked and zero are
    three words: `suppressed`, `not_asked`, 0; who refused is a line of its own."""
    figures = from_json(results.tables)
    finished = SUPPRESSED if figures.finished is None else figures.finished
    last = (finished, results.made_at.date().isoformat(), labels.word(NOTICE))
    header = ("table", "table_label", "by", "row", "row_label", "group", "group_label", "count")
    lines: list[Sequence[Value]] = [(*header, "percent", "finished", "as_of", "notice")]
    for figure in figures.tables:
        title = (
            labels.question(figure.name, figure.words)
            if figure.kind == Kind.QUESTION
            else (labels.word(figure.kind))
        )
        rows = [*figure.rows, (TOTAL,)]
        columns = [*figure.columns, (TOTAL,)]
        for row, cells in zip(rows, figure.cells, strict=True):
            for column, cell in zip(columns, cells, strict=True):
                names = (_name(row), row_label(figure, row, labels))
                groups = (_name(column), column_label(figure, column, labels))
                head = (figure.name, title, figure.by.value)
                lines.append((*head, *names, *groups, *_numbers(cell), *last))
    return lines


@dataclass(frozen=True, slots=True)
class Stream:
    """A file to download that is made while it leaves."""

    name: str
    chunks: Iterator[bytes]


def rows_stream(
    round_: RoundSummary, results: Results, labels: Labels, batches: Iterable[Sequence[Line]]
) -> Stream:
    """The rows about people as a file, a batch at a time: it holds no more than that in memory."""
    use = labels.word(NOT_FOR_PUBLICATION)
    header = [["id", *(name.removeprefix("answer_") for name in results.columns), "use"]]

    def chunks() -> Iterator[bytes]:
        # Answers are few words said often: each is looked at once.
        inert = _InertText()
        yield _MARK + _csv_of(header)
        for batch in batches:
            yield _csv_of(
                [row_id, *map(inert.__getitem__, values), use] for row_id, values in batch
            )

    return Stream(_file_name(round_, results, "responses-not-for-publication"), chunks())


def row_lines(round_: RoundSummary, results: Results, labels: Labels) -> list[Sequence[Value]]:
    """One line for each person who finished, in random order; only the header where too few did."""
    asked = order(round_.content["questions"]).questions
    names = [each.name for each in asked if not is_about_her(each)]
    who = ["gender", *(name for name in of_her(asked) if name != "language"), "language"]
    header = ["id", *who, *names, "use"]
    use = labels.word(NOT_FOR_PUBLICATION)
    lines: list[Sequence[Value]] = [header]
    lines += [
        [
            row["id"],
            # Rows from before these columns were told have none of them.
            *(row.get(name, SUPPRESSED) for name in who),
            *(row[f"answer_{name}"] for name in names),
            use,
        ]
        for row in results.rows
    ]
    return lines


def row_label(figure: Figure, members: Members, labels: Labels) -> str:
    """What a row of this table is called."""
    if members == (TOTAL,):
        return labels.word(TOTAL)
    match figure.kind:
        case Kind.QUESTION:
            return labels.answers(members)
        case Kind.PARTICIPANTS if members == (EVERYBODY,):
            return labels.word(EVERYBODY)
        case Kind.PARTICIPANTS:
            return labels.languages(members)
        case Kind.BREAK_OFF:
            return labels.question(members[0])
        case _:
            assert_never(figure.kind)


def column_label(figure: Figure, members: Members, labels: Labels) -> str:
    """What a column of this table is called."""
    if members == (TOTAL,):
        return labels.word(TOTAL)
    return labels.column(figure.by, members)


def _name(members: Members) -> str:
    return "+".join(members)


def _numbers(cell: Cell) -> tuple[Value, Value]:
    match cell:
        case Shown():
            return cell.count, LOW_BASE if cell.percent is None else cell.percent
        case Suppressed():
            return SUPPRESSED, SUPPRESSED
        case NotAsked():
            return NOT_ASKED, NOT_ASKED
        case _:
            assert_never(cell)


def _file_name(round_: RoundSummary, results: Results, what: str) -> str:
    return f"{round_.programme}-{round_.survey}-{results.number}-{what}.csv"


def as_csv(lines: Iterable[Sequence[Value]]) -> bytes:
    """UTF-8 with its mark, and nothing that a spreadsheet would take for a formula."""
    return _MARK + _csv_of([_inert(value) for value in line] for line in lines)


def _csv_of(lines: Iterable[Sequence[Value]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(lines)
    return out.getvalue().encode()


class _InertText(dict[str, Value]):
    """Texts as they may stand in a cell, each worked out the first time."""

    def __missing__(self, text: str) -> Value:
        self[text] = made = _inert(text)
        return made


def _inert(value: Value) -> Value:
    """Text that a spreadsheet will not take for a formula."""
    if isinstance(value, str) and value.startswith(_STARTS_A_FORMULA):
        return "'" + value
    return value
