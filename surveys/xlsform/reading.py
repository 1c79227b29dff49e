"""From an XLSForm to a survey: what can be asked by telephone, and a finding for all that cannot.

Nothing is guessed in silence: what is left out, renamed or refused is named by its cell.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from locales.lengths import estimated
from programmes.conditions import BadCondition, parse, renamed, to_text
from programmes.questions import (
    MISSING,
    NO,
    YES,
    Question,
    QuestionKind,
    question_content,
)
from programmes.said import Said
from programmes.skipping import faults
from staff.values import LANGUAGES
from surveys.xlsform import bounds, types
from surveys.xlsform.findings import Finding, Rule, Severity
from surveys.xlsform.languages import columns_of
from surveys.xlsform.names import Options, Taken, Words, as_name, missing_code
from surveys.xlsform.sheets import Book, Cell, Row, Sheet

MOST_QUESTIONS = 10
MOST_OPTIONS = 4
MOST_ITEMS = 8
MOST_SECONDS = 20
"""As in the lint of a programme (DOMAIN 4.1, requirement 46)."""

_TAGS = re.compile(r"<[^>]{1,200}>|\*\*|__")
_REFERENCE = re.compile(r"\$\{[^}]*\}")
_QUOTES = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")
"""Quotes that spreadsheets make of straight ones."""
_OURS = frozenset(
    {"block", "kind", "codes", "bands", "ends", "gender", "group", "missing", "shuffle"}
)


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


@dataclass(slots=True)
class _Asked:
    """A question while it is made, and the row it comes from."""

    row: Row
    question: Question
    condition: str = ""
    options: dict[str, str] = field(default_factory=dict)
    """The form's names of its options to ours."""


class _Reading:
    def __init__(self, book: Book, languages: Sequence[str], is_taken: Taken, file: str) -> None:
        self.book = book
        self.file = file
        self.findings: list[Finding] = []
        self.words: dict[str, Words] = {}
        default = _setting(book.settings, "default_language")
        self.columns = columns_of(book, languages, default=default, note=self._note)
        self.options = Options(is_taken)
        self.lists = self._lists()
        self.asked: dict[str, _Asked] = {}
        self.first: dict[str, str] = {}

    def imported(self) -> Imported:
        self._survey()
        self._conditions()
        self._count()
        survey = None
        title = _setting(self.book.settings, "form_title") or self.file
        if not any(each.severity is Severity.ERROR for each in self.findings):
            survey = {
                "name": as_name(_setting(self.book.settings, "form_id") or self.file),
                "title": dict.fromkeys(LANGUAGES, title),
                "questions": [question_content(each.question) for each in self.asked.values()],
            }
        order = {"survey": 0, "choices": 1, "settings": 2}
        found = sorted(
            _unique(self.findings),
            key=lambda each: (
                each.severity is not Severity.ERROR,
                order.get(each.place.split("!")[0], 3),
                _row_of(each.place),
            ),
        )
        return Imported(survey, self.words if survey else {}, tuple(found))

    # -- findings ------------------------------------------------------------------------------

    def _note(
        self, rule: Rule, place: str, *, error: bool = True, **values: str | int | Said
    ) -> None:
        severity = Severity.ERROR if error else Severity.WARNING
        self.findings.append(Finding(severity, rule, place, values))

    # -- the rows ------------------------------------------------------------------------------

    def _survey(self) -> None:
        groups: list[tuple[Row, str, str]] = []
        """Row, name and condition of each group that is open."""
        repeats: list[Row] = []
        for row in self.book.survey.rows:
            kind = types.of(row.get("type").text)
            if kind is types.BEGIN_REPEAT:
                if not repeats:
                    self._note(Rule.REPEAT, row.place("type"))
                repeats.append(row)
            elif kind is types.END_REPEAT and repeats:
                repeats.pop()
            elif repeats:
                continue
            elif kind is types.BEGIN_GROUP:
                self._group(row)
                outer = groups[-1][2] if groups else ""
                own = row.get("relevant").text
                groups.append((row, as_name(row.get("name").text), _both(outer, own)))
            elif kind is types.END_GROUP or kind is types.END_REPEAT:
                if not groups:
                    self._note(Rule.UNPAIRED, row.place("type"))
                else:
                    groups.pop()
            elif row.get("type").text:
                around = groups[-1] if groups else None
                self._row(row, around[1] if around else "", around[2] if around else "")
        for row in (*repeats, *(group[0] for group in groups)):
            self._note(Rule.UNPAIRED, row.place("type"))

    def _group(self, row: Row) -> None:
        if types.is_matrix(row.get("appearance").text):
            self._note(Rule.MATRIX, row.place("appearance"))
        for cell in row.all("label"):
            self._note(Rule.GROUP_TITLE, cell.place, error=False)
            break

    def _row(self, row: Row, group: str, condition: str) -> None:
        written = row.get("type")
        kind = types.of(written.text)
        if isinstance(kind, types.Structure):
            self._note(Rule.KEPT_OF_NOBODY, written.place, error=False, type=written.text)
            return
        if isinstance(kind, Rule):
            self._note(kind, written.place, type=written.text)
            return
        name = self._name(row)
        self._extras(row)
        ours = self._ours(row)
        options: dict[str, str] = {}
        question = Question(name, kind=kind, group=group if ours.get("shuffle") else "")
        if kind in (QuestionKind.CHOICE, QuestionKind.MULTIPLE):
            question, options = self._select(row, question, written)
        elif kind is QuestionKind.OPEN:
            codes = tuple(as_name(each) for each in ours.get("codes", ()))
            if not codes:
                self._note(Rule.FREE_TEXT, written.place)
            question = replace(question, codes=codes)
        else:
            question = self._bounded(row, question)
        question = self._with_ours(row, question, ours)
        if name in self.asked or not name:
            return
        relevant = _both(condition, row.get("relevant").text)
        self.asked[name] = _Asked(row, question, relevant, options)
        self._say(f"question.{name}", row)

    def _name(self, row: Row) -> str:
        cell = row.get("name")
        if not cell.text:
            self._note(Rule.NO_NAME, cell.place)
            return ""
        name = as_name(cell.text)
        if name in self.first:
            self._note(Rule.NAMED_TWICE, cell.place, name=cell.text, first=self.first[name])
            return ""
        self.first[name] = cell.place
        if name != cell.text:
            self._note(Rule.RENAMED, cell.place, error=False, old=cell.text, new=name)
        return name

    def _extras(self, row: Row) -> None:
        """What a row says besides its question, that is lost or cannot be by telephone."""
        for cell in row.all("image", "big-image", "audio", "video"):
            self._note(Rule.MEDIA, cell.place)
        for cell in row.all("hint", "guidance_hint"):
            self._note(Rule.HINT, cell.place, error=False)
            break
        for name, rule, is_error in (
            ("choice_filter", Rule.CHOICE_FILTER, True),
            ("calculation", Rule.CALCULATED, True),
            ("calculate", Rule.CALCULATED, True),
            ("default", Rule.FIXED_VALUE, False),
        ):
            if (cell := row.get(name)).text:
                self._note(rule, cell.place, error=is_error)
        if types.is_matrix(row.get("appearance").text):
            self._note(Rule.MATRIX, row.get("appearance").place)

    def _ours(self, row: Row) -> dict[str, tuple[str, ...]]:
        """The column of ours: `codes=water,work bands=0,1,3`."""
        found: dict[str, tuple[str, ...]] = {}
        cell = row.get("rimay")
        for part in cell.text.split():
            name, equals, values = part.partition("=")
            if not equals or name not in _OURS:
                self._note(Rule.BAD_SETTING, cell.place, setting=part)
            else:
                found[name] = tuple(each for each in values.split(",") if each)
        return found

    # -- options -------------------------------------------------------------------------------

    def _lists(self) -> dict[str, list[Row]]:
        lists: dict[str, list[Row]] = {}
        for row in self.book.choices.rows:
            if name := row.get("list_name").text:
                lists.setdefault(name, []).append(row)
        return lists

    def _select(
        self, row: Row, question: Question, written: Cell
    ) -> tuple[Question, dict[str, str]]:
        of_list, *more = types.list_of(written.text)
        if "or_other" in more:
            self._note(Rule.OR_OTHER, written.place)
        if of_list not in self.lists:
            self._note(Rule.NO_LIST, written.place, list=of_list)
            return question, {}
        rows = self.lists[of_list]
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
        seen: dict[str, str] = {}
        for each in own:
            option = self._option(each, of_list)
            if option in seen:
                named = each.get("name")
                self._note(Rule.TWICE_IN_LIST, named.place, list=of_list, name=named.text)
            seen[option] = option
            options[each.get("name").text] = option
        most = MOST_OPTIONS if question.kind is QuestionKind.CHOICE else MOST_ITEMS
        if not own:
            self._note(Rule.EMPTY_LIST, written.place, list=of_list)
        elif len(own) > most:
            is_choice = question.kind is QuestionKind.CHOICE
            rule = Rule.TOO_MANY_OPTIONS if is_choice else Rule.MANY_ITEMS
            self._note(rule, written.place, count=len(own), most=most)
        shuffled = re.search(r"randomize\s*=\s*(true|yes)", row.get("parameters").text, re.I)
        chosen = replace(question, options=tuple(seen), is_shuffled=bool(shuffled))
        return replace(chosen, missing=_missing(told)), options

    def _option(self, row: Row, of_list: str) -> str:
        cell = row.get("name")
        if not cell.text:
            self._note(Rule.NO_NAME, cell.place)
            return ""
        for media in row.all("image", "big-image", "audio", "video"):
            self._note(Rule.MEDIA, media.place)
        words = self._words(row)
        name = self.options.name(cell.text, of_list, words)
        self._say(f"option.{name}", row)
        if name != cell.text:
            self._note(Rule.RENAMED, cell.place, error=False, old=cell.text, new=name)
        return name

    # -- numbers and days ----------------------------------------------------------------------

    def _bounded(self, row: Row, question: Question) -> Question:
        found = bounds.of_row(row, question.kind)
        for rule, place in found.faults:
            self._note(rule, place, error=rule is not Rule.CONSTRAINT)
        low, high = found.low, found.high
        if question.kind is QuestionKind.DATE:
            return replace(question, low=low, high=high)
        if low is None or high is None:
            if not found.faults or all(rule is Rule.CONSTRAINT for rule, _ in found.faults):
                self._note(Rule.NO_BOUNDS, row.place("constraint"))
            return replace(question, low=0, high=9)
        if low >= high or low < 0 or len(str(high)) > 9:
            place = row.get("constraint").place
            self._note(Rule.BAD_BOUNDS, place, low=low, high=high)
        kind = question.kind
        if found.is_range and low >= 1 and high <= 9:
            kind = QuestionKind.SCALE
        return replace(question, kind=kind, low=low, high=high)

    def _with_ours(
        self, row: Row, question: Question, ours: Mapping[str, tuple[str, ...]]
    ) -> Question:
        """What our column adds. It was written by us, or by who read how."""
        cell = row.get("rimay")
        more: dict[str, Any] = {}
        if "missing" in ours:
            more["missing"] = tuple(each for each in MISSING if each in ours["missing"])
        if "gender" in ours:
            more["is_gender"] = ours["gender"] == ("yes",)
        if "block" in ours:
            more["block"] = ours["block"][0] if ours["block"] else ""
        if "group" in ours:
            more["group"] = ours["group"][0] if ours["group"] else ""
        if "ends" in ours:
            more["ends"] = tuple(ours["ends"])
            for end in ours["ends"]:
                rows = [each for rows in self.lists.values() for each in rows]
                named = next((each for each in rows if each.get("name").text == end), None)
                if named is None:
                    self._note(Rule.BAD_SETTING, cell.place, setting=f"ends={end}")
                else:
                    self._say(f"option.{end}", named)
        try:
            if "bands" in ours:
                more["bands"] = tuple(map(int, ours["bands"]))
            if "shuffle" in ours:
                more["shuffle"] = int(ours["shuffle"][0])
        except (ValueError, IndexError):
            self._note(Rule.BAD_SETTING, cell.place, setting=cell.text)
        return replace(question, **more)

    # -- conditions ----------------------------------------------------------------------------

    def _conditions(self) -> None:
        ours = {asked.row.get("name").text: name for name, asked in self.asked.items()}

        def value(question: str, old: str) -> str:
            asked = self.asked.get(ours.get(question, ""))
            return asked.options.get(old, old) if asked else old

        broken = False
        for name, asked in self.asked.items():
            if not asked.condition:
                continue
            place = asked.row.get("relevant").place
            try:
                condition = renamed(
                    parse(asked.condition.translate(_QUOTES)),
                    lambda each: ours.get(each, each),
                    value,
                )
            except BadCondition as error:
                self._note(Rule.CONDITION, place, fault=error.said)
                broken = True
                continue
            asked.question = replace(asked.question, relevant=to_text(condition))
            self.asked[name] = asked
        if broken:
            return
        for fault in faults([each.question for each in self.asked.values()]):
            column = "type" if fault.in_order else "relevant"
            place = self.asked[fault.question].row.get(column).place
            self._note(Rule.CONDITION, place, fault=fault.said)

    def _count(self) -> None:
        if not self.asked:
            self._note(Rule.NO_QUESTIONS, "survey!A1")
        elif len(self.asked) > MOST_QUESTIONS:
            last = list(self.asked.values())[MOST_QUESTIONS]
            place, count = last.row.place("type"), len(self.asked)
            self._note(Rule.TOO_MANY_QUESTIONS, place, count=count, most=MOST_QUESTIONS)

    # -- words ---------------------------------------------------------------------------------

    def _words(self, row: Row) -> Words:
        """What a row says in each language, without looking whether that is right."""
        found: dict[str, tuple[str, str]] = {}
        for tag, column in self._column(row).items():
            said = _plain(row.get("label", column).text)
            if said:
                written = row.get(f"rimay_text_{tag}").text or said
                found[tag] = (said, written)
        return found

    def _column(self, row: Row) -> Mapping[str, str]:
        return self.columns.of(row.sheet)

    def _say(self, key: str, row: Row) -> None:
        """Keep the words of a row as a prompt, and note what is wrong with them."""
        words = self._words(row)
        for tag, column in self._column(row).items():
            cell = row.get("label", column)
            if not cell.text:
                self._note(Rule.NO_WORDS, cell.place, language=tag)
            elif _REFERENCE.search(cell.text):
                self._note(Rule.REFERS, cell.place)
            elif (seconds := estimated(words[tag][0], tag)) > MOST_SECONDS:
                about = round(seconds)
                self._note(
                    Rule.TOO_LONG, cell.place, seconds=about, language=tag, most=MOST_SECONDS
                )
        self.words[key] = words


def _unique(findings: Sequence[Finding]) -> Iterator[Finding]:
    """A list that several questions use is looked at more than once."""
    seen: set[tuple[Rule, str]] = set()
    for each in findings:
        if (each.rule, each.place) not in seen:
            seen.add((each.rule, each.place))
            yield each


def _row_of(place: str) -> int:
    found = re.search(r"\d+$", place)
    return int(found[0]) if found else 0


def _missing(told: Mapping[str | None, str]) -> tuple[str, ...]:
    """A list that names one reason for no answer leaves the other out; one that names none has
    been written for forms, where a question is simply passed over: both are offered."""
    return tuple(each for each in MISSING if each in told) or MISSING


def _both(first: str, second: str) -> str:
    if first and second:
        return f"({first}) and ({second})"
    return first or second


def _plain(text: str) -> str:
    """Words without the signs that a form uses for bold, colours and line breaks."""
    return " ".join(_TAGS.sub(" ", text).split())


def _setting(sheet: Sheet, name: str) -> str:
    return next((row.get(name).text for row in sheet.rows), "")
