"""When the questions of a form are asked: its conditions, in our names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from programmes.conditions import BadCondition, parse, renamed, to_text
from programmes.questions import Question
from programmes.skipping import faults
from surveys.xlsform.findings import Rule
from surveys.xlsform.lists import OursByTheirs
from surveys.xlsform.notes import Notes
from surveys.xlsform.sheets import Row

_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
"""Quotes that spreadsheets make of straight ones."""


@dataclass(slots=True)
class Read:
    """A question while it is made, the row it comes from, and the form's condition."""

    row: Row
    question: Question
    condition: str = ""
    options: OursByTheirs = field(default_factory=dict)


def both(first: str, second: str) -> str:
    """One condition of two, either of which may be empty."""
    if first and second:
        return f"({first}) and ({second})"
    return first or second


def put_conditions(asked: Mapping[str, Read], note: Notes) -> None:
    """Give every question its condition, and note what is wrong with any."""
    ours = {each.row.get("name").text: name for name, each in asked.items()}

    def value(question: str, old: str) -> str:
        found = asked.get(ours.get(question, ""))
        return found.options.get(old, old) if found else old

    is_broken = False
    for each in asked.values():
        if not each.condition:
            continue
        try:
            condition = renamed(
                parse(each.condition.translate(_QUOTES)), lambda one: ours.get(one, one), value
            )
        except BadCondition as error:
            note(Rule.CONDITION, each.row.get("relevant").place, fault=error.said)
            is_broken = True
            continue
        each.question = replace(each.question, relevant=to_text(condition))
    if is_broken:
        return
    for fault in faults([each.question for each in asked.values()]):
        column = "type" if fault.in_order else "relevant"
        note(Rule.CONDITION, asked[fault.question].row.get(column).place, fault=fault.said)
