"""What an edit does to the survey of a draft: its questions, one by one. Pure, as `edits` is.

A draft may hold what no version can, as a survey without a question: `gaps` says so.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from programmes.blocks import CONSENT, blocks
from programmes.drafts.edits import (
    Words,
    place_at,
    places,
    put_survey,
    shift,
    without_unused,
    word,
)
from programmes.drafts.errors import CannotEdit, Reason
from programmes.drafts.values import Content
from programmes.questions import Question, QuestionKind, question_content, to_question

Said = Mapping[str, Mapping[str, Words]]
"""Words by prompt, then by language."""
_BEFORE_THE_LAST = 3
"""Gender is asked before the last third, so that break-off can be told by gender (DOMAIN 5)."""


def begin_survey(content: Content, name: str, *, title: Mapping[str, str]) -> dict[str, Any]:
    """A survey that asks nothing yet, in place of the one there is."""
    return put_survey(content, {"name": name, "title": dict(title), "questions": []}, {})


def retitle(content: Content, title: Mapping[str, str]) -> dict[str, Any]:
    """Change the survey's title for staff."""
    edited = _with_survey(content)
    edited["survey"]["title"] = dict(title)
    return edited


def put_question(content: Content, question: Question, words: Said) -> dict[str, Any]:
    """A question with its words: in its place where there is one of its name, else the last.

    A question about a place asks for the programme's districts. CannotEdit where it has none.
    """
    edited = _with_survey(content)
    members = edited["survey"]["questions"]
    made = question_content(question)
    said = dict(words)
    if question.kind is QuestionKind.PLACE:
        made["options"], of_places = places(content)
        said |= of_places
    there = next((n for n, each in enumerate(members) if each["name"] == question.name), None)
    if there is None:
        members.append(made)
    else:
        members[there] = made
    _put_in_sets(members)
    for key, by_tag in said.items():
        edited = word(edited, key, by_tag)
    return without_unused(edited)


def add_block(content: Content, name: str) -> dict[str, Any]:
    """A ready-made question in its own words, or what is said for consent.

    What the programme words already stays as it is, but for consent, whose words are taken anew.
    """
    block = blocks()[name]
    ready = {
        key: {
            tag: Words(said[tag].say, said[tag].text) for tag in content["languages"] if tag in said
        }
        for key, said in block.words.items()
    }
    if name == CONSENT:
        edited = _with_survey(content)
        for key, by_tag in ready.items():
            edited = word(edited, key, by_tag)
        return edited
    question = to_question({"options": [], "gender": False, **block.question, "block": name})
    asked = _with_survey(content)["survey"]["questions"]
    if any(each["name"] == question.name or each.get("block") == name for each in asked):
        raise CannotEdit(Reason.TWICE)
    if question.is_gender and any(each["gender"] for each in asked):
        raise CannotEdit(Reason.TWICE)
    own = content["wordings"]
    new = {
        key: {tag: said for tag, said in by_tag.items() if key not in own.get(tag, {})}
        for key, by_tag in ready.items()
    }
    edited = put_question(content, question, new)
    if question.is_gender:
        members = edited["survey"]["questions"]
        asked_last = members.pop()
        members.insert(len(members) * 2 // _BEFORE_THE_LAST, asked_last)
        _put_in_sets(members)
    return edited


def move_question(content: Content, name: str, *, by: int) -> dict[str, Any]:
    """Ask a question earlier (-1) or later (1)."""
    edited = _with_survey(content)
    members = edited["survey"]["questions"]
    shift(members, place_at(members, "name", name), by)
    _put_in_sets(members)
    return edited


def remove_question(content: Content, name: str) -> dict[str, Any]:
    """Do not ask it any more."""
    edited = _with_survey(content)
    members = edited["survey"]["questions"]
    del members[place_at(members, "name", name)]
    _put_in_sets(members)
    for said in edited["wordings"].values():
        said.pop(f"question.{name}", None)
    return without_unused(edited)


def _put_in_sets(members: Sequence[dict[str, Any]]) -> None:
    """What changes places stands together: where a set was torn apart, each part is one."""
    seen: set[int] = set()
    last = number = 0
    for each in members:
        wanted = each.get("shuffle", 0)
        if wanted and wanted != last:
            number = wanted if wanted not in seen else max(*seen, wanted) + 1
            seen.add(number)
        if wanted:
            each["shuffle"] = number
        last = wanted


def _with_survey(content: Content) -> dict[str, Any]:
    if not content["survey"]:
        raise CannotEdit(Reason.GONE)
    return copy.deepcopy(dict(content))
