"""What the page, or a REST call, reports to a running call; and how a call leaves its course."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.handsets import Tone
from simulator.values import CallStatus, Wish


@dataclass(frozen=True, slots=True)
class Answered:
    pass


@dataclass(frozen=True, slots=True)
class Rejected:
    pass


@dataclass(frozen=True, slots=True)
class Gone:
    """The caller hung up, or the signal was lost: the carrier cannot tell."""


@dataclass(frozen=True, slots=True)
class Pressed:
    key: str


@dataclass(frozen=True, slots=True)
class Played:
    """All sounds of the step were played, or passed over: `failed` names those."""

    step: str
    failed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was recorded in the step; `wav` None when no sound could be had."""

    step: str
    wav: bytes | None


@dataclass(frozen=True, slots=True)
class Stopped:
    """A REST call ends the call."""

    status: CallStatus


@dataclass(frozen=True, slots=True)
class Moved:
    """A REST call, or the call's beginning, names the next document by address or in full."""

    wish: Wish | None
    twiml: str = ""


@dataclass(frozen=True, slots=True)
class Joined:
    """Who was dialled for this call is connected to it now."""


@dataclass(frozen=True, slots=True)
class Parted:
    """Who was dialled for this call is gone, or was never reached; `seconds` of that leg."""

    status: CallStatus
    seconds: int


Report = (
    Answered | Rejected | Gone | Pressed | Played | Recorded | Stopped | Moved | Joined | Parted
)


class Over(Exception):
    """The call has ended with this status; `tone` is what is heard."""

    def __init__(self, status: CallStatus, tone: Tone = Tone.ENDED) -> None:
        super().__init__(status)
        self.status = status
        self.tone = tone


class Elsewhere(Exception):
    """The call goes on with another document."""

    def __init__(self, move: Moved) -> None:
        super().__init__()
        self.move = move
