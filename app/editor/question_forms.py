"""The form of one question: what it is filled with, and the question that it makes.

Each kind has its own fields. Every option stands in a row of its own with its words; a row without
words is none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from flask import request
from flask_babel import gettext as _

from app.editor import asked_where, forms
from app.editor.drafted import Drafted
from app.editor.forms import Form
from locales.folding import fold
from programmes.blocks import blocks
from programmes.drafts.edits import Words, own_options
from programmes.questionnaire import LONGEST_NUMBER
from programmes.questions import MISSING, NO, YES, Question, QuestionKind, as_number, to_question
from surveys.coding.values import MOST_CODES

ROWS = {QuestionKind.CHOICE: 4, QuestionKind.MULTIPLE: 8, QuestionKind.SCALE: 2}
"""Options that the form of a kind has room for."""
_LONGEST_TITLE = 60
_LONGEST_CODE = 39
_SCALE = (1, 9)


@dataclass(slots=True)
class Made:
    """The question that a form makes, with the words of all its prompts."""

    question: Question
    words: dict[str, dict[str, Words]] = field(default_factory=dict)


def questions(found: Drafted) -> list[Question]:
    """The questions of the draft, in their order."""
    survey = found.content["survey"]
    return [to_question(each) for each in survey["questions"]] if survey else []


def earlier(found: Drafted, name: str | None) -> list[Question]:
    """The questions that are asked before this one; all of them before a new one."""
    asked = questions(found)
    place = next((n for n, each in enumerate(asked) if each.name == name), len(asked))
    return asked[:place]


def filled(found: Drafted, question: Question) -> Form:
    """A question as the fields of its form."""
    values = forms.filled(found.content, f"question.{question.name}", found.tags)
    for row, option in enumerate(_rows_of(question)):
        prefix = f"option_{row}_"
        values |= forms.filled(found.content, f"option.{option}", found.tags, prefix=prefix)
        values |= {f"{prefix}name": option, f"{prefix}key": str(row + 1)}
    for name in ("low", "high"):
        values[name] = _bound(question, getattr(question, name))
    values["bands"] = ", ".join(_bound(question, each) for each in question.bands)
    values["codes"] = "\n".join(question.codes)
    for name in MISSING:
        values[name] = "yes" if name in question.missing else ""
    values["is_shuffled"] = "yes" if question.is_shuffled else ""
    values["shuffles"] = "yes" if question.shuffle else ""
    return Form(values | asked_where.filled(question.relevant))


def new(kind: QuestionKind) -> Form:
    """The form of a question that nobody has asked yet."""
    values = dict.fromkeys(MISSING, "yes") | asked_where.filled("")
    if kind is QuestionKind.SCALE:
        values |= {"low": "1", "high": "5"}
    return Form(values)


def read(found: Drafted, form: Form, *, kind: QuestionKind, before: Question | None) -> Made:
    """What was sent; what is wrong is noted in the form. `before` is what it changes."""
    name = before.name if before else _name(found, form)
    key = f"question.{before.name}" if before else "question."
    said = forms.words(form, found, key)
    made = Made(replace(before) if before else Question(name, kind=kind))
    made.words[f"question.{name}"] = said
    for each in (*MISSING, "is_shuffled", "shuffles"):
        form.values[each] = "yes" if each in request.form else ""
    low, high = _bounds(form, kind)
    is_listed = kind in (QuestionKind.CHOICE, QuestionKind.MULTIPLE, QuestionKind.YES_NO)
    written = before.relevant if before else ""
    asked_before = earlier(found, name if before else None)
    relevant, values, faults = asked_where.read(request.form, asked_before, before=written)
    form.values |= values
    # Gender is asked of everybody, in its place: break-off is told by it.
    is_gender = before is not None and before.is_gender
    form.faults |= {} if is_gender else faults
    made.question = replace(
        made.question,
        low=low,
        high=high,
        bands=_bands(form, kind, low, high),
        codes=_codes(form, before) if kind is QuestionKind.OPEN else (),
        missing=tuple(each for each in MISSING if form.values[each]),
        relevant="" if is_gender else relevant,
        is_shuffled=bool(is_listed and form.values["is_shuffled"]),
        shuffle=_set(found, before) if form.values["shuffles"] and not is_gender else 0,
        **_options(found, form, kind, made),
    )
    return made


def _name(found: Drafted, form: Form) -> str:
    form.values["title"] = title = " ".join(request.form.get("title", "").split())[:_LONGEST_TITLE]
    if not title:
        form.faults["title"] = _("Give it a short name; callers do not hear it.")
    return forms.free_question(found, title)


# -- options -------------------------------------------------------------------------------------


def _rows_of(question: Question) -> tuple[str, ...]:
    if question.kind is QuestionKind.SCALE:
        return question.ends
    return question.options if question.kind in ROWS else ()


def rows(question: Question | None, kind: QuestionKind) -> int:
    """How many rows of options the form has."""
    there = len(_rows_of(question)) if question else 0
    return there if question and is_fixed(question) else max(ROWS.get(kind, 0), there)


def is_fixed(question: Question) -> bool:
    """Whether its options are the same in every survey: their words may be others, no more."""
    return question.is_gender or bool(question.block)


def _options(found: Drafted, form: Form, kind: QuestionKind, made: Made) -> dict[str, Any]:
    """The options, or the ends of a scale, in the order of their keys."""
    if kind is QuestionKind.YES_NO:
        return {"options": (YES, NO)}
    if kind not in ROWS:
        return {"options": made.question.options}
    if is_fixed(made.question):
        for row, option in enumerate(made.question.options):
            prefix = f"option_{row}_"
            form.values |= {f"{prefix}name": option, f"{prefix}key": str(row + 1)}
            key = f"option.{option}"
            made.words[key] = forms.words(form, found, key, prefix=prefix)
        return {"options": made.question.options}
    asked: list[tuple[tuple[int, int], str]] = []
    for row in range(rows(made.question, kind)):
        prefix = f"option_{row}_"
        kept = request.form.get(f"{prefix}name", "")
        known = kept if kept in _rows_of(made.question) else ""
        key = request.form.get(f"{prefix}key", "")
        place = int(key) if key.isascii() and key.isdecimal() and len(key) < 3 else row + 1
        form.values |= {f"{prefix}name": known, f"{prefix}key": str(place)}
        if not any(request.form.get(f"{prefix}say_{tag}", "").strip() for tag in found.tags):
            continue
        said = forms.words(form, found, f"option.{known}", prefix=prefix)
        option = _option(found, known, said, made)
        if option in (each for _key, each in asked):
            first = next(f"{prefix}say_{tag}" for tag in found.tags)
            form.faults[first] = _("There is one of that name already.")
            continue
        # Of two with one key, the one that was just given it comes first.
        asked.append(((place, 0 if place != row + 1 else 1), option))
        made.words[f"option.{option}"] = said
    names = tuple(option for _key, option in sorted(asked, key=lambda each: each[0]))
    if kind is QuestionKind.SCALE:
        if len(names) == 1:
            form.faults["option_0_say_" + found.tags[0]] = _("Name both ends, or neither.")
        return {"ends": names}
    if len(names) < 2:
        form.faults.setdefault(
            f"option_{len(names)}_say_{found.tags[0]}", _("A question has two options or more.")
        )
    return {"options": names}


def _option(found: Drafted, known: str, said: dict[str, Words], made: Made) -> str:
    """The name of an option: its own, that of one in the same words, or a new one."""
    if known and _says(found, known, said):
        return known
    for key, worded in made.words.items():
        if key.startswith("option.") and worded == said:
            return key.removeprefix("option.")
    same = next(
        (each for each in sorted(own_options(found.content)) if _says(found, each, said)), ""
    )
    if same:
        return same
    if known and not _is_used_elsewhere(found, known, made.question.name):
        return known
    words = next(each for each in said.values() if each.say)
    taken = {key.removeprefix("option.") for key in made.words}
    return forms.free_option(found, words.text or words.say, besides=taken)


def _says(found: Drafted, option: str, said: dict[str, Words]) -> bool:
    """Whether the programme itself words an option so, in each of its languages."""
    for tag, words in said.items():
        kept = found.content["wordings"].get(tag, {}).get(f"option.{option}")
        if kept is None:
            if words.say:
                return False
        elif (kept["say"], kept["text"]) != (words.say, words.text or words.say):
            return False
    return True


def _is_used_elsewhere(found: Drafted, option: str, question: str) -> bool:
    """Whether its words are heard in another list too."""
    content = found.content
    lists = (each["option"] for name in ("menu", "topics", "categories") for each in content[name])
    others = (
        name
        for each in questions(found)
        if each.name != question
        for name in (*each.options, *each.ends)
    )
    return option in (*lists, *others)


# -- numbers, days, codes ------------------------------------------------------------------------


def _bound(question: Question, number: int | None) -> str:
    if number is None:
        return ""
    if question.kind is QuestionKind.DATE:
        return f"{number // 10_000:04}-{number // 100 % 100:02}-{number % 100:02}"
    return str(number)


def _number(kind: QuestionKind, raw: str) -> int | None:
    """The number, or the day as one; None where it is none."""
    if kind is QuestionKind.DATE:
        try:
            return as_number(dt.date.fromisoformat(raw))
        except ValueError:
            return None
    is_number = raw.isascii() and raw.isdecimal() and len(raw) <= LONGEST_NUMBER
    return int(raw) if is_number else None


def _bounds(form: Form, kind: QuestionKind) -> tuple[int | None, int | None]:
    if kind not in (QuestionKind.SCALE, QuestionKind.NUMBER, QuestionKind.DATE):
        return None, None
    found: list[int | None] = []
    for name in ("low", "high"):
        form.values[name] = raw = request.form.get(name, "").strip()[:20]
        number = _number(kind, raw)
        if number is None and (raw or kind is not QuestionKind.DATE):
            form.faults[name] = (
                _("Give a day.") if kind is QuestionKind.DATE else _("Give a whole number.")
            )
        elif kind is QuestionKind.SCALE and not _SCALE[0] <= (number or 0) <= _SCALE[1]:
            form.faults[name] = _("A scale is answered by one key, from 1 to 9.")
        found.append(number)
    low, high = found
    if low is not None and high is not None and low >= high:
        form.faults.setdefault("high", _("The highest is more than the lowest."))
    return low, high


def _bands(form: Form, kind: QuestionKind, low: int | None, high: int | None) -> tuple[int, ...]:
    if kind not in (QuestionKind.NUMBER, QuestionKind.DATE):
        return ()
    form.values["bands"] = raw = request.form.get("bands", "").strip()[:300]
    starts = [_number(kind, each) for each in re.split(r"[\s,;]+", raw) if each]
    found = tuple(each for each in starts if each is not None)
    rises = all(first < second for first, second in pairwise(found))
    is_fit = (
        rises and found[:1] == (low,) and (high is None or found[-1] <= high) if found else True
    )
    if len(found) < len(starts) or not is_fit:
        form.faults["bands"] = _("Bands begin at the lowest and rise, as in 0, 1, 3, 6.")
    return found


def _codes(form: Form, before: Question | None) -> tuple[str, ...]:
    """The themes, one a line: a name that is one stays, other words become one."""
    form.values["codes"] = raw = request.form.get("codes", "")[:5000]
    found = []
    for line in filter(None, (each.strip() for each in raw.splitlines())):
        is_name = before is not None and line in before.codes
        name = line if is_name else re.sub(r"[^a-z0-9]+", "_", fold(line)).strip("_0123456789")
        found.append(name[:_LONGEST_CODE].strip("_"))
    if "" in found or len(found) > MOST_CODES:
        form.faults["codes"] = _("Name each theme in a few words, one a line.")
    return tuple(dict.fromkeys(found))


def _set(found: Drafted, before: Question | None) -> int:
    """The set of questions that a question changes places in: its own, or its neighbour's."""
    if before is not None and before.shuffle:
        return before.shuffle
    asked = questions(found)
    place = next((n for n, each in enumerate(asked) if before and each.name == before.name), None)
    near = (
        asked[-1:]
        if place is None
        else (*asked[max(place - 1, 0) : place], *asked[place + 1 :][:1])
    )
    beside = [each.shuffle for each in near if each.shuffle]
    return beside[0] if beside else max((each.shuffle for each in asked), default=0) + 1


def unused_blocks(found: Drafted) -> Sequence[str]:
    """The ready-made questions that the survey does not ask yet."""
    asked = questions(found)
    taken = {each.block for each in asked} | {each.name for each in asked}
    has_gender = any(each.is_gender for each in asked)
    return [
        name
        for name, block in blocks().items()
        if block.question
        and name not in taken
        and block.question["name"] not in taken
        and not (has_gender and block.question.get("gender"))
        and not (block.question.get("kind") == "place" and not found.content.get("districts"))
    ]
