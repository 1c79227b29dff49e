"""The column `rimay` of a form, in which it says what XLSForm has no words for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from programmes.questions import MISSING, Question
from surveys.xlsform.findings import Rule
from surveys.xlsform.lists import Lists
from surveys.xlsform.notes import Notes
from surveys.xlsform.sheets import Row
from surveys.xlsform.spoken import Spoken

NAME = "rimay"
_KNOWN = frozenset(
    {"block", "kind", "codes", "bands", "ends", "gender", "group", "missing", "shuffle"}
)

Own = Mapping[str, tuple[str, ...]]


def own(row: Row, note: Notes) -> Own:
    """What a row says there: `codes=water,work bands=0,1,3`."""
    found: dict[str, tuple[str, ...]] = {}
    cell = row.get(NAME)
    for part in cell.text.split():
        name, equals, values = part.partition("=")
        if not equals or name not in _KNOWN:
            note(Rule.BAD_SETTING, cell.place, setting=part)
        else:
            found[name] = tuple(each for each in values.split(",") if each)
    return found


def with_own(
    question: Question, row: Row, own: Own, *, lists: Lists, spoken: Spoken, note: Notes
) -> Question:
    """The question with what the column adds. It was written by us, or by who read how."""
    cell = row.get(NAME)
    more: dict[str, Any] = {}
    if "missing" in own:
        more["missing"] = tuple(each for each in MISSING if each in own["missing"])
    if "gender" in own:
        more["is_gender"] = own["gender"] == ("yes",)
    for name in ("block", "group"):
        if name in own:
            more[name] = own[name][0] if own[name] else ""
    if "ends" in own:
        more["ends"] = own["ends"]
        for end in own["ends"]:
            named = lists.named(end)
            if named is None:
                note(Rule.BAD_SETTING, cell.place, setting=f"ends={end}")
            else:
                spoken.keep(f"option.{end}", named)
    try:
        if "bands" in own:
            more["bands"] = tuple(map(int, own["bands"]))
        if "shuffle" in own:
            more["shuffle"] = int(own["shuffle"][0])
    except (ValueError, IndexError):
        note(Rule.BAD_SETTING, cell.place, setting=cell.text)
    return replace(question, **more)
