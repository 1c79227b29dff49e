"""The two phones as the carrier sees them, and the picture of them that the page draws."""

from __future__ import annotations

import datetime as dt
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from simulator.values import Message

ENTRIES_KEPT = 300
MESSAGES_SHOWN = 80


class Phase(StrEnum):
    IDLE = "idle"
    DIALLING = "dialling"
    RINGING = "ringing"
    LIVE = "live"


class StepKind(StrEnum):
    """What the page has to do: play, play and take keys, record, hand in what it recorded, wait
    while another phone rings, or talk to who took the call."""

    PLAY = "play"
    GATHER = "gather"
    RECORD = "record"
    COLLECT = "collect"
    DIAL = "dial"
    TALK = "talk"


class Tone(StrEnum):
    """What is heard when a call ends, made by the page."""

    ENDED = "ended"
    BUSY = "busy"
    FAULT = "fault"
    UNKNOWN = "unknown"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction to the page; it answers with this id. Times in real milliseconds."""

    id: str
    kind: StepKind
    sounds: tuple[dict[str, Any], ...] = ()
    beep: bool = False
    finish: str = ""
    longest_ms: int = 0
    silence_ms: int = 0

    def as_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "kind": self.kind,
            "sounds": list(self.sounds),
            "beep": self.beep,
            "finish": self.finish,
            "longest_ms": self.longest_ms,
            "silence_ms": self.silence_ms,
        }


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the panel. `n` is the state's version when it was written."""

    n: int
    at: dt.datetime
    kind: str
    title: str
    text: str


@dataclass(slots=True)
class Handset:
    """One phone. `ends` counts calls that ended here; `seen` is when its page last asked."""

    id: str
    number: str
    withheld: bool = False
    voicemail: bool = False
    """Whether a machine takes its calls, after a few rings."""
    phase: Phase = Phase.IDLE
    peer: str = ""
    call_sid: str = ""
    since: dt.datetime | None = None
    step: Step | None = None
    tone: Tone | None = None
    ends: int = 0
    seen: float = 0.0
    entries: deque[Entry] = field(default_factory=lambda: deque(maxlen=ENTRIES_KEPT))

    def take(self, phase: Phase, peer: str, call_sid: str) -> None:
        """A call begins: dialled here or ringing here."""
        self.phase, self.peer, self.call_sid = phase, peer, call_sid
        self.since, self.step, self.tone = None, None, None

    def free(self, tone: Tone | None) -> None:
        """The call is over for whoever holds the phone."""
        self.phase, self.peer, self.call_sid = Phase.IDLE, "", ""
        self.since, self.step, self.tone = None, None, tone
        self.ends += 1

    def as_json(self, messages: list[Message], after: int) -> dict[str, Any]:
        """The picture; of the panel only what is newer than `after`."""
        return {
            "id": self.id,
            "number": self.number,
            "withheld": self.withheld,
            "voicemail": self.voicemail,
            "phase": self.phase,
            "peer": self.peer,
            "call": self.call_sid,
            "since": self.since.isoformat() if self.since else None,
            "step": self.step.as_json() if self.step else None,
            "tone": self.tone,
            "ends": self.ends,
            "messages": [_message(self, one) for one in messages[-MESSAGES_SHOWN:]],
            "entries": [
                {
                    "n": entry.n,
                    "at": entry.at.isoformat(),
                    "kind": entry.kind,
                    "title": entry.title,
                    "text": entry.text,
                }
                for entry in self.entries
                if entry.n > after
            ],
        }


def _message(handset: Handset, message: Message) -> dict[str, Any]:
    incoming = message.to == handset.number
    return {
        "sid": message.sid,
        "incoming": incoming,
        "peer": message.from_ if incoming else message.to,
        "body": message.body,
        "media": [one.content_type for one in message.media.values()],
        "at": message.created.isoformat(),
        "status": message.status,
    }
