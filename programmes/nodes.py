"""A YAML file as fields that know their line: what is wrong is noted there, never raised."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from programmes.errors import Finding

_TAG = "tag:yaml.org,2002:"
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY = re.compile(r"[a-z][a-z0-9_-]*(\.[a-z0-9_-]+)*")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")
LONGEST_NAME = 40
"""Characters of a slug or an option's name: what the tables that keep it hold."""


def did_you_mean(wrong: str, known: Collection[str]) -> str:
    """ " (did you mean '…'?)" when something known is close, else nothing."""
    close = get_close_matches(wrong, sorted(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


class Field:
    """One value and where it stands; or, with no node, one that is absent.

    Every reading gives a harmless empty value where the file is wrong or silent, after noting
    why, so that the rest of the file is still read.
    """

    __slots__ = ("_findings", "_node", "file", "label", "line")

    def __init__(
        self, node: Node | None, label: str, *, file: str, line: int, findings: list[Finding]
    ) -> None:
        self._node = node
        self._findings = findings
        self.label = label
        self.file = file
        self.line = line

    @property
    def is_given(self) -> bool:
        return self._node is not None

    @property
    def is_record(self) -> bool:
        return isinstance(self._node, MappingNode)

    @property
    def is_list(self) -> bool:
        return isinstance(self._node, SequenceNode)

    def note(self, message: str) -> None:
        """Note what is wrong here."""
        self._findings.append(Finding(self.file, self.line, message))

    def text(self) -> str:
        """Words, in composed form (NFC) and without white space around them."""
        value = self._scalar("str", "text; put it in quotes if it looks like something else")
        if value is None:
            return ""
        if _CONTROL.search(value):
            self.note(f"{self.label} holds a NUL or another control character")
            return ""
        value = unicodedata.normalize("NFC", value.strip())
        if not value:
            self.note(f"{self.label} is empty")
        return value

    def plain(self) -> str:
        """A word as it was written, also one that YAML takes for a number or for `true`."""
        if isinstance(self._node, ScalarNode):
            return str(self._node.value)
        self.note(f"{self.label} must be a single word")
        return ""

    def name(self) -> str:
        """The name of an option, a question or a survey."""
        return self._named(self.text(), _NAME, "lower case with underscores")

    def slug(self) -> str:
        """The slug of a programme, a queue or a message."""
        return self._named(self.text(), _SLUG, "lower case with hyphens")

    def date(self) -> dt.date | None:
        """A day, written 2026-11-01."""
        value = self._scalar("timestamp", "a date, as 2026-11-01")
        if value is None:
            return None
        try:
            return dt.date.fromisoformat(value)
        except ValueError:
            self.note(f"{self.label} must be a date, as 2026-11-01; {value!r} is none")
            return None

    def flag(self) -> bool:
        """`true` or `false`; false when absent."""
        value = self._scalar("bool", "true or false")
        return value is not None and value.lower() == "true"

    def integer(self) -> int | None:
        value = self._scalar("int", "a whole number")
        try:
            return None if value is None else int(value)
        except ValueError:
            self.note(f"{self.label} must be a whole number in plain digits")
            return None

    def items(self) -> list[Field]:
        """The members of a list, at least one; each stands on its own line."""
        if self._node is None:
            return []
        if not isinstance(self._node, SequenceNode):
            self.note(f"{self.label} must be a list")
            return []
        if not self._node.value:
            self.note(f"{self.label} is empty")
        return [
            self._child(node, f"item {number} of {self.label}", node.start_mark.line + 1)
            for number, node in enumerate(self._node.value, start=1)
        ]

    def entries(self) -> dict[str, Field]:
        """The members of a mapping whose keys are free; a key written twice is noted."""
        if self._node is None:
            return {}
        if not isinstance(self._node, MappingNode):
            self.note(f"{self.label} must be a mapping")
            return {}
        members: dict[str, Field] = {}
        for key, value in self._node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self._child(value, self.label, line).note(f"a key in {self.label} must be a word")
                continue
            member = self._child(value, repr(key.value), line)
            if key.value in members:
                first = members[key.value].line
                member.note(f"{key.value!r} is given twice (first in line {first})")
            else:
                members[key.value] = member
        return members

    def prompts(self) -> dict[str, Field]:
        """The members of a mapping whose keys are prompt keys."""
        members = self.entries()
        for key, member in members.items():
            if not _KEY.fullmatch(key):
                member.note(
                    f"{key!r} cannot be a prompt's key: lower case words, joined by full stops"
                )
        return members

    def record(self, *required: str, optional: Collection[str] = ()) -> dict[str, Field]:
        """The members of a mapping whose keys are known; every one is there, given or absent."""
        given = self.entries()
        known = (*required, *optional)
        for key, member in given.items():
            if key not in known:
                member.note(f"unknown field {key!r}{did_you_mean(key, known)}")
        if self.is_record:
            for key in required:
                if key not in given:
                    self.note(f"{self.label} lacks the field {key!r}")
        return {key: given.get(key) or self._child(None, repr(key), self.line) for key in known}

    def _child(self, node: Node | None, label: str, line: int) -> Field:
        return Field(node, label, file=self.file, line=line, findings=self._findings)

    def _named(self, value: str, pattern: re.Pattern[str], rule: str) -> str:
        if not value:
            return ""
        if not pattern.fullmatch(value):
            self.note(f"{value!r} cannot be a name here: {rule}")
            return ""
        if len(value) > LONGEST_NAME:
            self.note(f"{value!r} is longer than {LONGEST_NAME} characters")
            return ""
        return value

    def _scalar(self, kind: str, expected: str) -> str | None:
        if self._node is None:
            return None
        if isinstance(self._node, ScalarNode) and self._node.tag == _TAG + kind:
            return str(self._node.value)
        self.note(f"{self.label} must be {expected}")
        return None


def open_file(path: Path, findings: list[Finding]) -> Field:
    """The whole file as one field; an absent one, with the reason noted, when it is no YAML."""
    file = path.as_posix()
    top = Field(None, "the file", file=file, line=1, findings=findings)
    try:
        # The round-trip loader would mark the folds of a text with signs of its own.
        node = YAML(typ="safe", pure=True).compose(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        top.note("there is no such file")
    except (UnicodeDecodeError, OSError) as error:
        top.note(f"cannot be read: {error}")
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        findings.append(Finding(file, line, f"not YAML: {error.problem}"))
    except YAMLError as error:  # a character that YAML forbids, as NUL
        before = path.read_text(encoding="utf-8")[: getattr(error, "position", 0)]
        findings.append(
            Finding(file, before.count("\n") + 1, "holds a NUL or another control character")
        )
    else:
        if node is None:
            top.note("is empty")
        return Field(node, "the file", file=file, line=1, findings=findings)
    return top
