"""The work view as plain values, and the rules that need no database."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from grievances.lifecycle import ENDED, State
from grievances.values import CALL_WISH, Answering, CaseKind

PAGE: Final = 50
"""Cases on one page of a list."""

GLANCE: Final = 8
"""Cases of each lane on the first page."""

MOST_COUNTED: Final = 1000
"""Beyond it a count is told as that many and more: nobody plans a day by the difference."""

HIGHEST_PAGE: Final = 200
"""Whoever looks for something further down filters or searches."""


class Lane(StrEnum):
    """Why a case is before somebody. Each open case is in one lane at the most."""

    WAITING = "waiting"
    """Mine, and they did something that I have not answered: they wrote, did not hear what I said,
    refused or accepted it, appealed."""
    DUE = "due"
    """Late or due today: mine or nobody's, and for supervisors anybody's."""
    NOBODYS = "nobodys"
    """Of my queues, and with nobody."""
    MINE = "mine"
    """The rest of what is mine."""


class Todo(StrEnum):
    """What is done with a case next, as one line of a list says it."""

    WROTE_AGAIN = "wrote_again"
    """It is closed, and too late to be opened again; they said something."""
    FIND_WAY = "find_way"
    """Nobody came for the answer."""
    PROPOSE_ELSE = "propose_else"
    """They refused."""
    WAIT = "wait"
    """They were asked, and its clocks pause."""
    READ_REPLY = "read_reply"
    DECIDE_APPEAL = "decide_appeal"
    LOOK_AGAIN = "look_again"
    CALL = "call"
    LISTEN = "listen"
    READ = "read"
    OPEN = "open"
    CARRY_OUT = "carry_out"
    SEE_DONE = "see_done"
    THEY_DECIDE = "they_decide"
    TRIAGE = "triage"
    LOOK_INTO = "look_into"
    PROPOSE = "propose"
    CLOSE = "close"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Exchange:
    """The newest of what was said and answered in a case, as far as its next step depends on it."""

    said_at: dt.datetime | None = None
    is_recording: bool = False
    is_text: bool = False
    replied_at: dt.datetime | None = None
    proposed: bool = False
    """The newest reply proposes a resolution."""
    handed_back: bool = False
    """Nobody came for the newest reply."""

    @property
    def has_said_since(self) -> bool:
        return (
            self.said_at is not None
            and self.replied_at is not None
            and self.said_at > self.replied_at
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One case in a list."""

    id: str
    kind: str
    topic: str | None
    queue: str
    language: str
    channel: str
    confirmed: bool
    answering: Answering
    state: State
    severity: int | None
    district: str | None
    tier: int
    opened_at: dt.datetime
    first_read_at: dt.datetime | None
    due_at: dt.datetime | None
    """When the next step is due; None where no clock runs, or it is paused."""
    due_step: str | None
    """`programmes.clocks.Step`."""
    assignee_id: str | None
    assignee: str | None
    """The e-mail of whoever has it."""
    todo: Todo


@dataclass(frozen=True, slots=True)
class Asked:
    """What a list is asked for. `state` None stands for all states."""

    lane: Lane | None = None
    queue: str | None = None
    state: State | Answering | None = None
    severity: int | None = None
    kind: str | None = None
    district: str | None = None
    words: str | None = None
    """A code, or words that were said; None where nothing is searched for."""
    page: int = 1


@dataclass(frozen=True, slots=True)
class Counts:
    """How many cases are in each lane, and unanswered altogether; `MOST_COUNTED` at the most."""

    lanes: dict[Lane, int] = field(default_factory=dict)
    unanswered: int = 0

    @property
    def is_calm(self) -> bool:
        return not any(self.lanes.values())


@dataclass(frozen=True, slots=True)
class Board:
    """The first page: the most pressing cases of each lane."""

    lanes: dict[Lane, tuple[Line, ...]]


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of a list."""

    lines: tuple[Line, ...]
    has_more: bool


KINDS: Final = (*(each.value for each in CaseKind), "voice_message", CALL_WISH)
"""What a list may be filtered by."""

_BY_STATE: Final = {
    State.ACCEPTED: Todo.CARRY_OUT,
    State.IMPLEMENTING: Todo.SEE_DONE,
    State.RESOLUTION_PROPOSED: Todo.THEY_DECIDE,
    State.RECEIVED: Todo.TRIAGE,
    State.ACKNOWLEDGED: Todo.TRIAGE,
    State.TRIAGED: Todo.LOOK_INTO,
    State.INVESTIGATING: Todo.PROPOSE,
    State.RESOLVED: Todo.CLOSE,
    State.CLOSED: Todo.NOTHING,
}


def todo(kind: str, state: State, answering: Answering, exchange: Exchange) -> Todo:
    """What is done next: what they wait for goes before what the lifecycle waits for."""
    if state is State.NEEDS_INFORMATION:
        return Todo.WAIT
    if answering is Answering.OPEN and exchange.replied_at is not None:
        if exchange.has_said_since:
            return Todo.WROTE_AGAIN if state in ENDED else Todo.READ_REPLY
        if exchange.handed_back:
            return Todo.FIND_WAY
        if exchange.proposed and state is State.INVESTIGATING:
            return Todo.PROPOSE_ELSE
    if state is State.APPEALED:
        return Todo.DECIDE_APPEAL
    if state is State.REOPENED:
        return Todo.LOOK_AGAIN
    if answering is Answering.OPEN:
        return _first(kind, exchange)
    return _BY_STATE[state]


def _first(kind: str, exchange: Exchange) -> Todo:
    if exchange.is_text:
        return Todo.READ
    if exchange.is_recording:
        return Todo.LISTEN
    return Todo.CALL if kind == CALL_WISH else Todo.OPEN
