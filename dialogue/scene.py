"""What passes between the runner and a channel: the event in, the turn and its scene out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dialogue.conversation import Heard, Turn
from programmes.values import Programme
from programmes.wordings import Wordings


@dataclass(frozen=True, slots=True)
class Event:
    """One input from a channel. `ours` is the programme's number, `theirs` None when withheld."""

    channel: str
    ours: str
    theirs: str | None
    heard: Heard
    leg: str = ""
    """The call's id; empty for a text, whose leg is the line's."""
    n: int = 0
    message: str | None = None
    """The carrier's id of a text."""
    opening: Mapping[str, Any] | None = None
    """What a call of ours starts with: `script`, `args`, `language`."""
    is_ours: bool = False
    """We called: nothing begins on such a call but with an opening."""


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody said: words, or a recording's key in `storage.media`; and its language."""

    language: str
    text: str | None = None
    media: str | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """What a channel renders a turn with."""

    programme: Programme
    wordings: Wordings
    n: int
    """The number of the event that will answer it."""
    ours: str
    said: Mapping[str, Said]
    """What people said, by id of the reply or statement."""
    unmet: bool
    """Whether she need not be told that a message is only in another language: she was, or has
    not chosen hers yet."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """An answer as it is sent, and whether it had to fall back to another language."""

    body: str
    fell_back: bool = False


Render = Callable[[Turn, Scene], Rendered]


class NobodyAnswers(Exception):
    """The number called is no programme's, or its programme is not open yet (`slug` is set)."""

    def __init__(self, slug: str | None) -> None:
        super().__init__(slug)
        self.slug = slug


class Apologise(Exception):
    """It failed; `goodbye` after the second time. The channel says so in her language.

    `nothing_is_open` where it did not fail: what is asked to go on has ended already.
    """

    def __init__(
        self, *, goodbye: bool, language: str | None = None, nothing_is_open: bool = False
    ) -> None:
        super().__init__()
        self.goodbye = goodbye
        self.nothing_is_open = nothing_is_open
        self.language = language
        """None where nothing could be read of her."""
