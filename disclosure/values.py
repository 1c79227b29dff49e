"""Tables before and after the guard, and the rule they are held to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """What may be shown (DOMAIN 6.3). The parameters are published with the tables."""

    minimum: int = 5
    """The smallest count of people that is shown, zero apart."""
    protection: int = 5
    """How wide, at least, what can be worked out about a hidden count must stay."""
    small_base: int = 20
    """Below this many people, "none of them" and "all of them" tell about each."""
    percent_base: int = 30
    """The smallest base of a percentage."""
    low_base: int = 50
    """Below this, a base whose percentages are shown is said to be small."""

    def is_small(self, count: int) -> bool:
        return 0 < count < self.minimum

    def is_telling(self, count: int, base: int) -> bool:
        """Whether the count tells about a person: it is small, or "none" or "all" of a few."""
        return self.is_small(count) or (0 < base < self.small_base and count in (0, base))


RULE = Rule()
"""For the whole area, and for its people by gender, by language and by week."""

SMALL_AREA = Rule(minimum=10, protection=10)
"""For parts of the area: in a district people know each other."""


@dataclass(frozen=True, slots=True)
class Table:
    """Counts of people by row and column, without totals. None: that column was not asked so.

    Columns are groups of people, rows what they answered: a column's total is the base of its
    percentages.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[tuple[int | None, ...], ...]

    def __post_init__(self) -> None:
        if len(self.counts) != len(self.rows) or any(
            len(row) != len(self.columns) for row in self.counts
        ):
            raise ValueError("a table needs one count for each row and column")
        if any(count is not None and count < 0 for row in self.counts for count in row):
            raise ValueError("a count of people cannot be negative")

    def with_totals(self) -> tuple[tuple[int | None, ...], ...]:
        """The counts with a last column and a last row of totals."""
        rows = [(*row, sum(count or 0 for count in row)) for row in self.counts]
        totals = tuple(sum(row[column] or 0 for row in rows) for column in range(self.width + 1))
        return (*rows, totals)

    @property
    def width(self) -> int:
        return len(self.columns)


@dataclass(frozen=True, slots=True)
class Shown:
    """A count that may be seen, zero included, and its whole per cent of the column's total.

    `percent` is None where the base is too small for one.
    """

    count: int
    percent: int | None = None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A count that is hidden: small, or it would reveal one that is. Which is not told."""


@dataclass(frozen=True, slots=True)
class NotAsked:
    """Nobody in this column was asked."""


Cell = Shown | Suppressed | NotAsked


@dataclass(frozen=True, slots=True)
class ProtectedTable:
    """A table as it may be seen; `cells` has a last row and a last column of totals."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[Cell, ...], ...]
