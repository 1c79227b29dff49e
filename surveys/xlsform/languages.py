"""Which column of a form speaks which language: `label::Español (es)`, `label::quy`, `label`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from locales.folding import fold
from locales.languages import UnknownLanguage, accepted, languages
from surveys.xlsform.findings import Rule
from surveys.xlsform.sheets import Book, Sheet

_TAG = re.compile(r"\(([A-Za-z]{2,3}(?:-[A-Za-z0-9-]+)?)\)\s*$")
_ALSO = {"espanol": "es", "spanish": "es", "castellano": "es", "quechua": "quy", "runasimi": "quy"}
PLAIN = "es"
"""What a column without a language is in, where the form does not say."""


class Note(Protocol):
    def __call__(
        self, rule: Rule, place: str, *, error: bool = True, **values: str | int
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class Columns:
    """Per sheet, by tag: what stands after `label::`."""

    survey: Mapping[str, str]
    choices: Mapping[str, str]

    def of(self, sheet: str) -> Mapping[str, str]:
        return self.survey if sheet == "survey" else self.choices


def tag_of(column: str) -> str | None:
    """The language that a column's name means; None where it is none of ours."""
    named = _TAG.search(column)
    plain = fold(_TAG.sub("", column).strip())
    for wanted in (named[1] if named else "", plain):
        try:
            if wanted:
                return accepted(wanted)
        except UnknownLanguage:
            continue
    own = {fold(each.own_name): tag for tag, each in languages().items()}
    own |= {fold(each.english_name): tag for tag, each in languages().items()}
    return own.get(plain) or _ALSO.get(plain)


def columns_of(book: Book, wanted: Sequence[str], *, default: str, note: Note) -> Columns:
    """The columns of both sheets, in the languages wanted; of the form where none are."""
    plain = (tag_of(default) if default else None) or (wanted[0] if wanted else PLAIN)
    survey = _found(book.survey, plain, note)
    tags = tuple(wanted) or tuple(survey) or (plain,)
    choices = _found(book.choices, plain, note)
    for sheet, found in ((book.survey, survey), (book.choices, choices)):
        if not sheet.rows:
            continue
        for tag in tags:
            if tag not in found:
                name = f"label::{languages()[tag].own_name} ({tag})"
                note(Rule.NO_COLUMN, f"{sheet.name}!A1", column=name, language=tag)
        for tag, column in found.items():
            if tag not in tags:
                place = f"{sheet.name}!{sheet.columns['label', column]}1"
                note(Rule.OTHER_LANGUAGE, place, error=False, language=column or tag)
    return Columns(
        {tag: survey[tag] for tag in tags if tag in survey},
        {tag: choices[tag] for tag in tags if tag in choices},
    )


def _found(sheet: Sheet, plain: str, note: Note) -> dict[str, str]:
    found: dict[str, str] = {}
    for column in sheet.languages("label"):
        place = f"{sheet.name}!{sheet.columns['label', column]}1"
        tag = tag_of(column) if column else plain
        if tag is None:
            note(Rule.OTHER_LANGUAGE, place, error=False, language=column)
        elif tag not in found:
            found[tag] = column
            if not column and len(sheet.languages("label")) > 1:
                note(Rule.UNNAMED_LANGUAGE, place, error=False, language=tag)
    return found
