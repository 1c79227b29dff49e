"""What a snapshot shows: protected tables, and their form as JSON."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, assert_never

from disclosure.values import Cell, NotAsked, Shown, Suppressed

Members = tuple[str, ...]
"""Categories shown as one row or column: one of them, or several merged."""


class Kind(StrEnum):
    """What a table is about."""

    QUESTION = "question"
    PARTICIPANTS = "participants"
    BREAK_OFF = "break_off"


EVERYBODY = "everybody"
"""The one row of who took part, before a round has ended."""


class By(StrEnum):
    """Which groups of people the columns of a table are."""

    GENDER = "gender"
    DISTRICT = "district"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Figure:
    """One table as it may be seen. `cells` has a last row and a last column of totals.

    Where people's groups had to be merged into one there are no columns but the total.
    """

    kind: Kind
    name: str
    """The question's name, or the kind again."""
    rows: tuple[Members, ...]
    columns: tuple[Members, ...]
    cells: tuple[tuple[Cell, ...], ...]
    words: Mapping[str, str] = field(default_factory=dict)
    """What the code is called that it counts, by language; nothing for any other table."""
    by: By = By.GENDER

    @property
    def key(self) -> str:
        """What its picture is called: the name, and by what it is unless that is gender."""
        return self.name if self.by is By.GENDER else f"{self.name}-{self.by}"


@dataclass(frozen=True, slots=True)
class Share:
    """Women among participants, whole per cent: at least, and at most if all unknown were women.

    Rounded outwards; the same number twice where nobody's gender is unknown.
    """

    low: int
    high: int
    base: int
    of_all_who_began: bool
    """False where only those who finished can be told apart."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of one snapshot but its rows. None: hidden."""

    finished: int | None
    began: int | None
    women: Share | None
    tables: tuple[Figure, ...]
    through: dt.date | None = None
    """The Monday of the last week whose answers are told, before the last results."""

    def question(self, name: str, by: By = By.GENDER) -> Figure | None:
        """One table of a question."""
        return next(
            (
                each
                for each in self.tables
                if (each.kind, each.name, each.by) == (Kind.QUESTION, name, by)
            ),
            None,
        )


def as_json(figures: Figures) -> dict[str, Any]:
    """The form that a snapshot keeps."""
    return {
        "finished": figures.finished,
        "began": figures.began,
        "women": asdict(figures.women) if figures.women else None,
        "through": figures.through.isoformat() if figures.through else None,
        "tables": [
            {
                "kind": table.kind.value,
                "name": table.name,
                "by": table.by.value,
                "rows": [list(members) for members in table.rows],
                "columns": [list(members) for members in table.columns],
                "cells": [[_cell_as_json(cell) for cell in row] for row in table.cells],
            }
            | ({"words": dict(table.words)} if table.words else {})
            for table in figures.tables
        ],
    }


def from_json(kept: Mapping[str, Any]) -> Figures:
    """What `as_json` wrote."""
    return Figures(
        finished=kept["finished"],
        began=kept["began"],
        women=Share(**kept["women"]) if kept["women"] else None,
        tables=tuple(
            Figure(
                kind=Kind(table["kind"]),
                name=table["name"],
                rows=tuple(tuple(members) for members in table["rows"]),
                columns=tuple(tuple(members) for members in table["columns"]),
                cells=tuple(tuple(_cell(cell) for cell in row) for row in table["cells"]),
                words=table.get("words", {}),
                by=By(table.get("by", By.GENDER)),
            )
            for table in kept["tables"]
        ),
        through=dt.date.fromisoformat(kept["through"]) if kept.get("through") else None,
    )


SUPPRESSED, NOT_ASKED = "suppressed", "not_asked"
"""How the two are written, in a snapshot as in a file: never as a number."""


def _cell_as_json(cell: Cell) -> Any:
    match cell:
        case Shown():
            return [cell.count, cell.percent]
        case Suppressed():
            return SUPPRESSED
        case NotAsked():
            return NOT_ASKED
        case _:
            assert_never(cell)


def _cell(kept: Any) -> Cell:
    if kept == SUPPRESSED:
        return Suppressed()
    return NotAsked() if kept == NOT_ASKED else Shown(*kept)
