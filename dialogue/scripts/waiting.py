"""A part of several scripts: what she has just spoken takes a moment until we hold it."""

from __future__ import annotations

from dialogue.effects import FindRecording, FindTake
from dialogue.words import Asking, Do, Pause, Tell

_WAITS = 5
_WAIT_SECONDS = 2
"""Together 10 s at the most before she may go on without hearing herself."""


def until_found(find: FindRecording | FindTake) -> Asking:
    """What finding it comes to in the end; `waiting` where we still do not hold it."""
    found = yield Do(find)
    for _ in range(_WAITS):
        if found["is"] == "waiting":
            yield Tell("support.wait")
            yield Pause(_WAIT_SECONDS)
            found = yield Do(find)
    return str(found["is"])
