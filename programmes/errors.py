"""What can be wrong with a programme, its numbers and its words.

Exception
├── ProgrammeErrors      a folder does not read; every finding at once
├── ValueError
│   └── InvalidNumber    not a number in international form
└── LookupError
    ├── UnknownProgramme no programme of that slug is loaded
    ├── UnknownVersion   no version of that hash was ever loaded
    └── KeyError
        └── MissingPrompt  nobody has worded the prompt, in any language of the chain
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong in a file; `line` counts from 1."""

    file: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}"


class ProgrammeErrors(Exception):
    """A programme's folder does not read; `findings` is all that is wrong, in reading order."""

    def __init__(self, findings: tuple[Finding, ...]) -> None:
        super().__init__(findings)
        self.findings = findings

    def __str__(self) -> str:
        return "\n".join(str(finding) for finding in self.findings)


class InvalidNumber(ValueError):
    """Not a number in international form. The message never repeats the number."""

    def __init__(self) -> None:
        super().__init__("not a number in international form: + and country code, as in +51 64 …")


class UnknownProgramme(LookupError):
    """No programme of that slug is loaded."""

    def __init__(self, slug: str) -> None:
        super().__init__(f"no programme {slug!r} is loaded")


class UnknownVersion(LookupError):
    """No version of that hash was ever loaded."""

    def __init__(self, version_hash: str) -> None:
        super().__init__(f"no programme version {version_hash!r} was ever loaded")


class MissingPrompt(KeyError):
    """Nobody has worded the prompt in the language, nor along its fallback chain."""

    def __init__(self, key: str, tag: str) -> None:
        super().__init__(key)
        self.key = key
        self.tag = tag

    def __str__(self) -> str:
        return f"the prompt {self.key!r} has no wording in {self.tag!r} or what it falls back to"
