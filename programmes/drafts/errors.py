"""What can go wrong with a draft.

Exception
├── DraftChanged       somebody else has edited it since it was read
├── LookupError
│   └── NoDraft        nobody has begun one, or it was published or thrown away
└── ValueError
    └── CannotEdit     an edit that makes no sense; `reason` says why
"""

from __future__ import annotations

from enum import StrEnum


class NoDraft(LookupError):
    """There is no draft of the programme."""


class DraftChanged(Exception):
    """The draft is another than the one that was read: nothing was kept."""


class Reason(StrEnum):
    """Why an edit is refused; pages word it."""

    GONE = "gone"
    """What it names is not there any more."""
    TWICE = "twice"
    """Something of that name is there already."""
    FULL = "full"
    """The menu has no key left."""
    LAST = "last"
    """A list keeps at least one member."""
    IN_USE = "in_use"
    """The quick exit leads there."""
    NO_DISTRICTS = "no_districts"
    """The programme names no districts, so nobody can choose hers."""


class CannotEdit(ValueError):
    """An edit that makes no sense."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.value)
        self.reason = reason
