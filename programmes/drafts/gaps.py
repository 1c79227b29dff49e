"""What a draft still lacks before it can be read as a programme, and what it says wrong.

A draft is held to what every folder is held to: it is written as one and read.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from programmes import writer
from programmes.content import from_content
from programmes.drafts.values import Content
from programmes.errors import ProgrammeErrors
from programmes.reader import read
from programmes.values import Programme


class Gap(StrEnum):
    """A known hole; pages word it."""

    EMPTY_CATEGORY = "empty_category"
    NO_TOPICS = "no_topics"
    NO_LIBRARY = "no_library"
    NO_SURVEY = "no_survey"
    NO_QUESTIONS = "no_questions"
    OTHER = "other"
    """What the reader found: `name` is its finding."""


@dataclass(frozen=True, slots=True)
class Missing:
    """One hole of a draft."""

    gap: Gap
    name: str = ""


def programme(content: Content) -> Programme:
    """The version that the draft would become. Only of use where it has no gaps."""
    return from_content(content)


def gaps(content: Content) -> tuple[Missing, ...]:
    """Everything that keeps the draft from being a programme; nothing where it is one."""
    return tuple(_known(content)) or _found_by_the_reader(content)


def _known(content: Content) -> list[Missing]:
    tools = {each["tool"] for each in content["menu"]}
    found = [
        Missing(Gap.EMPTY_CATEGORY, each["option"])
        for each in content["categories"]
        if not each["messages"]
    ]
    if "support" in tools and not content["topics"]:
        found.append(Missing(Gap.NO_TOPICS))
    if "library" in tools and not content["categories"]:
        found.append(Missing(Gap.NO_LIBRARY))
    if "survey" in tools and not content["survey"]:
        found.append(Missing(Gap.NO_SURVEY))
    if content["survey"] and not content["survey"]["questions"]:
        found.append(Missing(Gap.NO_QUESTIONS))
    return found


def _found_by_the_reader(content: Content) -> tuple[Missing, ...]:
    draft = programme(content)
    with tempfile.TemporaryDirectory(prefix="rimay-draft-") as folder:
        for name, text in writer.files(draft).items():
            (Path(folder) / name).write_text(text, encoding="utf-8")
        try:
            as_read = read(Path(folder))
        except ProgrammeErrors as error:
            return tuple(Missing(Gap.OTHER, each.message) for each in error.findings)
    if as_read.hash != draft.hash:
        return (Missing(Gap.OTHER, "what is written is not what would be read"),)
    return ()
