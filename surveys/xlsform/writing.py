"""From a survey to an XLSForm that `reading` reads back as the same, and other tools open."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import xlsxwriter

from locales.languages import languages
from programmes.questions import MISSING, NO, YES, Question, QuestionKind, to_question
from programmes.values import Wording

Words = Mapping[str, Mapping[str, Wording]]
"""By language, then by prompt."""

_TYPES = {
    QuestionKind.CHOICE: "select_one",
    QuestionKind.YES_NO: "select_one",
    QuestionKind.PLACE: "select_one",
    QuestionKind.MULTIPLE: "select_multiple",
    QuestionKind.SCALE: "range",
    QuestionKind.NUMBER: "integer",
    QuestionKind.DATE: "date",
    QuestionKind.OPEN: "text",
}


def as_xlsform(survey: Mapping[str, Any], words: Words, *, version: str = "") -> bytes:
    """The .xlsx of a survey (as content) in every language of `words`."""
    questions = [to_question(each) for each in survey["questions"]]
    tags = tuple(words)
    titles = {tag: f"label::{languages()[tag].own_name} ({tag})" for tag in tags}
    columns = ["type", "name", *titles.values()]
    columns += ["relevant", "constraint", "parameters", "rimay"]
    columns += [f"rimay_text_{tag}" for tag in tags]
    lists: dict[str, tuple[str, ...]] = {}
    rows = []
    for question in questions:
        row = _question(question, lists)
        row |= _worded(f"question.{question.name}", words, titles)
        rows.append([row.get(column, "") for column in columns])
    choices = ["list_name", "name", *titles.values(), *(f"rimay_text_{tag}" for tag in tags)]
    options = []
    for name, members in lists.items():
        for option in members:
            row = {"list_name": name, "name": option}
            row |= _worded(f"option.{option}", words, titles)
            options.append([row.get(column, "") for column in choices])
    title = next(iter(survey["title"].values()), survey["name"])
    settings = [title, survey["name"], version, titles[tags[0]].partition("::")[2] if tags else ""]
    return _book(
        ("survey", columns, rows),
        ("choices", choices, options),
        ("settings", ["form_title", "form_id", "version", "default_language"], [settings]),
    )


def _question(question: Question, lists: dict[str, tuple[str, ...]]) -> dict[str, str]:
    kind = _TYPES[question.kind]
    row = {"type": kind, "name": question.name, "relevant": question.relevant}
    if kind.startswith("select"):
        told = question.missing if question.kind is not QuestionKind.PLACE else ()
        row["type"] = f"{kind} {_list(question, (*question.options, *told), lists)}"
        row["parameters"] = "randomize=true" if question.is_shuffled else ""
    elif question.kind is QuestionKind.SCALE:
        row["parameters"] = f"start={question.low} end={question.high} step=1"
    else:
        limits = ((">=", question.low), ("<=", question.high))
        row["constraint"] = " and ".join(
            f". {sign} {_bound(question, value)}" for sign, value in limits if value is not None
        )
    if question.ends:
        lists[f"ends_of_{question.name}"] = question.ends
    row["rimay"] = " ".join(_ours(question))
    return row


def _ours(question: Question) -> Iterable[str]:
    """What XLSForm has no column for."""
    if question.kind is QuestionKind.PLACE:
        yield "kind=place"
    if question.is_gender:
        yield "gender=yes"
    for name in ("block", "group"):
        if value := getattr(question, name):
            yield f"{name}={value}"
    for name in ("codes", "bands", "ends"):
        if values := getattr(question, name):
            yield f"{name}={','.join(map(str, values))}"
    if question.shuffle:
        yield f"shuffle={question.shuffle}"
    if question.missing != MISSING:
        yield f"missing={','.join(question.missing)}"


def _list(question: Question, members: tuple[str, ...], lists: dict[str, tuple[str, ...]]) -> str:
    """The list of these options: one that another question has already, or its own."""
    known = next((name for name, each in lists.items() if each == members), None)
    if known is not None:
        return known
    name = "yes_no" if set(members) - set(MISSING) == {YES, NO} else question.name
    name = name if name not in lists else question.name
    lists[name] = members
    return name


def _bound(question: Question, value: int) -> str:
    if question.kind is not QuestionKind.DATE:
        return str(value)
    return f"date('{value // 10_000:04}-{value // 100 % 100:02}-{value % 100:02}')"


def _worded(key: str, words: Words, titles: Mapping[str, str]) -> dict[str, str]:
    row: dict[str, str] = {}
    for tag, title in titles.items():
        wording = words[tag].get(key)
        if wording is not None:
            row[title] = wording.say
            if wording.text != wording.say:
                row[f"rimay_text_{tag}"] = wording.text
    return row


def _book(*sheets: tuple[str, Sequence[str], Sequence[Sequence[str]]]) -> bytes:
    out = io.BytesIO()
    # A constant date: the same survey is the same file.
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        bold = book.add_format({"bold": True})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for name, columns, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 2)
            for place, column in enumerate(columns):
                sheet.write_string(0, place, column, bold)
                sheet.set_column(place, place, 40 if column.startswith("label") else 18)
            for number, row in enumerate(rows, start=1):
                for place, value in enumerate(row):
                    if value:
                        sheet.write_string(number, place, value, wrapped)
    return out.getvalue()
