"""An XLSForm's sheets as rows of named cells, each of which knows where it stands."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from programmes.said import N_, Said

MOST_BYTES = 5_000_000
MOST_UNPACKED = 50_000_000
MOST_ROWS = 2_000
MOST_LINES = 20_000
"""Empty ones too, of which a sheet may have many: what is below is not read."""
MOST_COLUMNS = 200

SURVEY, CHOICES, SETTINGS = "survey", "choices", "settings"
_ALIASES = {
    "caption": "label",
    "relevance": "relevant",
    "command": "type",
    "value": "name",
    "list name": "list_name",
    "set_form_title": "form_title",
    "set_form_id": "form_id",
}
"""Older names of columns, as pyxform knows them."""
_HEADER = re.compile(r"(?P<name>[^:]+?)\s*::?\s*(?P<language>.+)")


class NotAForm(ValueError):
    """The file cannot be read as an XLSForm at all; `said` is why."""

    def __init__(self, text: str, **values: str | int) -> None:
        self.said = Said(text, values)
        super().__init__(str(self.said))


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: its words without white space around them, and where it stands."""

    text: str
    place: str
    """As spreadsheets name it: `survey!B7`."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row by the names of its columns; with translations by (name, language)."""

    sheet: str
    number: int
    cells: Mapping[tuple[str, str], Cell]
    columns: Mapping[tuple[str, str], str] = field(repr=False)

    def get(self, name: str, language: str = "") -> Cell:
        """The cell; an empty one, in its place, where nothing is written."""
        found = self.cells.get((name, language))
        return found or Cell("", self.place(name, language))

    def place(self, name: str, language: str = "") -> str:
        return f"{self.sheet}!{self.columns.get((name, language), 'A')}{self.number}"

    def all(self, *names: str) -> Iterator[Cell]:
        """Every cell of these columns that says something, in whatever language."""
        return (cell for (name, _), cell in self.cells.items() if name in names)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. Rows without a word are left out; the others keep their numbers."""

    name: str
    columns: Mapping[tuple[str, str], str]
    rows: tuple[Row, ...]

    def languages(self, column: str) -> tuple[str, ...]:
        """What a column says after `::`, in the order of the sheet; "" for the plain one."""
        return tuple(language for name, language in self.columns if name == column)


@dataclass(frozen=True, slots=True)
class Book:
    """The sheets of a form. One that it has not is empty."""

    survey: Sheet
    choices: Sheet
    settings: Sheet


def read_book(content: bytes) -> Book:
    """The sheets of an .xlsx file. Raises NotAForm."""
    if len(content) > MOST_BYTES:
        raise NotAForm(N_("the file is larger than %(most)s MB"), most=MOST_BYTES // 1_000_000)
    try:
        with warnings.catch_warnings():
            # What a spreadsheet looks like is nothing to us.
            warnings.simplefilter("ignore")
            return _unpacked(content)
    except NotAForm:
        raise
    except Exception as error:
        # A damaged file fails in as many ways as there are steps of reading it.
        raise NotAForm(N_("it is no .xlsx file: save the form as one")) from error


def _unpacked(content: bytes) -> Book:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        if sum(each.file_size for each in packed.infolist()) > MOST_UNPACKED:
            raise NotAForm(N_("the file unpacks to far more than a form"))
    book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    try:
        return _book(book)
    finally:
        book.close()


def _book(book: Any) -> Book:
    names = {name.strip().lower(): name for name in book.sheetnames}
    if SURVEY not in names:
        raise NotAForm(N_("there is no sheet named `survey`"))
    sheets = {
        name: _sheet(name, book[names[name]] if name in names else None)
        for name in (SURVEY, CHOICES, SETTINGS)
    }
    return Book(*sheets.values())


def _sheet(name: str, sheet: Any) -> Sheet:
    if sheet is None:
        return Sheet(name, {}, ())
    columns: dict[tuple[str, str], str] = {}
    letters: list[tuple[str, str] | None] = []
    rows: list[Row] = []
    for number, values in enumerate(
        sheet.iter_rows(max_row=MOST_LINES, max_col=MOST_COLUMNS, values_only=True), start=1
    ):
        words = [_text(value) for value in values]
        if number == 1:
            for place, word in enumerate(words, start=1):
                key = _column(word) if word else None
                key = None if key in columns else key
                letters.append(key)
                if key is not None:
                    columns[key] = get_column_letter(place)
            continue
        cells = {
            key: Cell(word, f"{name}!{columns[key]}{number}")
            for key, word in zip(letters, words, strict=False)
            if key is not None and word
        }
        if len(rows) == MOST_ROWS:
            raise NotAForm(
                N_("the sheet `%(sheet)s` has more than %(most)s rows"), sheet=name, most=MOST_ROWS
            )
        if cells:
            rows.append(Row(name, number, cells, columns))
    return Sheet(name, columns, tuple(rows))


def _column(header: str) -> tuple[str, str]:
    """The column's name and language: `label::Español (es)` is (`label`, `Español (es)`)."""
    plain = header.strip()
    for media in ("media::", "bind::", "control::"):
        plain = plain.removeprefix(media)
    found = _HEADER.fullmatch(plain)
    name = (found["name"] if found else plain).strip().lower()
    return _ALIASES.get(name, name), found["language"].strip() if found else ""


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return str(value).replace("\xa0", " ").strip()
