"""How the work view says what is to be done, in about five words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Final

from flask_babel import gettext as _

from grievances.lifecycle import State
from grievances.step_labels import state_label as label_of_state
from grievances.values import Answering
from grievances.work.values import MOST_COUNTED, Lane, Line, Todo

_ICONS: Final[Mapping[Todo, str]] = {
    Todo.LISTEN: "headphones",
    Todo.READ: "envelope-open",
    Todo.READ_REPLY: "chat-left-text",
    Todo.WROTE_AGAIN: "chat-left-text",
    Todo.CALL: "telephone-outbound",
    Todo.FIND_WAY: "ear",
    Todo.PROPOSE_ELSE: "x-octagon",
    Todo.DECIDE_APPEAL: "arrow-up-circle",
    Todo.LOOK_AGAIN: "arrow-counterclockwise",
    Todo.WAIT: "pause-circle",
    Todo.THEY_DECIDE: "hourglass-split",
    Todo.NOTHING: "check-circle",
}


def todo_label(todo: Todo) -> str:
    return {
        Todo.WROTE_AGAIN: _("They wrote again: answer them"),
        Todo.FIND_WAY: _("Not heard: find another way"),
        Todo.PROPOSE_ELSE: _("Refused: propose something else"),
        Todo.WAIT: _("Wait for what they say"),
        Todo.READ_REPLY: _("See their reply, then answer"),
        Todo.DECIDE_APPEAL: _("Decide what they appealed"),
        Todo.LOOK_AGAIN: _("Reopened: look at it again"),
        Todo.CALL: _("Call them: they asked"),
        Todo.LISTEN: _("Listen, then answer"),
        Todo.READ: _("Read it, then answer"),
        Todo.OPEN: _("Open it, then answer"),
        Todo.CARRY_OUT: _("Accepted: have it carried out"),
        Todo.SEE_DONE: _("See that it is done"),
        Todo.THEY_DECIDE: _("They decide on your proposal"),
        Todo.TRIAGE: _("Say what it is (triage)"),
        Todo.LOOK_INTO: _("Look into it"),
        Todo.PROPOSE: _("Find out, propose a resolution"),
        Todo.CLOSE: _("Close it"),
        Todo.NOTHING: _("Nothing to do"),
    }[todo]


def todo_icon(todo: Todo) -> str:
    """Name of a Bootstrap icon."""
    return _ICONS.get(todo, "arrow-right-circle")


def lane_label(lane: Lane) -> str:
    return {
        Lane.WAITING: _("Waits for you"),
        Lane.DUE: _("Late or due today"),
        Lane.NOBODYS: _("Nobody has these yet"),
        Lane.MINE: _("Yours, with time left"),
    }[lane]


def state_label(state: State | Answering) -> str:
    """A choice of the filter: whether it is answered, or how far it got."""
    if isinstance(state, Answering):
        return {Answering.OPEN: _("Unanswered"), Answering.ANSWERED: _("Answered")}[state]
    return label_of_state(state)


def count_label(count: int) -> str:
    return f"{MOST_COUNTED - 1}+" if count >= MOST_COUNTED else str(count)


def due_kind(line: Line, *, now: dt.datetime, tomorrow: dt.datetime) -> str:
    """`late`, `today`, `paused`, `later`, or nothing where no clock runs."""
    if line.state is State.NEEDS_INFORMATION:
        return "paused"
    if line.due_at is None:
        return ""
    if now >= line.due_at:
        return "late"
    return "today" if line.due_at <= tomorrow else "later"


def due_icon(kind: str) -> str:
    """So that nobody has to tell it by its colour."""
    return {
        "late": "exclamation-triangle-fill",
        "today": "alarm",
        "paused": "pause-circle",
    }.get(kind, "calendar3")


def who_label(line: Line, account_id: str) -> str:
    if line.assignee_id is None:
        return _("Nobody has it")
    if line.assignee_id == account_id:
        return _("Yours")
    return (line.assignee or "").partition("@")[0]
