"""From an XLSForm to a survey: what can be asked by telephone, and a finding for all that cannot.

Nothing is guessed in silence: what is left out, renamed or refused is named by its cell.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from programmes.questions import Question, QuestionKind, question_content
from staff.values import LANGUAGES
from surveys.xlsform import bounds, types
from surveys.xlsform.findings import Finding, Rule
from surveys.xlsform.languages import columns_of
from surveys.xlsform.lists import Lists, OursByTheirs
from surveys.xlsform.names import Options, Taken, as_name
from surveys.xlsform.notes import Notes
from surveys.xlsform.own_column import own, with_own
from surveys.xlsform.sheets import Book, Row, Sheet
from surveys.xlsform.skipping import Read, both, put_conditions
from surveys.xlsform.spoken import Spoken

MOST_QUESTIONS = 10
"""As in the lint of a programme (requirement 46)."""

_LOST = (
    ("choice_filter", Rule.CHOICE_FILTER, True),
    ("calculation", Rule.CALCULATED, True),
    ("calculate", Rule.CALCULATED, True),
    ("default", Rule.FIXED_VALUE, False),
)
"""Columns that mean nothing by telephone, and whether a form with one is refused."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a form: the survey as content with its words, unless something is wrong."""

    survey: Mapping[str, Any] | None
    words: Mapping[str, Mapping[str, tuple[str, str]]]
    """By prompt key, then by language: what is said, and what is written."""
    findings: tuple[Finding, ...]

    @property
    def is_fit(self) -> bool:
        return self.survey is not None


def read_form(
    book: Book,
    *,
    languages: Sequence[str],
    is_taken: Taken = lambda name, words: False,
    file_name: str = "survey",
) -> Imported:
    """The survey of a form, in `languages` (of the programme that is to ask it; none: the form's).

    `is_taken` says whether an option means something else in every programme already.
    """
    return _Reading(book, languages, is_taken, file_name).imported()


class _Reading:
    """One form while its rows are gone through."""

    def __init__(self, book: Book, languages: Sequence[str], is_taken: Taken, file: str) -> None:
        self.book = book
        self.file = file
        self.note = Notes()
        default = _setting(book.settings, "default_language")
        columns = columns_of(book, languages, default=default, note=self.note)
        self.spoken = Spoken(columns, self.note)
        self.lists = Lists(book.choices, Options(is_taken), self.spoken, self.note)
        self.asked: dict[str, Read] = {}
        self.first: dict[str, str] = {}
        """The cell in which each name was given first."""

    def imported(self) -> Imported:
        self._survey()
        put_conditions(self.asked, self.note)
        self._count()
        if self.note.has_errors:
            return Imported(None, {}, self.note.in_order())
        title = _setting(self.book.settings, "form_title") or self.file
        survey = {
            "name": as_name(_setting(self.book.settings, "form_id") or self.file),
            "title": dict.fromkeys(LANGUAGES, title),
            "questions": [question_content(each.question) for each in self.asked.values()],
        }
        return Imported(survey, self.spoken.words, self.note.in_order())

    def _count(self) -> None:
        if not self.asked:
            self.note(Rule.NO_QUESTIONS, "survey!A1")
        elif len(self.asked) > MOST_QUESTIONS:
            last = list(self.asked.values())[MOST_QUESTIONS]
            place, count = last.row.place("type"), len(self.asked)
            self.note(Rule.TOO_MANY_QUESTIONS, place, count=count, most=MOST_QUESTIONS)

    # -- the rows ------------------------------------------------------------------------------

    def _survey(self) -> None:
        groups: list[tuple[Row, str, str]] = []
        """Row, name and condition of each group that is open."""
        repeats: list[Row] = []
        for row in self.book.survey.rows:
            kind = types.of(row.get("type").text)
            if kind is types.BEGIN_REPEAT:
                if not repeats:
                    self.note(Rule.REPEAT, row.place("type"))
                repeats.append(row)
            elif kind is types.END_REPEAT and repeats:
                repeats.pop()
            elif repeats:
                continue
            elif kind is types.BEGIN_GROUP:
                self._group(row)
                outer = groups[-1][2] if groups else ""
                condition = both(outer, row.get("relevant").text)
                groups.append((row, as_name(row.get("name").text), condition))
            elif kind is types.END_GROUP or kind is types.END_REPEAT:
                if not groups:
                    self.note(Rule.UNPAIRED, row.place("type"))
                else:
                    groups.pop()
            elif row.get("type").text:
                around = groups[-1] if groups else None
                self._row(row, around[1] if around else "", around[2] if around else "")
        for row in (*repeats, *(group[0] for group in groups)):
            self.note(Rule.UNPAIRED, row.place("type"))

    def _group(self, row: Row) -> None:
        if types.is_matrix(row.get("appearance").text):
            self.note(Rule.MATRIX, row.place("appearance"))
        for cell in row.all("label"):
            self.note(Rule.GROUP_TITLE, cell.place, error=False)
            break

    def _row(self, row: Row, group: str, condition: str) -> None:
        written = row.get("type")
        kind = types.of(written.text)
        if isinstance(kind, types.Structure):
            self.note(Rule.KEPT_OF_NOBODY, written.place, error=False, type=written.text)
            return
        if isinstance(kind, Rule):
            self.note(kind, written.place, type=written.text)
            return
        name = self._name(row)
        self._extras(row)
        ours = own(row, self.note)
        options: OursByTheirs = {}
        question = Question(name, kind=kind, group=group if ours.get("shuffle") else "")
        if kind in (QuestionKind.CHOICE, QuestionKind.MULTIPLE):
            question, options = self.lists.answered(row, question, written)
        elif kind is QuestionKind.OPEN:
            codes = tuple(as_name(each) for each in ours.get("codes", ()))
            if not codes:
                self.note(Rule.FREE_TEXT, written.place)
            question = replace(question, codes=codes)
        else:
            question = self._bounded(row, question)
        question = with_own(
            question, row, ours, lists=self.lists, spoken=self.spoken, note=self.note
        )
        if name in self.asked or not name:
            return
        relevant = both(condition, row.get("relevant").text)
        self.asked[name] = Read(row, question, relevant, options)
        self.spoken.keep(f"question.{name}", row)

    def _name(self, row: Row) -> str:
        cell = row.get("name")
        if not cell.text:
            self.note(Rule.NO_NAME, cell.place)
            return ""
        name = as_name(cell.text)
        if name in self.first:
            self.note(Rule.NAMED_TWICE, cell.place, name=cell.text, first=self.first[name])
            return ""
        self.first[name] = cell.place
        if name != cell.text:
            self.note(Rule.RENAMED, cell.place, error=False, old=cell.text, new=name)
        return name

    def _extras(self, row: Row) -> None:
        """What a row says besides its question, that is lost or cannot be by telephone."""
        for cell in row.all("image", "big-image", "audio", "video"):
            self.note(Rule.MEDIA, cell.place)
        for cell in row.all("hint", "guidance_hint"):
            self.note(Rule.HINT, cell.place, error=False)
            break
        for name, rule, is_error in _LOST:
            if (cell := row.get(name)).text:
                self.note(rule, cell.place, error=is_error)
        if types.is_matrix(row.get("appearance").text):
            self.note(Rule.MATRIX, row.get("appearance").place)

    def _bounded(self, row: Row, question: Question) -> Question:
        """A number or a date, with its lowest and highest."""
        found = bounds.of_row(row, question.kind)
        for rule, place in found.faults:
            self.note(rule, place, error=rule is not Rule.CONSTRAINT)
        low, high = found.low, found.high
        if question.kind is QuestionKind.DATE:
            return replace(question, low=low, high=high)
        if low is None or high is None:
            if not found.faults or all(rule is Rule.CONSTRAINT for rule, _ in found.faults):
                self.note(Rule.NO_BOUNDS, row.place("constraint"))
            return replace(question, low=0, high=9)
        if low >= high or low < 0 or len(str(high)) > 9:
            place = row.get("constraint").place
            self.note(Rule.BAD_BOUNDS, place, low=low, high=high)
        kind = question.kind
        if found.is_range and low >= 1 and high <= 9:
            kind = QuestionKind.SCALE
        return replace(question, kind=kind, low=low, high=high)


def _setting(sheet: Sheet, name: str) -> str:
    return next((row.get(name).text for row in sheet.rows), "")
