"""The lowest and the highest answer that a row allows: of its constraint, or of a range."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from programmes.questions import QuestionKind, as_number
from surveys.xlsform.findings import Rule
from surveys.xlsform.sheets import Row

_PART = re.compile(
    r"\s*\(?\s*\.\s*(?P<sign><=|>=|<|>)\s*"
    r"(?:(?P<number>-?\d+)(?:\.0+)?|(?:date\()?['\"](?P<day>\d{4}-\d{2}-\d{2})['\"]\)?)\s*\)?\s*"
)
_PARAMETER = re.compile(r"(start|end|step)\s*=\s*(-?\d+(?:\.\d+)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What can be entered. `faults` are rules with the cells that break them."""

    low: int | None
    high: int | None
    is_range: bool = False
    faults: tuple[tuple[Rule, str], ...] = ()


def of_row(row: Row, kind: QuestionKind) -> Bounds:
    """The bounds of a number (whole) or a date (yyyymmdd)."""
    if row.get("type").text.lower().split()[0] == "range":
        return _range(row)
    cell = row.get("constraint")
    low: int | None = None
    high: int | None = None
    faults: list[tuple[Rule, str]] = []
    for part in re.split(r"\s+and\s+", cell.text) if cell.text else ():
        found = _PART.fullmatch(part)
        value = _value(found, kind) if found else None
        if found is None or value is None:
            faults.append((Rule.CONSTRAINT, cell.place))
            continue
        number = value + {"<": -1, ">": 1}.get(found["sign"], 0)
        if found["sign"].startswith(">"):
            low = number
        else:
            high = number
    if kind is QuestionKind.DATE and None not in (low, high) and (low or 0) >= (high or 0):
        faults.append((Rule.NO_BOUNDS, cell.place))
    return Bounds(low, high, faults=tuple(faults))


def _value(found: re.Match[str], kind: QuestionKind) -> int | None:
    if kind is not QuestionKind.DATE:
        return int(found["number"]) if found["number"] else None
    if not found["day"]:
        return None
    try:
        return as_number(dt.date.fromisoformat(found["day"]))
    except ValueError:
        return None


def _range(row: Row) -> Bounds:
    cell = row.get("parameters")
    told = {name.lower(): value for name, value in _PARAMETER.findall(cell.text)}
    numbers = {name: float(value) for name, value in told.items()}
    step = numbers.get("step", 1.0)
    if "start" not in numbers or "end" not in numbers:
        return Bounds(None, None, True, ((Rule.NO_BOUNDS, cell.place),))
    if step != 1 or any(value != int(value) for value in numbers.values()):
        return Bounds(None, None, True, ((Rule.DECIMAL, cell.place),))
    return Bounds(int(numbers["start"]), int(numbers["end"]), True)
