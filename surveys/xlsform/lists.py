"""The lists of options of a form, and what a question that names one is answered with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from programmes.questions import MISSING, NO, YES, Question, QuestionKind
from surveys.xlsform import types
from surveys.xlsform.findings import Rule
from surveys.xlsform.names import Options, as_name, missing_code
from surveys.xlsform.notes import Notes
from surveys.xlsform.sheets import Cell, Row, Sheet
from surveys.xlsform.spoken import Spoken

MOST_OPTIONS = 4
MOST_ITEMS = 8
"""As in the lint of a programme (DOMAIN 4.1)."""

_SHUFFLED = re.compile(r"randomize\s*=\s*(true|yes)", re.IGNORECASE)
_MEDIA = ("image", "big-image", "audio", "video")

OursByTheirs = dict[str, str]
"""The form's names of a question's options to ours."""


class Lists:
    """The sheet `choices`, list by list."""

    def __init__(self, choices: Sheet, options: Options, spoken: Spoken, note: Notes) -> None:
        self._options = options
        self._spoken = spoken
        self._note = note
        self._rows: dict[str, list[Row]] = {}
        for row in choices.rows:
            if name := row.get("list_name").text:
                self._rows.setdefault(name, []).append(row)

    def named(self, option: str) -> Row | None:
        """The first row of that name, in whichever list."""
        rows = (each for rows in self._rows.values() for each in rows)
        return next((each for each in rows if each.get("name").text == option), None)

    def answered(
        self, row: Row, question: Question, written: Cell
    ) -> tuple[Question, OursByTheirs]:
        """The question of a `select_one` or `select_multiple`, with what it is answered with."""
        of_list, *more = types.list_of(written.text)
        if "or_other" in more:
            self._note(Rule.OR_OTHER, written.place)
        if of_list not in self._rows:
            self._note(Rule.NO_LIST, written.place, list=of_list)
            return question, {}
        rows = self._rows[of_list]
        names = [each.get("name").text for each in rows]
        told = {missing_code(name): name for name in names if missing_code(name)}
        own = [each for each in rows if not missing_code(each.get("name").text)]
        if "kind=place" in row.get("rimay").text.split():
            place = replace(question, kind=QuestionKind.PLACE, options=tuple(names))
            return place, {name: name for name in names}
        options = {code: code for code in MISSING} | {
            name: code for code, name in told.items() if code
        }
        plain = {as_name(each.get("name").text) for each in own}
        if question.kind is QuestionKind.CHOICE and plain == {YES, NO}:
            options |= {each.get("name").text: as_name(each.get("name").text) for each in own}
            yes_no = replace(question, kind=QuestionKind.YES_NO, options=(YES, NO))
            return replace(yes_no, missing=_missing(told)), options
        seen = dict.fromkeys(self._named(own, of_list, options))
        self._count(question.kind, len(own), of_list, written)
        is_shuffled = bool(_SHUFFLED.search(row.get("parameters").text))
        chosen = replace(question, options=tuple(seen), is_shuffled=is_shuffled)
        return replace(chosen, missing=_missing(told)), options

    def _named(self, own: list[Row], of_list: str, options: OursByTheirs) -> Iterator[str]:
        """Our names of a list's options, put into `options` too."""
        seen = set()
        for each in own:
            option = self._option(each, of_list)
            if option in seen:
                named = each.get("name")
                self._note(Rule.TWICE_IN_LIST, named.place, list=of_list, name=named.text)
            seen.add(option)
            options[each.get("name").text] = option
            yield option

    def _option(self, row: Row, of_list: str) -> str:
        cell = row.get("name")
        if not cell.text:
            self._note(Rule.NO_NAME, cell.place)
            return ""
        for media in row.all(*_MEDIA):
            self._note(Rule.MEDIA, media.place)
        name = self._options.name(cell.text, of_list, self._spoken.of(row))
        self._spoken.keep(f"option.{name}", row)
        if name != cell.text:
            self._note(Rule.RENAMED, cell.place, error=False, old=cell.text, new=name)
        return name

    def _count(self, kind: QuestionKind, count: int, of_list: str, written: Cell) -> None:
        is_choice = kind is QuestionKind.CHOICE
        most = MOST_OPTIONS if is_choice else MOST_ITEMS
        if not count:
            self._note(Rule.EMPTY_LIST, written.place, list=of_list)
        elif count > most:
            rule = Rule.TOO_MANY_OPTIONS if is_choice else Rule.MANY_ITEMS
            self._note(rule, written.place, count=count, most=most)


def _missing(told: Mapping[str | None, str]) -> tuple[str, ...]:
    """A list that names one reason for no answer leaves the other out; one that names none has
    been written for forms, where a question is simply passed over: both are offered."""
    return tuple(each for each in MISSING if each in told) or MISSING
