"""A language as a spreadsheet for those who review it at a table, and what they changed.

The sheet is named by its language, so that no sheet is read into another.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from openpyxl import load_workbook
from xlsxwriter import Workbook

from library.errors import BadSheet, SheetFault
from library.listing import SPANISH, Entry, Reach
from library.words import WordFault, fault_of, tidied

HEADINGS = (
    "key / clave",
    "where it is heard / dónde se oye",
    "Spanish / castellano",
    "current text / texto actual",
    "new text / texto nuevo",
    "comment / comentario",
)
"""In both languages of the pages at once: whoever opens the sheet may read another than whoever
made it."""

LARGEST_SHEET = 8 * 1024 * 1024
_LARGEST_UNPACKED = 64 * 1024 * 1024
_MOST_ROWS = 5000
_WIDTHS = (26, 28, 46, 46, 46, 30)
_WRITTEN = " [sms]"
_KEY, _CURRENT, _NEW, _COMMENT = (HEADINGS[n] for n in (0, 3, 4, 5))


class Form(StrEnum):
    """Which form of a prompt a row is of."""

    SAY = "say"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Difference:
    """A row with new words."""

    key: str
    form: Form
    before: str
    """The words as they are now."""
    after: str
    comment: str
    is_stale: bool
    """Whether the words have changed since the sheet was downloaded."""
    fault: WordFault | None

    @property
    def name(self) -> str:
        """What names the row in a form."""
        return f"{self.key}|{self.form}"


@dataclass(frozen=True, slots=True)
class Review:
    """What a sheet asks for."""

    differences: tuple[Difference, ...]
    unknown: tuple[str, ...]
    """What stands in the column of keys and is no prompt."""
    remarks: tuple[tuple[str, str], ...]
    """Comments on prompts whose words stay: key and comment."""


def sheet(tag: str, listed: Iterable[Entry], *, where: Callable[[str], str]) -> bytes:
    """The review sheet of a language, XLSX."""
    content = io.BytesIO()
    # No value is ever a formula or a link, whatever it begins with.
    with Workbook(content, {"in_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet(tag)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        plain = book.add_format({"text_wrap": True, "valign": "top"})
        empty = book.add_format({"text_wrap": True, "valign": "top", "bg_color": "#FFF7E0"})
        for column, (heading, width) in enumerate(zip(HEADINGS, _WIDTHS, strict=True)):
            page.set_column(column, column, width)
            page.write_string(0, column, heading, bold)
        page.freeze_panes(1, 1)
        row = 0
        for each in listed:
            for key, spanish, current in _rows(each):
                row += 1
                for column, text in enumerate((key, where(each.key), spanish, current)):
                    page.write_string(row, column, text, plain)
                page.write_blank(row, 4, None, empty)
                page.write_blank(row, 5, None, empty)
        page.autofilter(0, 0, row, len(HEADINGS) - 1)
    return content.getvalue()


def review(content: bytes, reached: Reach, tag: str, listed: Iterable[Entry]) -> Review:
    """What a sheet changes. Raises BadSheet where it is not a sheet of this language."""
    by_key = {each.key: each for each in listed}
    differences: list[Difference] = []
    unknown: list[str] = []
    remarks: list[tuple[str, str]] = []
    for row in _read(content, tag):
        name = row[_KEY].strip()
        form = Form.TEXT if name.endswith(_WRITTEN) else Form.SAY
        entry = by_key.get(name.removesuffix(_WRITTEN))
        if entry is None:
            unknown.extend([name[:120]] if name else [])
            continue
        before = _form(entry, form)
        after = tidied(tag, row[_NEW])
        comment = " ".join(row[_COMMENT].split())[:1000]
        if not after or after == before:
            if comment:
                remarks.append((name, comment))
            continue
        differences.append(
            Difference(
                key=entry.key,
                form=form,
                before=before,
                after=after,
                comment=comment,
                is_stale=tidied(tag, row[_CURRENT]) != tidied(tag, before),
                fault=_fault(reached, entry, form, after),
            )
        )
    if not differences and not unknown and not remarks:
        raise BadSheet(SheetFault.NOTHING_NEW)
    # A key that stands twice counts as it stands last.
    last = {each.name: each for each in differences}
    return Review(tuple(last.values()), tuple(unknown[:50]), tuple(remarks))


def _rows(entry: Entry) -> Iterator[tuple[str, str, str]]:
    """The spoken form, and the written one where it differs."""
    yield entry.key, entry.spanish, entry.say
    if entry.text:
        yield entry.key + _WRITTEN, "", entry.text


def _form(entry: Entry, form: Form) -> str:
    return entry.say if form is Form.SAY else entry.text


def _fault(reached: Reach, entry: Entry, form: Form, words: str) -> WordFault | None:
    spanish = reached.loaded(entry.key, SPANISH)
    if form is Form.SAY:
        return fault_of(words, None, spanish=spanish)
    return fault_of("", words, spanish=spanish)


def _read(content: bytes, tag: str) -> Iterator[Mapping[str, str]]:
    """The rows below the headings, by heading."""
    _refuse_bombs(content)
    rows = _cells(content, tag)
    headings = next(rows, ())
    if not {_KEY, _CURRENT, _NEW}.issubset(headings):
        raise BadSheet(SheetFault.NO_HEADER)
    for cells in rows:
        found = dict(zip(headings, cells, strict=False))
        if any(found.values()):
            yield {heading: found.get(heading, "") for heading in HEADINGS}


def _cells(content: bytes, tag: str) -> Iterator[tuple[str, ...]]:
    """Rows of text from the one sheet of this language."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        names = book.sheetnames
        if tag not in names:
            raise BadSheet(SheetFault.OTHER_LANGUAGE if names else SheetFault.NOT_A_SHEET)
        rows = [
            tuple(_text(cell) for cell in row)
            for row in book[tag].iter_rows(max_row=_MOST_ROWS, max_col=20, values_only=True)
        ]
        book.close()
    except BadSheet:
        raise
    except Exception as error:  # what is broken inside raises anything at all
        raise BadSheet(SheetFault.NOT_A_SHEET) from error
    return iter(rows)


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell)


def _refuse_bombs(content: bytes) -> None:
    """A spreadsheet is a zip: look at what it would grow to before it is opened."""
    if len(content) > LARGEST_SHEET:
        raise BadSheet(SheetFault.TOO_LARGE)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(each.file_size for each in archive.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, EOFError) as error:
        raise BadSheet(SheetFault.NOT_A_SHEET) from error
    if unpacked > _LARGEST_UNPACKED:
        raise BadSheet(SheetFault.TOO_LARGE)
