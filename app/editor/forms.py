"""What the forms hold, and what is wrong with it: each mistake at its field."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import ngettext

from app.editor.drafted import Drafted
from dialogue.exploring.lint import MOST_SECONDS
from library.labels import word_fault_label
from library.words import fault_of, tidied
from locales.catalogues import prompts as catalogue
from locales.folding import fold
from locales.gsm import cheapest, segments
from locales.languages import language
from locales.lengths import estimated
from programmes.drafts.edits import MessageFacts, Words, messages, own_options
from programmes.nodes import LONGEST_NAME
from programmes.values import Wording
from programmes.vocabulary import LONGEST_SUMMARY, RESERVED_OPTIONS

SPANISH = "es"
LONGEST_SOURCE = 300
_SPAN = re.compile(r"([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d")


@dataclass(slots=True)
class Form:
    """What somebody typed, by field, and what is wrong with it, by field."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)
    problem: str = ""
    """What is wrong with none of them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """How long words are for the ear."""

    seconds: int
    is_long: bool


def filled(
    content: Mapping[str, Any], key: str, tags: tuple[str, ...], *, prefix: str = ""
) -> dict[str, str]:
    """The fields of a prompt's words, as the draft has them, or as every programme says them.

    `prefix` tells the fields of several prompts in one form apart.
    """
    values = {}
    for tag in tags:
        words = content["wordings"].get(tag, {}).get(key)
        if words is None and (known := catalogue(tag).get(key)) is not None:
            words = {"say": known.say, "text": known.text}
        values[f"{prefix}say_{tag}"] = words["say"] if words else ""
        values[f"{prefix}text_{tag}"] = (
            words["text"] if words and words["text"] != words["say"] else ""
        )
    return values


def measured(key: str, tag: str, values: Mapping[str, str]) -> Measure:
    """The length of words as they stand in a form."""
    seconds = round(estimated(values.get(f"say_{tag}", ""), tag))
    may_be_long = key.startswith(("message.", "survey.consent")) or key.endswith(".notice")
    return Measure(seconds, is_long=seconds > MOST_SECONDS and not may_be_long)


def words(form: Form, found: Drafted, key: str, *, prefix: str = "") -> dict[str, Words]:
    """The words of a prompt in each language, their mistakes noted at their fields."""
    before, given = filled(found.content, key, found.tags, prefix=prefix), {}
    for tag in found.tags:
        for name in (f"{prefix}say_{tag}", f"{prefix}text_{tag}"):
            typed = request.form.get(name, "")[:5000]
            # White space that nobody touched is no edit.
            is_same = typed.split() == before[name].split()
            form.values[name] = before[name] if is_same else tidied(tag, typed)
        given[tag] = Words(form.values[f"{prefix}say_{tag}"], form.values[f"{prefix}text_{tag}"])
    spanish = given.get(SPANISH)
    of_spanish = Wording(spanish.say, spanish.text or spanish.say) if spanish else None
    for tag, said in given.items():
        say, text = f"{prefix}say_{tag}", f"{prefix}text_{tag}"
        if not said.say:
            if language(tag).is_complete or said.text:
                form.faults[say] = _("Write what is said.")
            continue
        fault = fault_of(said.say, said.text or None, spanish=of_spanish)
        if fault is not None:
            form.faults[text if said.text else say] = word_fault_label(fault)
        cost = segments(cheapest(said.text or said.say)).count
        if key.startswith("message.") and cost > LONGEST_SUMMARY:
            form.faults[text] = ngettext(
                "It takes %(num)s text message, %(most)s at most: write it shorter here.",
                "It takes %(num)s text messages, %(most)s at most: write it shorter here.",
                cost,
                most=LONGEST_SUMMARY,
            )
    return given


def facts(form: Form, slug: str) -> MessageFacts:
    """A message's source and days, their mistakes noted at their fields."""
    for name in ("source", "reviewed_on", "expires_on", "category"):
        form.values[name] = " ".join(request.form.get(name, "").split())[:LONGEST_SOURCE]
    form.values["example"] = "yes" if "example" in request.form else ""
    if not form.values["source"]:
        form.faults["source"] = _("Name the law, the office or the person that it comes from.")
    reviewed, expires = (_day(form, name) for name in ("reviewed_on", "expires_on"))
    if reviewed and expires and expires <= reviewed:
        form.faults["expires_on"] = _("The last day comes after the day of review.")
    return MessageFacts(
        slug=slug,
        source=form.values["source"],
        reviewed_on=reviewed.isoformat() if reviewed else "",
        expires_on=expires.isoformat() if expires else "",
        is_example=bool(form.values["example"]),
    )


def _day(form: Form, name: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(form.values[name])
    except ValueError:
        form.faults[name] = _("Give a day.")
        return None


def hours(form: Form) -> dict[str, list[str]]:
    """Spans by weekday; an empty one is a day without calls."""
    spans = {}
    for number in range(7):
        name = f"hours_{number}"
        form.values[name] = typed = "".join(request.form.get(name, "").split())
        opens, _dash, closes = typed.partition("-")
        if typed and (not _SPAN.fullmatch(typed) or opens >= closes):
            form.faults[name] = _("Write hours as 08:00-20:00, or leave it empty.")
        elif typed:
            spans[str(number)] = [opens, closes]
    if not spans and not form.faults:
        form.faults["hours_0"] = _("People can be called on at least one day.")
    return spans


def blocked(form: Form) -> list[str]:
    """Days without calls, one a line."""
    form.values["blocked"] = request.form.get("blocked", "")[:5000]
    days, wrong = [], []
    for each in form.values["blocked"].split():
        try:
            days.append(dt.date.fromisoformat(each).isoformat())
        except ValueError:
            wrong.append(each[:20])
    if wrong:
        form.faults["blocked"] = _(
            "Write each day as 2026-12-31, one a line; not: %(days)s", days=", ".join(wrong[:3])
        )
    return sorted(set(days))


def free_option(found: Drafted, title: str, *, besides: Collection[str] = ()) -> str:
    """A name for a new option that nothing in the programme, nor in any, has: from its words."""
    taken = set(besides) | own_options(found.content) | own_options(found.heard) | RESERVED_OPTIONS
    taken |= {
        key.removeprefix("option.") for key in catalogue(SPANISH) if key.startswith("option.")
    }
    return _free(re.sub(r"[^a-z]+", "_", fold(title)).strip("_") or "option", taken, "_")


def free_slug(found: Drafted, title: str) -> str:
    """A slug for a new message that none has: from its title."""
    taken = {each["slug"] for content in (found.content, found.heard) for each in messages(content)}
    taken.add(found.content["quick_exit"])
    taken |= {key.removeprefix("message.") for key in catalogue(SPANISH)}
    return _free(re.sub(r"[^a-z0-9]+", "-", fold(title)).strip("-") or "message", taken, "-")


def free_question(found: Drafted, title: str) -> str:
    """A name for a new question that none has, nor had in what callers meet: from its title."""
    surveys = (each["survey"] for each in (found.content, found.heard) if each["survey"])
    taken = {each["name"] for survey in surveys for each in survey["questions"]}
    return _free(re.sub(r"[^a-z]+", "_", fold(title)).strip("_") or "question", taken, "_")


def free_survey(found: Drafted, title: str) -> str:
    """A name for another survey than the one there is, with the years of its title."""
    taken = {each["survey"]["name"] for each in (found.content, found.heard) if each["survey"]}
    name = re.sub(r"[^a-z0-9]+", "_", fold(title)).strip("_")
    return _free(name if name[:1].isalpha() else f"survey_{name}".strip("_"), taken, "_")


def _free(name: str, taken: set[str], joint: str) -> str:
    name = name[: LONGEST_NAME - 4].strip(joint)
    candidates = (name, *(f"{name}{joint}{n}" for n in range(2, 1000)))
    return next(each for each in candidates if each not in taken)
