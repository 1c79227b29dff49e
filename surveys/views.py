"""A figure as a page shows it: every cell as words, every row and column named."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import assert_never

from disclosure.values import RULE, Cell, NotAsked, Shown, Suppressed
from surveys.export import TOTAL, column_label, row_label
from surveys.figures import By, Figure, Kind
from surveys.labels import Labels


@dataclass(frozen=True, slots=True)
class CellView:
    """What stands in a cell. `kind`: `shown`, `suppressed` or `not_asked`."""

    kind: str
    text: str
    percent: int | None = None
    remark: str | None = None
    """Of a base whose percentages are to be read with care."""


@dataclass(frozen=True, slots=True)
class TableView:
    """A table with its words. `name` is what its picture is called, where it has one."""

    name: str
    title: str
    has_chart: bool
    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[CellView, ...]], ...]

    @property
    def spoken(self) -> str:
        """The table in one text, for who cannot see the picture."""
        rows = (
            label
            + ": "
            + ", ".join(
                f"{column} {cell.text}"
                + (f" ({cell.percent} %)" if cell.percent is not None else "")
                for column, cell in zip(self.columns, cells, strict=True)
            )
            for label, cells in self.rows[:-1]
        )
        return f"{self.title} " + "; ".join(rows) + "."


def last_day(week: dt.date) -> dt.date:
    """The Sunday of the week that began on this Monday."""
    return week + dt.timedelta(days=6)


def view(figure: Figure, labels: Labels) -> TableView:
    """The figure in the words of one page language."""
    is_question = figure.kind == Kind.QUESTION
    title = labels.question(figure.name, figure.words) if is_question else labels.word(figure.kind)
    if is_question and figure.by is not By.GENDER:
        title = f"{title} ({labels.word(f'by_{figure.by}')})"
    return TableView(
        name=figure.key,
        title=title,
        has_chart=is_question,
        columns=tuple(
            column_label(figure, members, labels) for members in (*figure.columns, (TOTAL,))
        ),
        rows=tuple(
            (
                row_label(figure, members, labels),
                tuple(_cell(cell, labels, is_base=members == (TOTAL,)) for cell in cells),
            )
            for members, cells in zip((*figure.rows, (TOTAL,)), figure.cells, strict=True)
        ),
    )


def _cell(cell: Cell, labels: Labels, *, is_base: bool) -> CellView:
    match cell:
        case Shown():
            is_low = is_base and RULE.percent_base <= cell.count < RULE.low_base
            remark = labels.word("low_base") if is_low else None
            return CellView("shown", str(cell.count), cell.percent, remark)
        case Suppressed():
            return CellView("suppressed", labels.word("suppressed"))
        case NotAsked():
            return CellView("not_asked", labels.word("not_asked"))
        case _:
            assert_never(cell)
